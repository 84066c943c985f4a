"""Reading and writing depth maps: PNG of millimetres, NPY of metres; see also ``codecs``."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.bands import bands
from clickmend.core.errors import ClickmendError, PriorError
from clickmend.core.files import write_atomically
from clickmend.data.picture_files import file_bytes, opened, picture_name
from clickmend.data.planes import (
    PixelSource,
    Size,
    check_writable,
    is_array,
    is_npy,
    npy_bytes,
    png_bytes,
    read_plane,
)

UNITS = "depth units per metre"
"""The key of a PNG's text that holds the unit of its numbers."""

_PNG = b"\x89PNG"

FARTHEST_MIDDLE_M = 200.0
"""Floats with a larger median are unlikely to be metres."""


def write_depth(path: str | Path, depth_m: NDArray[np.floating[Any]]) -> None:
    """Write depth as a PNG of millimetres, or as an ``.npy`` array of metres.

    Raises:
        OutputError: It is no float ``(H, W)`` array from 0 to 65.535 m (in NPY without limit),
            NaN where unknown, the name ends neither in ``.png`` nor in ``.npy``, or the place
            cannot be written.
    """
    encode = depth_npy if is_npy(path) else depth_png
    write_atomically(path, encode(depth_m))


def depth_npy(depth_m: NDArray[np.floating[Any]]) -> bytes:
    """The NPY file of a depth map in metres, exactly the array.

    Raises:
        OutputError: See ``write_depth``.
    """
    _check_depth(depth_m, largest_m=np.inf, what="a depth map")
    return npy_bytes(depth_m)


def depth_png(depth_m: NDArray[np.floating[Any]], *, units_per_m: float = 1000.0) -> bytes:
    """The PNG file of a depth map, 16 bits; NaN becomes 0, which means unknown.

    Args:
        depth_m: Metres, ``(H, W)``.
        units_per_m: How many units of the file a metre has; 1000 are millimetres.

    Raises:
        OutputError: It is no float ``(H, W)`` array from 0 to 65535 units, NaN where unknown.
    """
    return png_bytes(depth_levels(depth_m, units_per_m=units_per_m))


def depth_levels(
    depth_m: NDArray[np.floating[Any]], *, units_per_m: float = 1000.0
) -> NDArray[np.uint16]:
    """The pixels of the PNG of a depth map; takes and raises as ``depth_png``."""
    _check_depth(depth_m, largest_m=65535 / units_per_m, what="a depth PNG")
    levels = np.empty(depth_m.shape, np.uint16)
    for rows in bands(depth_m.shape):
        units = depth_m[rows] * units_per_m
        np.rint(units, out=units)
        units[np.isnan(units)] = 0
        levels[rows] = units
    return levels


def read_depth(
    source: PixelSource,
    *,
    size: Size | None = None,
    depth_scale: float | None = None,
    error: type[ClickmendError] = PriorError,
) -> NDArray[np.float32]:
    """Read depth in metres, ``(H, W)`` float32, NaN where it is unknown (0 or not finite).

    Args:
        source: The depth map.
        size: What its ``(W, H)`` must be.
        depth_scale: Metres in one unit of the file. A 16-bit picture needs none: it is
            millimetres, or what the text of a PNG says. Nor do floating-point numbers: they are
            metres.
        error: The exception that every refusal raises.

    Raises:
        ClickmendError: As ``error``, when it cannot be read, is coloured, has another size, holds
            negative depth, or its unit is not known.
    """
    pixels, white = read_plane(source, size=size, error=error)
    if depth_scale is None:
        depth_scale = 1.0 if pixels.dtype.kind == "f" else 1 / (units_per_m(source, error) or 1000)
        if pixels.dtype.kind != "f" and (is_array(source) or white != 65535):
            raise error(
                f"{picture_name(source)} holds {pixels.dtype} values whose unit is not known. A "
                "16-bit PNG is millimetres, floats are metres; for anything else give "
                "depth_scale=, the metres in one unit."
            )
        if pixels.dtype.kind == "f" and (middle := _middle(pixels)) > FARTHEST_MIDDLE_M:
            raise error(
                f"{picture_name(source)} holds {pixels.dtype} values around {middle:g}. Floats are "
                f"metres where they lie around {FARTHEST_MIDDLE_M:g} or less; give depth_scale=, "
                "0.001 if they are millimetres."
            )
    depth_m = (pixels * depth_scale).astype(np.float32)
    if (depth_m < 0).any():
        raise error(
            f"{picture_name(source)} holds negative depth. Depth is 0 (unknown) or more; correct "
            "the file."
        )
    depth_m[~np.isfinite(depth_m) | (depth_m == 0)] = np.nan
    return depth_m


def units_per_m(source: PixelSource, error: type[ClickmendError] = PriorError) -> float | None:
    """Units per metre in the text of a PNG; ``None`` if it has none.

    Raises:
        ClickmendError: As ``error``, when it says what is no positive number.
    """
    if isinstance(source, str | Path):
        source = b"" if is_array(source) else file_bytes(source, error=error)
    if isinstance(source, bytes) and source.startswith(_PNG):
        with opened(source, error=error) as image:
            written = image.info.get(UNITS)
    else:
        written = source.info.get(UNITS) if isinstance(source, Image.Image) else None
    if written is None:
        return None
    with suppress(ValueError):
        if 0 < (units := float(written)) < math.inf:
            return units
    raise error(
        f"{picture_name(source)} declares {written} {UNITS}. Allowed is a positive "
        "number; correct the file's text, or give depth_scale=, the metres in one unit."
    )


def _check_depth(depth_m: NDArray[Any], *, largest_m: float, what: str) -> None:
    fits = depth_m.dtype.kind == "f"
    if fits and depth_m.size:
        # Without NaN: what is unknown fits.
        low, high = np.fmin.reduce(depth_m, axis=None), np.fmax.reduce(depth_m, axis=None)
        fits = not bool(low < 0 or high > largest_m or high == np.inf)
    limit = "up" if largest_m == np.inf else f"to {largest_m:g} (an .npy file holds any)"
    allowed = f"metres, floats (H, W) from 0 {limit}, NaN where unknown"
    check_writable(depth_m, fits, what=what, allowed=allowed)


def _middle(depth: NDArray[Any]) -> float:
    known = depth[np.isfinite(depth) & (depth > 0)]
    return float(np.median(known)) if known.size else 0.0
