"""The photos of projects: found in their folders or among the uploads, read, and made small."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import ImageOps

from clickmend.core.errors import ImageError, ProjectError
from clickmend.core.files import make_folder, write_atomically
from clickmend.core.types import RGB
from clickmend.data.photos import read_photo
from clickmend.data.picture_files import file_bytes, opened
from clickmend.projects.store import Image, Store

THUMBNAIL_PX = 160
"""The longer side of a small photo, at most."""

_QUALITY = 80


class Photos:
    """The photos of a store.

    Args:
        store: Where the projects are kept.
        max_megapixels: Larger photos are refused before they are decoded.
    """

    def __init__(self, store: Store, *, max_megapixels: float | None = None) -> None:
        self._store = store
        self._max_megapixels = max_megapixels

    def read(self, content: bytes) -> RGB:
        """The pixels of an upload, ``(H, W, 3)``.

        Raises:
            ImageError: It is no photo, or too large.
        """
        return read_photo(content, max_megapixels=self._max_megapixels)

    def upload(self, name: str, content: bytes, pixels: RGB) -> Image:
        """A new image for an upload, which belongs to no project; kept with its first session."""
        sha256 = self._store.blobs.put(content)
        height, width = pixels.shape[:2]
        return Image(
            project_id=self._store.projects.loose().id,
            name=name,
            blob=sha256,
            sha256=sha256,
            width=width,
            height=height,
        )

    def pixels(self, image: Image) -> RGB:
        """The pixels of an image, ``(H, W, 3)``; where they cannot be read it is kept why.

        Raises:
            ImageError: The file is gone or no photo.
            ProjectError: It is another photo than the one that was marked.
        """
        with self._noting(image):
            pixels = self._pixels(image)
        if image.fault is not None:
            self._store.images.faulty(image.id, None)
        return pixels

    def _pixels(self, image: Image) -> RGB:
        content = self._content(image)
        sha256 = hashlib.sha256(content).hexdigest()
        if image.sha256 not in (None, sha256):
            raise ProjectError(
                f"The photo {image.name} is not the one that was marked: its file has changed. "
                "Marks belong to the pixels that they were made on; put the earlier file back, or "
                "add the new one under another name."
            )
        pixels = self.read(content)
        if image.sha256 is None:
            height, width = pixels.shape[:2]
            self._store.images.note(image.id, sha256=sha256, width=width, height=height)
        return pixels

    def thumbnail(self, image: Image) -> Path:
        """A small JPEG of an image, made once; where that is not possible it is kept why.

        Raises:
            ImageError: The file is gone or no photo.
        """
        with self._noting(image):
            return self._thumbnail(image)

    def _thumbnail(self, image: Image) -> Path:
        source: Path | bytes
        if image.folder is None:
            source, state = self._content(image), image.blob
        else:
            source = self.path(image)
            state = f"{source.stat().st_mtime_ns:x}"
        small = self._store.home / "thumbnails" / f"{image.id}-{state}.jpg"
        if not small.is_file():
            make_folder(small.parent)
            write_atomically(small, self._small(source))
        return small

    def path(self, image: Image) -> Path:
        """Where the file of an image lies, which is in a folder of its project.

        Raises:
            ImageError: It is gone, or a link that leads out of the folder.
        """
        assert image.folder is not None
        project = self._store.projects.get(image.project_id)
        folder = Path(project.folders[image.folder])
        path = folder / image.name
        if not folder.is_dir():
            raise ImageError(
                f"The folder {folder} of the photos is gone. A project needs its photos; put it "
                f"back, or give the new one: clickmend run NEW --project "
                f"{shlex.quote(project.name)} --out {shlex.quote(project.out or 'LABELS')}."
            )
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ImageError(
                f"The photo {image.name} leads out of its folder {folder}. Photos lie inside the "
                "folders of their project; copy it there."
            )
        if not path.is_file():
            raise ImageError(
                f"The photo {path} is gone. A project needs its photos where they were; put it "
                "back."
            )
        return path

    @contextmanager
    def _noting(self, image: Image) -> Iterator[None]:
        """Keep of an image why its photo cannot be read, where that is so."""
        try:
            yield
        except (ImageError, ProjectError) as error:
            if str(error) != image.fault:
                self._store.images.faulty(image.id, str(error))
            raise

    def _content(self, image: Image) -> bytes:
        if image.blob is not None:
            return self._store.blobs.get(image.blob)
        return file_bytes(self.path(image), error=ImageError)

    def _small(self, source: Path | bytes) -> bytes:
        pixels = self._quickly(source)
        if pixels is None:
            pixels = read_photo(source, max_megapixels=self._max_megapixels)
        height, width = pixels.shape[:2]
        scale = min(1.0, THUMBNAIL_PX / max(height, width))
        size = (max(1, round(scale * width)), max(1, round(scale * height)))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
        done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        assert done
        return data.tobytes()

    def _quickly(self, source: Path | bytes) -> RGB | None:
        """A JPEG decoded at a fraction of its size, which takes a fraction of the time."""
        with opened(source, max_megapixels=self._max_megapixels) as picture:
            if picture.format not in ("JPEG", "MPO"):
                return None
            picture.draft("RGB", (2 * THUMBNAIL_PX, 2 * THUMBNAIL_PX))
            return np.array(ImageOps.exif_transpose(picture).convert("RGB"))
