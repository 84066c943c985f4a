"""Zoom-in: which part of the photo the network looks at, and the way there and back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap

Number = TypeVar("Number", np.uint8, np.float32)


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of whole pixels of the original image, seen at ``out_w`` × ``out_h``.

    The rectangle covers [x0, x1) × [y0, y1). A continuous position p of the original image is
    at (p − x0) · out_w / (x1 − x0) in the view, so pixel centres map to pixel centres.

    Example:
        >>> crop = Crop(10, 20, 50, 60, out_w=80, out_h=80)
        >>> crop.to_view(30.0, 40.0)
        (40.0, 40.0)
        >>> crop.contains(9.5, 30.0)
        False
    """

    x0: int
    y0: int
    x1: int
    y1: int
    out_w: int
    out_h: int

    @property
    def scale_x(self) -> float:
        """View pixels per image pixel, along x."""
        return self.out_w / (self.x1 - self.x0)

    @property
    def scale_y(self) -> float:
        """View pixels per image pixel, along y."""
        return self.out_h / (self.y1 - self.y0)

    @property
    def scale(self) -> float:
        """The geometric mean of both scales; radii are multiplied by it."""
        return math.sqrt(self.scale_x * self.scale_y)

    @property
    def place(self) -> tuple[slice, slice]:
        """Index of the rectangle into the image, ``(H, W)``."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def contains(self, x: float, y: float) -> bool:
        """Whether the image position (x, y) is seen."""
        return self.x0 <= x < self.x1 and self.y0 <= y < self.y1

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Image position → view position, both continuous."""
        return (x - self.x0) * self.scale_x, (y - self.y0) * self.scale_y

    def read(self, image: NDArray[Number]) -> NDArray[Number]:
        """Cut the rectangle out of ``(H, W)`` or ``(H, W, C)`` and resize it to the view."""
        return resize(image[self.place], self.out_w, self.out_h)

    def write(self, view: FloatMap, canvas: FloatMap) -> FloatMap:
        """A copy of ``canvas`` (H, W) with the view (h, w) resized into its rectangle."""
        out = canvas.copy()
        out[self.place] = resize(view, self.x1 - self.x0, self.y1 - self.y0)
        return out


def resize(
    x: NDArray[Number], width: int, height: int, *, into: NDArray[Number] | None = None
) -> NDArray[Number]:
    """Resize so that pixel areas keep their place: means of areas down, bilinear up.

    Args:
        x: ``(h, w)`` or ``(h, w, C)``.
        width: W.
        height: H.
        into: What an earlier call has given for another map like this one, to be written over; new
            memory takes longer than the arithmetic.

    Returns:
        ``(H, W)`` or ``(H, W, C)``; ``x`` itself where that is its size.
    """
    if x.shape[:2] == (height, width):
        return x
    shrinks = height < x.shape[0] or width < x.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cast("NDArray[Number]", cv2.resize(x, (width, height), into, interpolation=method))


def view_size(width: int, height: int, *, long_side: int, multiple: int) -> tuple[int, int]:
    """The view (out_w, out_h) of a ``width`` × ``height`` rectangle.

    Both sides are multiples of ``multiple``, the longer one is ``long_side`` (itself such a
    multiple), and the aspect ratio is kept to the nearest multiple.

    Example:
        >>> view_size(640, 480, long_side=320, multiple=32)
        (320, 256)
    """
    scale = long_side / max(width, height)
    sides = (max(multiple, round(s * scale / multiple) * multiple) for s in (width, height))
    out_w, out_h = sides
    return out_w, out_h


def whole_image(width: int, height: int, *, long_side: int, multiple: int = 32) -> Crop:
    """The view of the whole image.

    Example:
        >>> whole_image(640, 480, long_side=320)
        Crop(x0=0, y0=0, x1=640, y1=480, out_w=320, out_h=256)
    """
    out_w, out_h = view_size(width, height, long_side=long_side, multiple=multiple)
    return Crop(0, 0, width, height, out_w, out_h)


def around(
    extent: tuple[float, float, float, float],
    *,
    width: int,
    height: int,
    margin: float,
    long_side: int,
    multiple: int = 32,
) -> Crop:
    """The view around ``extent`` = (x0, y0, x1, y1), ``margin`` times as wide and as high.

    The rectangle is kept inside the image, made no more slender than 1 : 2 where the image
    allows it, and never smaller than a quarter of ``long_side``, so that a tiny object is not
    blown up beyond what its pixels carry.
    """
    x0, y0, x1, y1 = extent
    floor = long_side / 4
    w = max((x1 - x0) * margin, floor)
    h = max((y1 - y0) * margin, floor)
    w, h = max(w, h / 2), max(h, w / 2)
    left, right = _fit((x0 + x1) / 2, w, width)
    top, bottom = _fit((y0 + y1) / 2, h, height)
    out_w, out_h = view_size(right - left, bottom - top, long_side=long_side, multiple=multiple)
    return Crop(left, top, right, bottom, out_w, out_h)


def _fit(centre: float, length: float, limit: int) -> tuple[int, int]:
    """An interval of whole pixels around ``centre``, shifted (then cut) to lie in [0, limit)."""
    whole = min(math.ceil(length), limit)
    start = min(max(round(centre - length / 2), 0), limit - whole)
    return start, start + whole
