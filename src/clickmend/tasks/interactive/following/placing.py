"""Where in a frame an object fits that has moved far, by how much each pixel looks like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap
from clickmend.feedback.crop import resize

COARSE_PX = 96
"""The longer side at which places are tried."""

SCALES = (0.64, 0.8, 1.0, 1.25, 1.56)
"""How many times as large the object may be."""

FAR = 0.35
"""As a share of the longer side, so far away it fits by ``COSTS`` worse."""

COSTS = 1.0
"""Log-odds, of each pixel of the object."""


@dataclass(frozen=True, slots=True)
class Move:
    """A similarity from the old frame to the new one.

    Args:
        matrix: It takes (x, y, 1) of the old frame to (x, y) of the new.
    """

    matrix: Float[NDArray[np.float64], "2 3"]

    def apply(self, photo: RGB) -> RGB:
        """A frame as it lies then."""
        size = photo.shape[1], photo.shape[0]
        moved: Any = cv2.warpAffine(photo, self.matrix, size, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.uint8)

    def carry(self, values: FloatMap) -> FloatMap:
        """A map as it lies then, ``(H, W)``; from over the edge comes 0."""
        moved: Any = cv2.warpAffine(values, self.matrix, values.shape[::-1])
        return np.asarray(moved, np.float32)


def best_move(before: FloatMap, expected: FloatMap, odds: FloatMap, *, far: float) -> Move | None:
    """The place and size at which the object fits best.

    Were the pixels independent, the log-likelihood of its lying somewhere would be, but for a
    constant, the sum of the log-odds over its pixels there.

    Args:
        before: The object's probability in the old frame, ``(H, W)``.
        expected: Where it is expected in the new one, ``(H, W)``; nearer is likelier.
        odds: The log-odds of each pixel of the new frame by what it looks like, ``(H, W)``.
        far: How many times as far as ``FAR`` it may well have gone.

    Returns:
        ``None`` where there is no object.
    """
    height, width = before.shape
    shrink = min(1.0, COARSE_PX / max(height, width))
    small = max(1, round(width * shrink)), max(1, round(height * shrink))
    shape, field = resize(before, *small), resize(odds, *small)
    old = _middle(shape)
    if old is None:
        return None
    new = _middle(resize(expected, *small)) or old
    y, x = np.mgrid[: small[1], : small[0]].astype(np.float32)
    away = np.hypot(x - new[0], y - new[1]) / (FAR * far * max(small))
    best, found = -np.inf, (1.0, 0, 0)
    for scale in SCALES:
        kernel = _centred(shape, old, scale)
        fits = cv2.filter2D(field, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
        value = fits / float(shape.sum()) - COSTS * away**2
        row, column = divmod(int(value.argmax()), small[0])
        if value[row, column] > best:
            best, found = float(value[row, column]), (scale, column, row)
    scale, column, row = found
    factor = np.array([width / small[0], height / small[1]])
    start = (np.array(old) + 0.5) * factor
    end = (np.array([column, row]) + 0.5) * factor
    shift = end - scale * start
    return Move(np.array([[scale, 0, shift[0]], [0, scale, shift[1]]]))


def fit(place: FloatMap, odds: FloatMap) -> float:
    """The mean log-odds over the pixels of a mask; of one that is empty minus infinity."""
    size = float(place.sum())
    return float((place * odds).sum()) / size if size > 1 else -np.inf


def _middle(mask: FloatMap) -> tuple[int, int] | None:
    """The column and the row in the middle of a mask."""
    rows, columns = np.nonzero(mask > 0.5)
    return (round(columns.mean()), round(rows.mean())) if len(rows) else None


def _centred(shape: FloatMap, middle: tuple[int, int], scale: float) -> FloatMap:
    """A mask around the middle of an odd square, scaled."""
    half = max(shape.shape)
    place = np.array([[scale, 0, half - scale * middle[0]], [0, scale, half - scale * middle[1]]])
    moved: Any = cv2.warpAffine(shape, place, (2 * half + 1, 2 * half + 1))
    return np.asarray(moved, np.float32)
