"""Masks as polygons, for tools that have nothing else, with their holes."""

from __future__ import annotations

import cv2
import numpy as np
from scipy import ndimage

from clickmend.core.types import Mask
from clickmend.projects.formats.rings import Ring, outline

_EIGHT = np.ones((3, 3), bool)


def polygons(mask: Mask, *, share: float = 0.0) -> list[Ring]:
    """A polygon around each part of a mask ``(H, W)``, the largest first.

    A polygon has no holes, so it runs along a slit to each hole, around it and back: filled, it is
    the mask.

    Args:
        mask: The object.
        share: How far an outline may be moved to have fewer corners, as a share of its length; at
            0 it follows the edges of the pixels, and is exact.

    Returns:
        The corners ``(N, 2)`` of each, (x, y) in pixels, the first not repeated.
    """
    numbers, count = ndimage.label(mask, _EIGHT)
    sizes = np.bincount(numbers.ravel(), minlength=count + 1)
    boxes = ndimage.find_objects(numbers)
    found = []
    for number in sorted(range(1, count + 1), key=lambda n: -sizes[n]):
        rows, columns = boxes[number - 1]
        rings = outline(numbers[rows, columns] == number)
        offset = np.array([columns.start, rows.start], np.float64)
        around = _simpler(rings.outer[0], share)
        for hole in rings.holes:
            inner = _simpler(hole, share)
            if len(inner) > 2:
                around = _slit(around, inner)
        if len(around) > 2:
            found.append(around + offset)
    return found


def _simpler(ring: Ring, share: float) -> Ring:
    if not share:
        return ring
    corners = ring.astype(np.float32)[:, None]
    limit_px = share * cv2.arcLength(corners, True)
    return np.asarray(cv2.approxPolyDP(corners, limit_px, True), np.float64)[:, 0]


def _slit(around: Ring, hole: Ring) -> Ring:
    """One outline of both, joined at the two corners that are nearest."""
    apart = np.square(around[:, None] - hole[None]).sum(axis=2)
    at, to = np.unravel_index(int(apart.argmin()), apart.shape)
    turned = np.roll(hole, -int(to), axis=0)
    return np.concatenate((around[: at + 1], turned, turned[:1], around[at:]))
