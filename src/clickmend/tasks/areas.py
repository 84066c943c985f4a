"""For how much of its surroundings a click speaks.

A network that was trained with disks already agrees *at* the clicked pixel, and one that was not
can be bent at a single pixel without its surroundings. So a click may speak for an area around
it: a disk, whose radius is a share of the attention radius, without what clicks that say something
else are nearer to.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap


def areas(
    points: Sequence[tuple[float, float]],
    radii_px: Sequence[float],
    labels: Sequence[int],
    *,
    shown: NDArray[np.generic],
) -> NDArray[np.float32]:
    """The area of each click as weights that sum to 1, ``(K, H, W)``.

    A pixel belongs to a click's area when its centre is within the radius and no click with
    another label is nearer; the pixel that holds the click always does. Of the area of an older
    click only what was granted remains: the pixels that were shown as it says when the newest
    click came.

    Args:
        points: (x, y) in the view, the newest last.
        radii_px: In pixels of the view; 0 is the clicked pixel alone.
        labels: What each click says, in the values of ``shown``.
        shown: The mask or the class map over the view when the newest click came, ``(H, W)``.
    """
    height, width = shown.shape
    squared = np.stack([_squared_distance(x, y, height, width) for x, y in points])
    weights = np.zeros_like(squared)
    label = np.asarray(labels)
    for i, ((x, y), radius) in enumerate(zip(points, radii_px, strict=True)):
        inside = squared[i] <= radius**2
        if (label != label[i]).any():
            inside &= squared[i] < squared[label != label[i]].min(axis=0)
        if i < len(points) - 1:
            inside &= shown == label[i]
        weights[i][inside] = 1.0
        weights[i, min(int(y), height - 1), min(int(x), width - 1)] = 1.0
        weights[i] /= weights[i].sum()
    return weights


def _squared_distance(x: float, y: float, height: int, width: int) -> FloatMap:
    dx = np.arange(width, dtype=np.float32) + 0.5 - x
    dy = np.arange(height, dtype=np.float32) + 0.5 - y
    squared: FloatMap = (dy[:, None] ** 2 + dx**2).astype(np.float32)
    return squared
