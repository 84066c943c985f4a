"""Opening picture files with Pillow: header first, without its warnings, errors in one line."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
from PIL import Image, UnidentifiedImageError

from clickmend.core.errors import ClickmendError, DataError, ImageError
from clickmend.core.files import open_to_read
from clickmend.core.settings import settings
from clickmend.data.stored import describe_tiff

PictureSource: TypeAlias = str | Path | bytes | Image.Image
"""A path, the bytes of a picture file, or an open Pillow image."""

# Formats that a camera or an annotation tool writes. Others stay closed: some of Pillow's readers
# start programs (EPS) or hide a second header behind the first (ICO).
_AT_HAND = ("JPEG", "PNG", "GIF", "BMP", "DIB", "PPM")  # Pillow loads their readers first
_OTHERS = ("MPO", "TIFF", "WEBP", "JPEG2000", "AVIF")
_ALLOWED = "JPEG, PNG, WebP, TIFF, BMP, GIF, PPM, JPEG 2000 and AVIF files are read"

PHOTO_SUFFIXES = (
    ".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".jp2", ".gif", ".ppm", ".pgm",
    ".avif", ".mpo",
)  # fmt: skip
"""What the names of photos end in."""

_PILLOW_GLOBALS = threading.Lock()


@contextmanager
def opened(
    source: PictureSource,
    *,
    error: type[ClickmendError] = ImageError,
    max_megapixels: float | None = None,
) -> Iterator[Image.Image]:
    """Open a picture, its pixels not yet decoded, and explain whatever goes wrong.

    Decode inside the block: what Pillow raises there becomes ``error`` too.

    Args:
        source: Where the picture is. A Pillow image is passed on as it stands.
        error: The exception that every refusal raises.
        max_megapixels: Larger pictures are refused from their header; the default is
            ``settings().max_image_megapixels``.

    Raises:
        ClickmendError: As ``error``, when there is no file, it is no picture, it is damaged or
            it is too large.
    """
    name = picture_name(source)
    with ExitStack() as stack:
        stack.enter_context(_pillow_kept_quiet())
        try:
            if isinstance(source, Image.Image):
                image = source
            else:
                image = _open(stack.enter_context(_stream(source, error)), name, error)
            check_area(*image.size, name=name, error=error, max_megapixels=max_megapixels)
            yield image
        except ClickmendError:
            raise
        # Pillow's readers let through whatever their parsers meet: OSError, SyntaxError,
        # ValueError, struct.error, EOFError, KeyError.
        except Exception as problem:
            reason = " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
            raise error(
                f"{name} is damaged or cut short ({reason}). "
                f"Whole {_ALLOWED}; copy it again or save it again."
            ) from problem


def check_area(
    width: int,
    height: int,
    *,
    name: str,
    error: type[ClickmendError] = ImageError,
    max_megapixels: float | None = None,
) -> None:
    """Refuse a picture of more than ``max_megapixels`` (default: the settings' limit)."""
    limit = settings().max_image_megapixels if max_megapixels is None else max_megapixels
    if width * height > limit * 1e6:
        raise error(
            f"{name} is {width}×{height} pixels ({width * height / 1e6:.1f} megapixels). "
            f"At most {limit:g} megapixels are read; make it smaller or raise "
            "CLICKMEND_MAX_IMAGE_MEGAPIXELS."
        )


def picture_name(source: object) -> str:
    """What an error calls the source."""
    if isinstance(source, str | Path):
        return str(source) or "''"
    if isinstance(source, bytes):
        return f"The picture ({len(source)} bytes)"
    if isinstance(source, Image.Image):
        return "The picture"
    return "The array" if isinstance(source, np.ndarray) else f"The {type(source).__name__}"


def bare_name(name: str) -> str:
    """The last part of a path, parted as here or as on Windows."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]


def text_name(name: str) -> str:
    """The name of a file as it is, if labels can name it.

    Raises:
        DataError: It is not valid UTF-8, which neither JSON nor a database holds.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        raise DataError(
            f"The name of the photo {name!r} is not valid UTF-8, and labels name their photos. "
            "Rename it, or move it elsewhere."
        ) from None
    return name


def file_bytes(path: str | Path, *, error: type[ClickmendError]) -> bytes:
    """The content of a file, or ``error`` in words."""
    try:
        with open_to_read(path) as file:
            return file.read()
    except (OSError, ValueError) as problem:
        raise _cannot_open(picture_name(path), problem, error) from problem


@contextmanager
def _pillow_kept_quiet() -> Iterator[None]:
    """Take Pillow's own area limit and its warnings away for a moment.

    Our limit is checked on the header instead, and tells the size. Both are global to the
    process, so one thread at a time.
    """
    with _PILLOW_GLOBALS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _stream(source: str | Path | bytes, error: type[ClickmendError]) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return open_to_read(source)
    except (OSError, ValueError) as problem:
        raise _cannot_open(picture_name(source), problem, error) from problem


def _open(stream: IO[bytes], name: str, error: type[ClickmendError]) -> Image.Image:
    if not stream.read(1):
        raise error(f"{name} is empty. {_ALLOWED}; copy or download it again.")
    stream.seek(0)
    try:
        return Image.open(stream, formats=_AT_HAND)
    except UnidentifiedImageError:
        Image.init()  # all readers of Pillow, which takes longer than to read a photo
    try:
        return Image.open(stream, formats=[known for known in _OTHERS if known in Image.OPEN])
    except UnidentifiedImageError:
        stream.seek(0)
        fact = describe_tiff(stream.read())
        if fact:
            raise error(
                f"{name} {fact}, which cannot be displayed. Allowed are grey of 8 or 16 bits and "
                "colours of 8; export it, or three of its bands, as RGB of 8 bits."
            ) from None
        raise error(
            f"{name} is not a picture of a known format. {_ALLOWED}; convert it to one of them."
        ) from None


def _cannot_open(name: str, problem: Exception, error: type[ClickmendError]) -> ClickmendError:
    if isinstance(problem, FileNotFoundError):
        return error(f"{name} does not exist. Give the path of a file; check the spelling.")
    if isinstance(problem, IsADirectoryError):
        return error(f"{name} is a folder. Give the path of a file; name one that lies in it.")
    reason = problem.strerror if isinstance(problem, OSError) else str(problem)
    return error(
        f"{name} cannot be opened ({reason}). Give a file that you may read; check its "
        "permissions and its path."
    )
