"""The region of a mark: the pixels that it corrects.

A click gives the value of one pixel. It applies to the pixels around it that are wrong in the same
way, and to none beyond its attention radius. The network is the witness: where it agrees with the
click rather than with the displayed map, the pixel belongs to the click's region. A region is
connected, holds the clicked pixel, and leaves out pixels nearer to an earlier click.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.correction.connected import part_at

Point: TypeAlias = tuple[float, float]

WITNESS = 0.2
"""σ of the network's error within a region: alpha, or the logarithm of depth."""

COLOUR = 0.3
"""σ of colour similarity, RGB in [0, 1]."""

SMOOTH_PX = 1.0
"""σ of the blur that denoises colours."""

DISTANCE = 4.0
"""Log-odds against a pixel at the radius."""

RIM_PX = 2
"""Margin of a window, wide enough that a part that leaves the radius is detected."""


@dataclass(frozen=True, slots=True)
class Window:
    """The pixels of a map within a square around a point.

    Args:
        x: From the left edge of the map.
        y: From the top edge.
        rows: Rows of the map in the square.
        columns: Columns of the map in the square.
    """

    x: float
    y: float
    rows: slice
    columns: slice

    @property
    def place(self) -> tuple[slice, slice]:
        """Index of the window into a map ``(H, W)``."""
        return self.rows, self.columns

    @property
    def centre(self) -> tuple[int, int]:
        """Index of the point's pixel into the window."""
        row = min(max(int(self.y), self.rows.start), self.rows.stop - 1)
        column = min(max(int(self.x), self.columns.start), self.columns.stop - 1)
        return row - self.rows.start, column - self.columns.start

    def distance_to(self, x: float, y: float) -> FloatMap:
        """The distance of every pixel's centre to a point of the map, pixels, ``(h, w)``."""
        dx = np.arange(self.columns.start, self.columns.stop, dtype=np.float32) + 0.5 - float(x)
        dy = np.arange(self.rows.start, self.rows.stop, dtype=np.float32) + 0.5 - float(y)
        distance: FloatMap = np.sqrt(dy[:, None] ** 2 + dx**2)
        return distance

    def nearer_than(self, others: Iterable[Point]) -> Mask:
        """The pixels that are nearer to the point than to any of the others, ``(h, w)``.

        Others on the same pixel or an adjacent one are superseded and do not count.
        """
        distance = self.distance_to(self.x, self.y)
        nearer = np.ones(distance.shape, dtype=bool)
        for x, y in others:
            if max(abs(int(x) - int(self.x)), abs(int(y) - int(self.y))) > 1:
                nearer &= distance < self.distance_to(x, y)
        return nearer


@dataclass(frozen=True, slots=True)
class Region:
    """Some pixels of a map.

    Args:
        window: The window that holds them.
        mask: The pixels, ``(h, w)`` of the window.
        pull: Weight with which the mark moves the network's output, from 1 at the mark to 0, ``(h,
            w)``; ``None`` in tasks that do not move it.
    """

    window: Window
    mask: Mask
    pull: FloatMap | None = None


def unreplaced(
    places: Float[NDArray[np.float32], "K 2"],
    reaches_px: Float[NDArray[np.float32], " K"] | None = None,
) -> Mask:
    """Which marks, oldest first, are not superseded by a later one within a pixel, ``(K,)``.

    A later mark with a smaller reach does not supersede the earlier one, but lies over it.

    Args:
        places: (x, y) of the marks, pixels.
        reaches_px: Reach of each; all equal when left out.
    """
    pixels = np.floor(places)
    replaces = np.abs(pixels[:, None] - pixels).max(-1) <= 1
    if reaches_px is not None:
        replaces &= reaches_px >= reaches_px[:, None]
    kept: Mask = ~np.triu(replaces, 1).any(1)
    return kept


def window_around(x: float, y: float, radius_px: float, *, height: int, width: int) -> Window:
    """The window that holds all pixels within a radius, and a margin of ``RIM_PX``."""
    row, column = min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)
    rim = math.ceil(radius_px) + RIM_PX
    rows = slice(max(0, row - rim), min(height, row + rim + 1))
    columns = slice(max(0, column - rim), min(width, column + rim + 1))
    return Window(x, y, rows, columns)


def pull_of(window: Window, sigma_px: float, others: Iterable[Point]) -> FloatMap:
    """A Gaussian around the window's point, 0 where an earlier click is nearer, ``(h, w)``."""
    distance = window.distance_to(window.x, window.y)
    pull: FloatMap = np.exp(-((distance / max(sigma_px, 0.5)) ** 2) / 2)
    pull[~window.nearer_than(others)] = 0
    pull[window.centre] = 1
    return pull


def unlike(photo: RGB, pixel: tuple[int, int]) -> FloatMap:
    """The squared distance of all denoised colours to that of a pixel, ``(h, w)``.

    Args:
        photo: ``(h, w, 3)``.
        pixel: (row, column).
    """
    colours = cv2.GaussianBlur(photo.astype(np.float32) / 255, (0, 0), SMOOTH_PX)
    colours -= colours[pixel].copy()
    np.square(colours, out=colours)
    squared: FloatMap = colours[..., 0] + colours[..., 1] + colours[..., 2]
    return squared


def value_region(
    shown: FloatMap,
    witness: FloatMap,
    photo: RGB,
    wanted: float,
    window: Window,
    radius_px: float,
    others: Iterable[Point],
    *,
    likeness: float,
) -> Region:
    """The region of a click that corrects a number.

    A pixel belongs to it if the log-odds of two hypotheses are positive: it has the same error as
    the clicked one, or it is right. Under both, the network's error is that at the click, with σ
    ``WITNESS``. The odds fall with distance and with differences in colour and displayed value. So
    a small correction reaches a short way, and a large one all similar pixels.

    Args:
        shown: Natural space, ``(h, w)`` of the window; no NaN.
        witness: The network's output, likewise.
        photo: The photo's window, ``(h, w, 3)``.
        wanted: The correction at the clicked pixel, natural space.
        window: Around the click.
        radius_px: Attention radius.
        others: The earlier clicks.
        likeness: σ of the similarity of displayed values, natural space.
    """
    at = window.centre
    distance = window.distance_to(window.x, window.y)
    apart = shown - witness
    row, column = at
    here = np.median(apart[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2])
    off = apart - here
    odds = ((off - wanted) ** 2 - off**2) / (2 * WITNESS**2)
    odds -= DISTANCE * (distance / max(radius_px, 0.5)) ** 2
    odds -= unlike(photo, at) / COLOUR**2
    odds -= ((shown - shown[at]) / likeness) ** 2
    free = (odds > 0) & (distance <= radius_px) & window.nearer_than(others)
    free[at] = True
    return Region(window, part_at(free, at))
