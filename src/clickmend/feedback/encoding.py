"""Marks as image channels that a network reads. Positions here are view positions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from clickmend.core.types import FloatMap

Point = tuple[float, float]


def disk_map(points: Sequence[Point], *, height: int, width: int, radius_px: float) -> FloatMap:
    """1 on the pixels whose centre is within ``radius_px`` of a point, else 0: ``(H, W)``.

    The pixel that holds a point is always set, so that a click is never lost.

    Example:
        >>> int(disk_map([(2.5, 2.5)], height=5, width=5, radius_px=1.0).sum())
        5
    """
    out = np.zeros((height, width), np.float32)
    for x, y in points:
        left, right = max(0, math.floor(x - radius_px)), min(width, math.ceil(x + radius_px) + 1)
        top, bottom = max(0, math.floor(y - radius_px)), min(height, math.ceil(y + radius_px) + 1)
        dx = np.arange(left, right, dtype=np.float32) + 0.5 - x
        dy = np.arange(top, bottom, dtype=np.float32) + 0.5 - y
        out[top:bottom, left:right][dy[:, None] ** 2 + dx**2 <= radius_px**2] = 1.0
        out[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)] = 1.0
    return out


def distance_map(
    points: Sequence[Point], *, height: int, width: int, limit_px: float = 255.0
) -> FloatMap:
    """Distance to the nearest point, cut at ``limit_px`` and divided by it: 0 at a point, 1 far.

    ``(H, W)``; without points it is 1 everywhere.

    Example:
        >>> distance_map([(0.5, 0.5)], height=1, width=3, limit_px=4.0).tolist()
        [[0.0, 0.25, 0.5]]
    """
    nearest = np.full((height, width), limit_px**2, np.float32)
    for x, y in points:
        dx = np.arange(width, dtype=np.float32) + 0.5 - x
        dy = np.arange(height, dtype=np.float32) + 0.5 - y
        np.minimum(nearest, dy[:, None] ** 2 + dx**2, out=nearest)
    distance: FloatMap = (np.sqrt(nearest) / limit_px).astype(np.float32)
    return distance


def box_map(box: tuple[float, float, float, float] | None, *, height: int, width: int) -> FloatMap:
    """1 on the pixels whose centre lies in the box (x0, y0, x1, y1), else 0; 0 without a box.

    Example:
        >>> box_map((1, 0, 3, 1), height=1, width=4).tolist()
        [[0.0, 1.0, 1.0, 0.0]]
    """
    out = np.zeros((height, width), np.float32)
    if box is not None:
        x0, y0, x1, y1 = (max(0, math.ceil(c - 0.5)) for c in box)
        out[y0:y1, x0:x1] = 1.0
    return out
