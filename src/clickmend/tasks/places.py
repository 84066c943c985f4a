"""Pixels of marks: at the mark, within its reach, and in its area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap, Mask
from clickmend.feedback.marks import Click, Mark, Push, Stroke
from clickmend.tasks.painted import painted


def pixel(x: float, y: float, shape: Sequence[int]) -> tuple[int, int]:
    """The (row, column) of a point in a map whose shape ends in height and width."""
    return min(max(int(y), 0), shape[-2] - 1), min(max(int(x), 0), shape[-1] - 1)


def single(points: Sequence[tuple[float, float]]) -> NDArray[np.float32]:
    """Points in single precision, none rounded up into the next pixel, ``(K, 2)``."""
    exact = np.array(points, np.float64).reshape(-1, 2)
    rounded = exact.astype(np.float32)
    over = np.floor(rounded) > np.floor(exact)
    return np.where(over, np.nextafter(rounded, np.float32(0)), rounded)


def reached(mark: Mark, radius_px: float, *, height: int, width: int) -> Mask:
    """The pixels whose centre is within a radius of a click, a push or the line of a stroke.

    The pixels under the mark itself always are.

    Returns:
        ``(H, W)``.
    """
    if isinstance(mark, Click | Push):
        near: Mask = np.sqrt(_squared_distance(mark.x, mark.y, height, width)) <= radius_px
        near[pixel(mark.x, mark.y, near.shape)] = True
        return near
    assert isinstance(mark, Stroke)
    under = replace(mark, radius_px=radius_px)
    return painted(under, height=height, width=width).mask((height, width))


def spoken(
    points: Sequence[tuple[float, float]],
    radii_px: Sequence[float],
    labels: Sequence[int],
    *,
    shown: NDArray[np.generic],
) -> Mask:
    """The area of each click, see ``tasks.areas``.

    A pixel belongs to a click's area if its centre is within the radius and no click with another
    label is nearer; the clicked pixel always does. The area of an older click keeps only the pixels
    that had its label before the newest click.

    Args:
        points: (x, y) in the view, the newest last.
        radii_px: In pixels of the view; 0 is the clicked pixel alone.
        labels: The label of each click, in the values of ``shown``.
        shown: The mask or class map over the view before the newest click, ``(H, W)``.

    Returns:
        ``(K, H, W)``.
    """
    height, width = shown.shape
    squared = np.stack([_squared_distance(x, y, height, width) for x, y in points])
    inside: Mask = np.zeros(squared.shape, np.bool_)
    label = np.asarray(labels)
    for i, ((x, y), radius) in enumerate(zip(points, radii_px, strict=True)):
        inside[i] = squared[i] <= radius**2
        if (label != label[i]).any():
            inside[i] &= squared[i] < squared[label != label[i]].min(axis=0)
        if i < len(points) - 1:
            inside[i] &= shown == label[i]
        inside[i, min(int(y), height - 1), min(int(x), width - 1)] = True
    return inside


def _squared_distance(x: float, y: float, height: int, width: int) -> FloatMap:
    dx = np.arange(width, dtype=np.float32) + 0.5 - x
    dy = np.arange(height, dtype=np.float32) + 0.5 - y
    squared: FloatMap = (dy[:, None] ** 2 + dx**2).astype(np.float32)
    return squared
