"""The frames of a sequence: a folder of pictures, a video file, or an iterable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import ImageError
from clickmend.core.natural import natural
from clickmend.core.types import RGB
from clickmend.data.photos import read_photo
from clickmend.data.picture_files import PHOTO_SUFFIXES, check_area

MISCOUNTED = 0.02
"""Tolerance of a video's frame count, as a share; at least two frames."""

Still: TypeAlias = str | Path | bytes | Image.Image | NDArray[np.uint8]
"""One frame."""

FrameSource: TypeAlias = str | Path | Iterable[Still]
"""A folder, a video file, or an iterable of frames."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame.

    Attributes:
        name: File name; for videos and arrays the number with six digits.
        photo: RGB, ``(H, W, 3)``.
    """

    name: str
    photo: RGB


def read_frames(
    source: FrameSource, *, after: int = 0, bad: Callable[[str, ImageError], None] | None = None
) -> Iterator[Shot]:
    """Read the frames of a sequence, one at a time.

    The pictures directly in a folder are read in natural order: ``9.jpg`` comes before ``10.jpg``.

    Args:
        source: A folder, a video that OpenCV reads, or frames as ``read_photo`` takes them.
        after: Number of frames to skip at the beginning.
        bad: Called for each picture after the first that cannot be read or has another size, which
            is then skipped.

    Raises:
        ImageError: There is no frame; one cannot be read or has another size than the first, and
            ``bad`` is not given; or the video ends before its last frame.
    """
    size: tuple[int, int] | None = None
    for name, shot in _shots(source, after):
        if isinstance(shot, Shot):
            here = shot.photo.shape[1], shot.photo.shape[0]
            if size is None or here == size:
                size = here
                yield shot
                continue
            wrong = ImageError(
                f"The frame {name} has {here[0]}×{here[1]} pixels, and the first one "
                f"{size[0]}×{size[1]}. The frames of a sequence have one size; resize it, or label "
                "both parts by themselves."
            )
        else:
            wrong = shot
        if bad is None or size is None:
            raise wrong
        bad(name, wrong)


def frame_files(folder: Path) -> list[Path]:
    """The pictures directly in a folder, in natural order.

    Raises:
        ImageError: There is none, or the folder cannot be read.
    """
    try:
        found = [
            one
            for one in folder.iterdir()
            if one.suffix.lower() in PHOTO_SUFFIXES and not one.name.startswith(".")
        ]
    except OSError as error:
        raise ImageError(
            f"The folder {folder} cannot be read ({error.strerror}). A folder of frames or a video "
            "is needed; give one."
        ) from None
    if not found:
        raise ImageError(
            f"There are no frames in {folder}. Frames are pictures directly in it that end in "
            f"{', '.join(PHOTO_SUFFIXES)}; give their folder, or a video."
        )
    return natural(found, name=lambda one: one.name)


def _shots(source: FrameSource, after: int) -> Iterator[tuple[str, Shot | ImageError]]:
    """The frames by name, or the error of one that cannot be read."""
    if isinstance(source, str | Path):
        place = Path(source)
        if place.is_dir():
            for file in frame_files(place)[after:]:
                try:
                    yield file.name, Shot(file.name, read_photo(file))
                except ImageError as error:
                    yield file.name, error
            return
        yield from ((shot.name, shot) for shot in _of_video(place, after))
        return
    if isinstance(source, bytes | Image.Image) or not isinstance(source, Iterable):
        raise ImageError(
            f"Frames cannot be read from a {type(source).__name__}. Give a folder, a video file, "
            "or a list of frames."
        )
    some = False
    for index, still in enumerate(source):
        some = True
        if index >= after:
            name = Path(still).name if isinstance(still, str | Path) else f"{index:06d}"
            yield name, Shot(name, read_photo(still))
    if not some:
        raise ImageError("There are no frames. A sequence needs at least one; give more.")


def _of_video(file: Path, after: int) -> Iterator[Shot]:
    import cv2

    if not file.is_file():
        raise ImageError(f"There is no {file}. Give a folder of frames or a video file.")
    video = cv2.VideoCapture(str(file))
    try:
        if not video.isOpened():
            raise ImageError(
                f"{file} cannot be read as a video. What OpenCV reads is allowed, such as MP4 and "
                "AVI; convert it, or give its frames in a folder."
            )
        promised = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
        count = 0
        while True:
            there, frame = video.read()
            if not there:
                break
            if count == 0:
                check_area(frame.shape[1], frame.shape[0], name=str(file))
            if count >= after:
                picture = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
                yield Shot(f"{count:06d}", picture.astype(np.uint8, copy=False))
            count += 1
    finally:
        video.release()
    if count == 0:
        raise ImageError(f"{file} has no frames. A sequence needs at least one; give another.")
    if promised - count > max(2, MISCOUNTED * promised):
        raise ImageError(
            f"{file} declares {promised} frames, but only {count} can be read. The video has to "
            "be complete; get it again, or give its frames as a folder."
        )
