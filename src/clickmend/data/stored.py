"""The numbers stored in a picture file, independent of how a viewer displays them.

Pillow decodes pictures for display: it scales levels of 2 and 4 bits, and of a PGM with another
maximum, to 8 or 16 bits, drops the low bytes of deep colours, and inverts some. For labels and
depth all of this is undone.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SHALLOW = {"L;2": 3, "L;4": 15, "L;2I": 3, "L;4I": 15, "I;12": 4095}
"""Pillow's raw modes of fewer bits, and the largest number in each."""

_SHIFTED = "shifted"
"""Our name for the levels of JPEG 2000, which Pillow shifts up to 8 or 16 bits."""

_UNPACKED = {"I;16BS": "I;16NS", "I;32BS": "I;32NS", "F;32BF": "F;32NF"}
"""Pillow's raw modes of big-endian numbers, and those of libtiff's output in native order."""

_WHITE = {"bool": 1, "uint8": 255, "uint16": 65535}

_MINISWHITE, _PALETTE = 0, 3

_TIFFFILE = "tifffile.py"
"""The software that a TIFF file by tifffile names."""
_PHOTOMETRIC = 262


@final
@dataclass(frozen=True, slots=True)
class Stored:
    """The stored pixels of a file.

    Attributes:
        numbers: ``(H, W)``, or ``(H, W, C)`` for several colours or bands, without alpha.
        white: The number for white (or opaque), ``None`` if the file does not define one.
        inverted: Whether that number is displayed as black, and 0 as white.
        colours: The colours of a palette image, ``(H, W, 3)``.
        alpha: The alpha channel, 8 bits, ``(H, W)``, if the picture is not opaque.
    """

    numbers: NDArray[Any]
    white: int | None = None
    inverted: bool = False
    colours: NDArray[Any] | None = None
    alpha: NDArray[Any] | None = None

    def greys(self) -> Stored:
        """Its single plane as displayed: alpha, else the greys of a palette, else the levels.

        A palette with colours is read as indices.
        """
        if self.alpha is not None:
            return Stored(self.alpha, 255)
        if self.colours is not None and (self.colours == self.colours[:, :, :1]).all():
            return Stored(self.colours[:, :, 0], 255)
        if self.inverted and self.white is not None:
            return Stored((self.white - self.numbers).astype(self.numbers.dtype), self.white)
        return self


def of_array(array: NDArray[Any]) -> Stored:
    """An array as if from a file, with the largest number of its type as white."""
    return Stored(array, _WHITE.get(array.dtype.name))


def of_picture(image: Image.Image) -> Stored:
    """The stored pixels of a Pillow image's file.

    An image that is already decoded, or has no file, is used as it is.
    """
    raw, largest = _raw(image)
    _keep_the_order_of_libtiff(image)
    if is_deep(image) and image.mode in ("RGB", "RGBA", "LA"):
        image.fp.seek(0)  # type: ignore[attr-defined]  # every image that has a tile
        content = np.frombuffer(image.fp.read(), np.uint8)  # type: ignore[attr-defined]
        deep = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
        if deep is not None and deep.ndim == 3:
            return Stored(deep[:, :, :3], largest or 65535, alpha=_seen(deep[:, :, 3:] // 257))
    alpha = colours = None
    if image.has_transparency_data and image.mode not in ("1", "L", "I", "I;16"):
        alpha = _seen(np.array(image.convert("RGBA").getchannel("A"))[:, :, None])
    if image.mode == "P":
        colours = np.array(image.convert("RGB"))
    elif image.mode == "LA":
        image = image.getchannel("L")
    elif image.mode not in ("1", "L", "I", "F") and not image.mode.startswith("I;16"):
        image = image.convert("RGB")
    pixels = np.array(image)
    pixels = pixels.astype(pixels.dtype.newbyteorder("="))
    white = _WHITE.get(pixels.dtype.name)
    if image.mode == "I" and largest:
        white = 65535
    inverted = raw.endswith("I") and raw != "I"
    if inverted and white:
        pixels = (white - pixels).astype(pixels.dtype)
    if largest and white:
        if raw == _SHIFTED:
            pixels //= (white + 1) // (largest + 1)
        elif raw != "I;12":
            # Spread over white + 1 levels, on which each number is still a level of its own.
            pixels = np.rint(pixels * (largest / white)).astype(pixels.dtype)
        white = largest
    inverted |= _photometric(image) == _MINISWHITE
    return Stored(pixels, white, inverted, colours, alpha)


def is_deep(image: Image.Image) -> bool:
    """Whether the file has more than the 8 bits per colour that Pillow decodes."""
    raw, largest = _raw(image)
    return ";16" in raw or (largest or 0) > 255


def of_tiff(content: bytes, *, check: Callable[[int, int], None]) -> Stored:
    """The stored pixels of the first page of a TIFF file.

    Args:
        content: The file.
        check: Checks width and height before decoding.

    Raises:
        NotImplementedError: Only Pillow may be able to decode it.
        Exception: Any error of tifffile for a damaged file.
    """
    import tifffile

    with tifffile.TiffFile(io.BytesIO(content)) as file:
        page = file.pages.first
        check(page.imagewidth, page.imagelength)
        try:
            array = page.asarray()
        except ValueError as problem:  # a codec that needs imagecodecs
            raise NotImplementedError(str(problem)) from problem
        if page.samplesperpixel > 1 and page.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
            array = np.moveaxis(array, 0, -1)
        alpha = None
        if page.extrasamples and int(page.extrasamples[-1]) in (1, 2) and array.ndim == 3:
            full = _WHITE.get(array.dtype.name, 1)
            alpha = _seen(np.rint(array[:, :, -1:] * (255 / full)).astype(np.uint8))
            array = array[:, :, :-1]
            array = array[:, :, 0] if array.shape[2] == 1 else array
        colours = None
        if int(page.photometric) == _PALETTE and page.colormap is not None:
            colours = (page.colormap.T[array] // 257).astype(np.uint8)
        white = _WHITE.get(array.dtype.name)
        bits = page.bitspersample
        if white and isinstance(bits, int) and bits < 16:
            white = 2**bits - 1
        inverted = int(page.photometric) == _MINISWHITE
        if bits == 1 and page.software == _TIFFFILE:  # it marks so whatever booleans it writes
            inverted = False
        return Stored(array, white, inverted, colours, alpha)


def describe_tiff(content: bytes) -> str | None:
    """A description of the bands of a TIFF file; ``None`` if it is not one."""
    if not is_tiff(content):
        return None
    import tifffile

    try:
        with tifffile.TiffFile(io.BytesIO(content)) as file:
            page = file.pages.first
            kind = f"pixels of {page.dtype}"
            if page.dtype is not None and page.dtype.kind == "f":
                kind = "floating-point pixels"
            return f"is a TIFF of {page.samplesperpixel} bands with {kind}"
    except Exception:  # noqa: BLE001  # damaged in whatever way: then it is described as no picture
        return None


def is_tiff(content: bytes) -> bool:
    """Whether a file begins like a TIFF, in either order of bytes, or BigTIFF."""
    return content[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def _keep_the_order_of_libtiff(image: Image.Image) -> None:
    """Set the raw mode of libtiff's output, so that Pillow does not swap its bytes again."""
    tiles = getattr(image, "tile", None)
    if tiles and tiles[0][0] == "libtiff":
        raw, *rest = tiles[0][3]
        tiles[0] = tiles[0]._replace(args=(_UNPACKED.get(raw, raw), *rest))


def _raw(image: Image.Image) -> tuple[str, int | None]:
    """Pillow's raw mode of the file, and the largest number if it is not the usual one."""
    tiles = getattr(image, "tile", None)
    if not tiles:
        return "", None
    codec, args = tiles[0][0], tiles[0][3]
    first, *rest = args if isinstance(args, tuple) else (args,)
    if codec in ("ppm", "ppm_plain"):
        return str(first), int(rest[0]) if rest else None
    if codec == "jpeg2k":
        return _SHIFTED, _jpeg2000_white(image)
    return str(first), _SHALLOW.get(str(first))


def _jpeg2000_white(image: Image.Image) -> int | None:
    """The largest number of its first colour, if not that of 8 or 16 bits."""
    image.fp.seek(0)  # type: ignore[attr-defined]
    head = image.fp.read(4096)  # type: ignore[attr-defined]
    start = head.find(b"\xff\x4f\xff\x51")  # the codestream, then the sizes of its image
    precision = (head[start + 42] & 0x7F) + 1 if 0 <= start < len(head) - 42 else 8
    return None if precision in (8, 16) else 2**precision - 1


def _photometric(image: Image.Image) -> int | None:
    tags = getattr(image, "tag_v2", None)
    return None if tags is None else tags.get(_PHOTOMETRIC)


def _seen(alpha: NDArray[Any]) -> NDArray[Any] | None:
    """The alpha channel, unless it is opaque everywhere."""
    return alpha[:, :, 0].astype(np.uint8) if alpha.size and (alpha != 255).any() else None
