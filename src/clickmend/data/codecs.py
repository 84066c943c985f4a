"""Reading and writing masks, id maps and alpha mattes; for depth see ``depth_files``.

Ids and mattes are written as PNG or, with the suffix ``.npy``, as the exact array. Every reader
takes a path, the content of a file, a Pillow image or an array; a file is a picture or an ``.npy``
array. ``size`` is the required ``(W, H)``, if known, and ``error`` the type of the exceptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeGuard

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import ClickmendError, PriorError
from clickmend.core.files import write_atomically
from clickmend.core.types import Labels, Mask
from clickmend.data.levels import Levels
from clickmend.data.picture_files import picture_name
from clickmend.data.planes import (
    PixelSource,
    Size,
    check_writable,
    is_array,
    is_npy,
    npy_bytes,
    png_bytes,
    read_plane,
    with_suffix,
)
from clickmend.data.rle import read_rle

UNKNOWN = 128
"""The grey of a trimap where alpha is unknown."""


def write_mask(path: str | Path, mask: Mask) -> None:
    """Write a mask as an 8-bit PNG of 0 and 255.

    Raises:
        OutputError: It is no bool ``(H, W)`` array, the name does not end in ``.png``, or the
            place cannot be written.
    """
    write_atomically(with_suffix(path, ".png"), mask_png(mask))


def mask_png(mask: Mask) -> bytes:
    """The PNG file of a mask, 8 bits, 0 and 255.

    Raises:
        OutputError: It is no bool ``(H, W)`` array.
    """
    return png_bytes(mask_levels(mask))


def mask_levels(mask: Mask) -> NDArray[np.uint8]:
    """The pixels of a mask's PNG; raises as ``mask_png``."""
    check_writable(mask, mask.dtype == np.bool_, what="a mask", allowed="bool (H, W)")
    return mask.view(np.uint8) * np.uint8(255)


def read_mask(
    source: PixelSource,
    *,
    size: Size | None = None,
    threshold: int | None = None,
    error: type[ClickmendError] = PriorError,
) -> Mask:
    """Read a mask, ``(H, W)`` bool, without guessing.

    A mask has two values, 0 for the background and any other for the object (0/1, 0/255, one id of
    an id map). A palette of greys is read by its greys, a coloured one by its indices. A picture
    with transparent pixels is a cut-out: its alpha is the mask. COCO run lengths of one object are
    read as a mapping or from JSON.

    Args:
        source: The mask.
        size: Its required ``(W, H)``.
        threshold: Smallest grey level of the object in a soft mask.
        error: The exception that every refusal raises.

    Raises:
        ClickmendError: As ``error``, when it cannot be read, is coloured, is not two-valued, or
            has another size.
    """
    if is_coco(source):
        return read_rle(source, size=size, error=error)
    pixels, _ = read_plane(source, shown=True, size=size, error=error)
    if threshold is not None:
        return np.asarray(pixels >= threshold)
    values = np.unique(pixels)
    if pixels.dtype.kind == "f" or len(values) > 2 or (values[:-1] != 0).any():
        raise error(
            f"{picture_name(source)} holds {_listed(values)}. A mask holds 0 and one "
            "other integer; threshold a soft mask, write one mask per object of an id map."
        )
    return np.asarray(pixels != 0)


def read_soft_mask(
    source: PixelSource,
    *,
    size: Size | None = None,
    error: type[ClickmendError] = PriorError,
) -> Mask | NDArray[np.floating[Any]]:
    """Read a mask as `read_mask` does, or the probabilities that an array or NPY of floats holds.

    Raises:
        ClickmendError: As ``error``, as `read_mask`, or when floats leave [0, 1].
    """
    if not is_array(source):
        return read_mask(source, size=size, error=error)
    pixels, _ = read_plane(source, size=size, error=error)
    if pixels.dtype.kind != "f":
        return read_mask(pixels, error=error)
    _check_numbers(pixels, source, error)
    if not ((pixels >= 0) & (pixels <= 1)).all():
        raise error(
            f"{picture_name(source)} has values outside [0, 1]. Floating-point masks are "
            "probabilities; give a bool mask, or apply a sigmoid to logits."
        )
    return pixels


def write_index(path: str | Path, labels: NDArray[np.integer[Any]]) -> None:
    """Write ids or classes as a grey PNG, or as an ``.npy`` array.

    Raises:
        OutputError: They are no integers ``(H, W)`` from 0 to 65535 (in NPY to 2³¹ − 1), the name
            ends neither in ``.png`` nor in ``.npy``, or the place cannot be written.
    """
    encode = index_npy if is_npy(path) else index_png
    write_atomically(path, encode(labels))


def index_npy(labels: NDArray[np.integer[Any]]) -> bytes:
    """The NPY file of ids or classes, exactly the array.

    Raises:
        OutputError: See ``write_index``.
    """
    _check_ids(labels, largest=2**31 - 1, what="an index map")
    return npy_bytes(labels)


def index_png(labels: NDArray[np.integer[Any]]) -> bytes:
    """The grey PNG file of ids or classes, 8 bits where they fit, else 16.

    Raises:
        OutputError: They are no integers ``(H, W)`` from 0 to 65535.
    """
    return png_bytes(index_levels(labels))


def index_levels(labels: NDArray[np.integer[Any]]) -> Levels:
    """The pixels of the PNG of ids or classes; raises as ``index_png``."""
    _check_ids(labels, largest=65535, what="an index PNG")
    return labels.astype(np.uint8) if labels.max() <= 255 else labels.astype(np.uint16)


def read_index(
    source: PixelSource,
    *,
    size: Size | None = None,
    error: type[ClickmendError] = PriorError,
) -> Labels:
    """Read ids or classes, ``(H, W)`` int32, from a grey, palette or 16-bit picture.

    Raises:
        ClickmendError: As ``error``, when it cannot be read, is coloured, is not made of integers
            from 0 up, or has another size.
    """
    pixels, _ = read_plane(source, size=size, error=error)
    if pixels.dtype.kind == "f" or pixels.min() < 0 or pixels.max() >= 2**31:
        raise error(
            f"{picture_name(source)} holds {pixels.dtype} values that are not ids. An id map has "
            "integers from 0; convert it."
        )
    return pixels.astype(np.int32)


def write_alpha(path: str | Path, alpha: NDArray[np.floating[Any]]) -> None:
    """Write an alpha matte in [0, 1] as an 8-bit PNG, or as an ``.npy`` array.

    Raises:
        OutputError: It is no float ``(H, W)`` array in [0, 1], the name ends neither in ``.png``
            nor in ``.npy``, or the place cannot be written.
    """
    encode = alpha_npy if is_npy(path) else alpha_png
    write_atomically(path, encode(alpha))


def alpha_npy(alpha: NDArray[np.floating[Any]]) -> bytes:
    """The NPY file of an alpha matte in [0, 1], exactly the array.

    Raises:
        OutputError: See ``write_alpha``.
    """
    _check_alpha(alpha, what="an alpha map")
    return npy_bytes(alpha)


def alpha_png(alpha: NDArray[np.floating[Any]], *, bits: Literal[8, 16] = 8) -> bytes:
    """The PNG file of an alpha matte in [0, 1], 8 bits, 255 for 1, or 16, 65535 for 1.

    Raises:
        OutputError: It is no float ``(H, W)`` array in [0, 1].
    """
    return png_bytes(alpha_levels(alpha, bits=bits))


def alpha_levels(alpha: NDArray[np.floating[Any]], *, bits: Literal[8, 16] = 8) -> Levels:
    """The pixels of the PNG of a matte; raises as ``alpha_png``."""
    _check_alpha(alpha, what="an alpha PNG")
    levels: Levels = np.rint(alpha * (2.0**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)
    return levels


def read_alpha(
    source: PixelSource,
    *,
    size: Size | None = None,
    error: type[ClickmendError] = PriorError,
) -> NDArray[np.float32]:
    """Read an alpha matte, ``(H, W)`` float32 in [0, 1].

    Levels are divided by the file's white, such as 255 or 65535; for a picture with transparent
    pixels the alpha is read; floating-point arrays are used as they are.

    Raises:
        ClickmendError: As ``error``, when it cannot be read, is coloured, leaves [0, 1], has
            another size, or its levels are those of fewer bits than the file has.
    """
    pixels, white = read_plane(source, shown=True, size=size, error=error)
    if white:
        _check_bits(pixels, white, source, error)
    _check_numbers(pixels, source, error)
    alpha = (pixels / (white or 1)).astype(np.float32)
    if not ((alpha >= 0) & (alpha <= 1)).all():
        raise error(
            f"{picture_name(source)} holds alpha outside [0, 1]. A matte is 0…1 in floats, "
            "0…255 in 8 bits, 0…65535 in 16; scale it."
        )
    return alpha


def read_trimap(
    source: PixelSource,
    *,
    size: Size | None = None,
    error: type[ClickmendError] = PriorError,
) -> NDArray[np.uint8]:
    """Read a trimap, ``(H, W)`` uint8: 0 background, 255 foreground, 128 unknown.

    Unknown pixels may have any single grey between, such as 127.

    Raises:
        ClickmendError: As ``error``, when it cannot be read, is coloured, holds other values or
            nothing but background, or has another size.
    """
    pixels, white = read_plane(source, shown=True, size=size, error=error)
    if white and pixels.dtype.kind == "u" and (white < 255 or pixels.max() > 255):
        pixels = np.rint(pixels * (255 / white)).astype(np.uint8)
    values = np.unique(pixels)
    between = values[(values > 0) & (values < 255)]
    whole = pixels.dtype.kind in "iu" and values[0] >= 0 and 16 <= values[-1] <= 255
    if not whole or len(between) > 1 or (between < 16).any():
        raise error(
            f"{picture_name(source)} holds {_listed(values)}. A trimap holds 0 "
            "(background), 255 (foreground) and one grey between (unknown), and not background "
            "alone; correct the file."
        )
    return np.where((pixels > 0) & (pixels < 255), UNKNOWN, pixels).astype(np.uint8)


def _check_numbers(pixels: NDArray[Any], source: PixelSource, error: type[ClickmendError]) -> None:
    """Check that there is no NaN."""
    unknown = int(np.isnan(pixels).sum()) if pixels.dtype.kind == "f" else 0
    if unknown:
        raise error(
            f"{picture_name(source)} is NaN at {unknown} pixels. Every pixel needs a number in "
            "[0, 1]; replace them, for example with numpy.nan_to_num."
        )


def _check_bits(
    pixels: NDArray[Any], white: int, source: PixelSource, error: type[ClickmendError]
) -> None:
    """Check that the levels of a matte are not those of fewer bits."""
    largest = int(pixels.max())
    if 0 < largest <= white / 16:
        raise error(
            f"{picture_name(source)} holds at most {largest}, where white is {white}. It would be "
            f"all but transparent; scale its levels (0 and 1 of a mask, or 8, 10 or 12 bits in "
            f"16) to 0…{white}."
        )


def is_coco(source: PixelSource) -> TypeGuard[Mapping[str, Any] | str | Path | bytes]:
    """Whether the source is COCO's JSON, as a file or parsed, rather than pixels."""
    if isinstance(source, str | Path):
        return Path(source).suffix.lower() == ".json"
    return isinstance(source, Mapping) or (isinstance(source, bytes) and source[:1] == b"{")


def _check_ids(labels: NDArray[Any], *, largest: int, what: str) -> None:
    whole = labels.dtype.kind in "iu" and labels.size > 0
    fits = whole and int(labels.min()) >= 0 and int(labels.max()) <= largest
    check_writable(labels, fits, what=what, allowed=f"integers (H, W) from 0 to {largest}")


def _check_alpha(alpha: NDArray[Any], *, what: str) -> None:
    fits = alpha.dtype.kind == "f" and bool(((alpha >= 0) & (alpha <= 1)).all())
    check_writable(alpha, fits, what=what, allowed="floats (H, W) in [0, 1]")


def _listed(values: NDArray[Any]) -> str:
    shown = ", ".join(f"{float(value):g}" for value in values[:4]) + (
        ", …" if len(values) > 4 else ""
    )
    return f"{len(values)} different {values.dtype} values ({shown})"
