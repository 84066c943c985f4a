"""Boxes from maps. Here positions are in patches: patch (c, r) covers [c, c + 1) × [r, r + 1)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np

from clickmend.core.arrays import Array, like, namespace, to_numpy
from clickmend.core.registry import Registry
from clickmend.core.shapes import Bool, Float, Int
from clickmend.core.types import Mask

BOX_THRESHOLD = 0.2
"""Where a min-max normalised map says object [Liao23, Sec. 3]."""

AREA_SHARE = 0.5
"""Components from this share of the largest one belong to the object [Liao23, Sec. 3]."""

BoxRule: TypeAlias = Callable[[Array, Array], Array]
"""(maps ``(K, h, w)``, points ``(K, 2)`` in patches) → boxes ``(K, 4)`` that hold the points."""

BOX_RULES: Registry[BoxRule] = Registry("box rule")
"""How a box is made of a map, by name."""


def normalised(maps: Float[Array, "*K h w"]) -> Float[Array, "*K h w"]:
    """Each map brought to [0, 1]; a flat map says nothing against any patch and becomes 1.

    Example:
        >>> normalised(np.array([[[1.0, 3.0], [2.0, 1.0]]])).tolist()
        [[[0.0, 1.0], [0.5, 0.0]]]
    """
    xp, sides = namespace(maps), (-2, -1)
    low, high = (of(maps, axis=sides, keepdims=True) for of in (xp.min, xp.max))
    differs = high > low
    return xp.where(differs, (maps - low) / xp.where(differs, high - low, 1.0), 1.0)


def tight_boxes(maps: Float[Array, "K h w"]) -> Float[Array, "K 4"]:
    """The box (x0, y0, x1, y1) around the large components of each map, in patches.

    The map is normalised, cut at 0.2 and split into components (8-neighbours); those of half the
    area of the largest one and more count.

    Example:
        >>> maps = np.zeros((1, 4, 5), np.float32)
        >>> maps[0, 1:3, 2:4] = 1
        >>> tight_boxes(maps).tolist()
        [[2.0, 1.0, 4.0, 3.0]]
    """
    high = to_numpy(normalised(maps) >= BOX_THRESHOLD)
    boxes = like(np.stack([_around(each) for each in high]), maps)
    return namespace(maps).astype(boxes, maps.dtype)


@BOX_RULES.register("plain")
def plain_boxes(maps: Float[Array, "K h w"], points: Float[Array, "K 2"]) -> Float[Array, "K 4"]:
    """The tight boxes, with the patch of the point in any case."""
    return boxes_with_points(tight_boxes(maps), points)


@BOX_RULES.register("symmetric")
def symmetric_boxes(
    maps: Float[Array, "K h w"], points: Float[Array, "K 2"]
) -> Float[Array, "K 4"]:
    """Boxes with the point in the middle: per axis the side farther from it is mirrored.

    The paper's rule; too large for a point near the edge of its object. Cut at the border of the
    h × w patches.

    Example:
        >>> maps = np.zeros((1, 4, 8), np.float32)
        >>> maps[0, 1:3, 2:4] = 1
        >>> symmetric_boxes(maps, np.array([[3.5, 2.0]], np.float32)).tolist()
        [[2.0, 1.0, 5.0, 3.0]]
    """
    height, width = maps.shape[1:]
    boxes = tight_boxes(maps)
    xp = namespace(boxes)
    half = xp.maximum(points - boxes[:, :2], boxes[:, 2:] - points)
    around = xp.concat([points - half, points + half], axis=1)
    corner = xp.asarray([width, height] * 2, dtype=around.dtype, device=around.device)
    return xp.minimum(xp.clip(around, min=0), corner)


def boxes_with_points(
    boxes: Float[Array, "K 4"], points: Float[Array, "K 2"]
) -> Float[Array, "K 4"]:
    """Boxes grown as far as needed to hold the patch that the point lies in.

    Example:
        >>> box = np.array([[2.0, 1.0, 4.0, 3.0]])
        >>> boxes_with_points(box, np.array([[0.5, 1.5]])).tolist()
        [[0.0, 1.0, 4.0, 3.0]]
    """
    xp = namespace(boxes)
    corner = xp.floor(points)
    return xp.concat(
        [xp.minimum(boxes[:, :2], corner), xp.maximum(boxes[:, 2:], corner + 1)], axis=1
    )


def inside_boxes(
    boxes: Float[Array, "K 4"], *, height: int, width: int
) -> Bool[Array, "K {height} {width}"]:
    """The patches that a box touches.

    Example:
        >>> inside_boxes(np.array([[1.0, 0.0, 3.0, 1.0]]), height=1, width=4).tolist()
        [[[False, True, True, False]]]
    """
    xp = namespace(boxes)
    columns = xp.arange(width, device=boxes.device)
    rows = xp.arange(height, device=boxes.device)
    x0, y0, x1, y1 = (boxes[:, side, None] for side in range(4))
    across = (columns < x1) & (columns + 1 > x0)
    down = (rows < y1) & (rows + 1 > y0)
    return down[:, :, None] & across[:, None, :]


def most_contrasted(
    maps: Float[Array, "J K h w"], boxes: Float[Array, "J K 4"]
) -> Int[Array, " K"]:
    """Which of its J maps stands out most for each object.

    Contrast is the mean of the normalised map inside its own box less the mean outside; a box
    that leaves nothing outside has none. It takes the place of the multiple-instance head, which
    has to be trained.
    """
    height, width = maps.shape[-2:]
    xp, count = namespace(maps), maps.shape[1]
    best = xp.full(count, -math.inf, device=maps.device, dtype=maps.dtype)
    chosen = xp.zeros(count, dtype=xp.int64, device=maps.device)
    for at, (block, around) in enumerate(zip(maps, boxes, strict=True)):
        inside = inside_boxes(around, height=height, width=width)
        level = normalised(block)
        total, within = (xp.sum(each, axis=(1, 2)) for each in (level, level * inside))
        area = xp.astype(xp.sum(inside, axis=(1, 2)), level.dtype)
        beyond = height * width - area
        contrast = within / xp.clip(area, min=1) - (total - within) / xp.clip(beyond, min=1)
        contrast = xp.where(beyond > 0, contrast, 0.0)
        better = contrast > best
        best, chosen = xp.where(better, contrast, best), xp.where(better, at, chosen)
    return chosen


def _around(high: Mask) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    _, _, facts, _ = cv2.connectedComponentsWithStats(high.astype(np.uint8), connectivity=8)
    facts = facts[1:]
    large = facts[facts[:, cv2.CC_STAT_AREA] >= AREA_SHARE * facts[:, cv2.CC_STAT_AREA].max()]
    start = large[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    end = start + large[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return np.concatenate([start.min(axis=0), end.max(axis=0)]).astype(np.float32)
