"""Where the parts of an object start: seeds spread over the sure inside of its map."""

from __future__ import annotations

import math

import cv2
import numpy as np

from clickmend.core.arrays import Array, like, namespace, to_numpy
from clickmend.core.shapes import Bool, Float, Int

SEEDS = 20
"""Prototypes of an object before key-point filtering [Liao23, Sec. 3]."""

SURE = 0.35
"""Where a foreground map is sure [Liao23, Sec. 3]."""


def sure_inside(
    foreground: Float[Array, "K h w"], points: Float[Array, "K 2"]
) -> Bool[Array, "K h w"]:
    """{F > 0.35}; of a map that is nowhere sure, the patch under its point."""
    xp = namespace(foreground)
    inside = foreground > SURE
    at = xp.astype(points, xp.int64)
    columns, rows = at[:, 0], at[:, 1]
    lost = ~xp.any(inside, axis=(1, 2))
    inside[lost, rows[lost], columns[lost]] = True
    return inside


def eroded(inside: Bool[Array, "K h w"]) -> Bool[Array, "K h w"]:
    """The areas without their outermost patches (8-neighbours).

    The border of the photo takes nothing away, and an area that nothing would be left of stays.

    Example:
        >>> inside = np.zeros((1, 5, 5), np.bool_)
        >>> inside[0, 1:4, 1:4] = True
        >>> int(eroded(inside).sum())
        1
    """
    xp, around = namespace(inside), np.ones((3, 3), np.uint8)
    left = [cv2.erode(each, around) > 0 for each in to_numpy(inside).astype(np.uint8)]
    core = like(np.stack(left), inside)
    return xp.where(xp.any(core, axis=(1, 2), keepdims=True), core, inside)


def spread_seeds(
    inside: Bool[Array, "K h w"], points: Float[Array, "K 2"], *, count: int = SEEDS
) -> tuple[Int[Array, "K {count}"], Bool[Array, "K {count}"]]:
    """Patches far from each other: the one nearest to the point, then always the farthest one.

    Returns:
        Indices into the h·w patches, and which of them are seeds: an area of fewer patches than
        ``count`` has one seed in each.

    Example:
        >>> area = np.ones((1, 1, 4), np.bool_)
        >>> seeds, there = spread_seeds(area, np.array([[0.5, 0.5]]), count=2)
        >>> seeds.tolist(), there.tolist()
        ([[0, 3]], [[True, True]])
    """
    xp = namespace(inside)
    height, width = inside.shape[1:]
    area = xp.reshape(inside, (len(inside), height * width))
    index = xp.arange(height * width, device=area.device)
    centres = xp.astype(xp.stack([index % width, index // width], axis=1), points.dtype) + 0.5

    def squared(positions: Array) -> Array:
        return xp.sum((centres - positions[:, None]) ** 2, axis=2)

    chosen = xp.argmin(xp.where(area, squared(points), math.inf), axis=1)
    nearest = squared(centres[chosen])
    seeds, there = [chosen], [xp.any(area, axis=1)]
    for _ in range(count - 1):
        left = xp.where(area, nearest, -1.0)
        away, chosen = xp.max(left, axis=1), xp.argmax(left, axis=1)
        nearest = xp.minimum(nearest, squared(centres[chosen]))
        seeds.append(chosen)
        there.append(away > 0)
    return xp.stack(seeds, axis=1), xp.stack(there, axis=1)
