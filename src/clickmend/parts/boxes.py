"""Boxes from maps. Here positions are in patches: patch (c, r) covers [c, c + 1) × [r, r + 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from clickmend.core.registry import Registry
from clickmend.core.types import Mask

BOX_THRESHOLD = 0.2
"""Where a min-max normalised map says object [Liao23, Sec. 3]."""

AREA_SHARE = 0.5
"""Components from this share of the largest one belong to the object [Liao23, Sec. 3]."""

BoxRule: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""(maps ``(K, h, w)``, points ``(K, 2)`` in patches) → boxes ``(K, 4)`` that hold the points."""

BOX_RULES: Registry[BoxRule] = Registry("box rule")
"""How a box is made of a map, by name."""


def normalised(maps: Float[Tensor, "*K h w"]) -> Float[Tensor, "*K h w"]:
    """Each map brought to [0, 1]; a flat map says nothing against any patch and becomes 1.

    Example:
        >>> normalised(torch.tensor([[[1.0, 3.0], [2.0, 1.0]]])).tolist()
        [[[0.0, 1.0], [0.5, 0.0]]]
    """
    low, high = maps.amin(dim=(-2, -1), keepdim=True), maps.amax(dim=(-2, -1), keepdim=True)
    return torch.where(high > low, (maps - low) / (high - low), 1.0)


def tight_boxes(maps: Float[Tensor, "K h w"]) -> Float[Tensor, "K 4"]:
    """The box (x0, y0, x1, y1) around the large components of each map, in patches.

    The map is normalised, cut at 0.2 and split into components (8-neighbours); those of half the
    area of the largest one and more count.

    Example:
        >>> maps = torch.zeros(1, 4, 5)
        >>> maps[0, 1:3, 2:4] = 1
        >>> tight_boxes(maps).tolist()
        [[2.0, 1.0, 4.0, 3.0]]
    """
    high = (normalised(maps) >= BOX_THRESHOLD).cpu().numpy()
    return torch.from_numpy(np.stack([_around(each) for each in high])).to(maps)


@BOX_RULES.register("plain")
def plain_boxes(maps: Float[Tensor, "K h w"], points: Float[Tensor, "K 2"]) -> Float[Tensor, "K 4"]:
    """The tight boxes, with the patch of the point in any case."""
    return boxes_with_points(tight_boxes(maps), points)


@BOX_RULES.register("symmetric")
def symmetric_boxes(
    maps: Float[Tensor, "K h w"], points: Float[Tensor, "K 2"]
) -> Float[Tensor, "K 4"]:
    """Boxes with the point in the middle: per axis the side farther from it is mirrored.

    The paper's rule; too large for a point near the edge of its object. Cut at the border of the
    h × w patches.

    Example:
        >>> maps = torch.zeros(1, 4, 8)
        >>> maps[0, 1:3, 2:4] = 1
        >>> symmetric_boxes(maps, torch.tensor([[3.5, 2.0]])).tolist()
        [[2.0, 1.0, 5.0, 3.0]]
    """
    height, width = maps.shape[1:]
    boxes = tight_boxes(maps)
    half = torch.maximum(points - boxes[:, :2], boxes[:, 2:] - points)
    around = torch.cat([points - half, points + half], dim=1)
    return around.clamp(min=0).minimum(around.new_tensor([width, height, width, height]))


def boxes_with_points(
    boxes: Float[Tensor, "K 4"], points: Float[Tensor, "K 2"]
) -> Float[Tensor, "K 4"]:
    """Boxes grown as far as needed to hold the patch that the point lies in.

    Example:
        >>> box = torch.tensor([[2.0, 1.0, 4.0, 3.0]])
        >>> boxes_with_points(box, torch.tensor([[0.5, 1.5]])).tolist()
        [[0.0, 1.0, 4.0, 3.0]]
    """
    corner = points.floor()
    return torch.cat(
        [torch.minimum(boxes[:, :2], corner), torch.maximum(boxes[:, 2:], corner + 1)], dim=1
    )


def inside_boxes(
    boxes: Float[Tensor, "K 4"], *, height: int, width: int
) -> Bool[Tensor, "K {height} {width}"]:
    """The patches that a box touches.

    Example:
        >>> inside_boxes(torch.tensor([[1.0, 0.0, 3.0, 1.0]]), height=1, width=4).tolist()
        [[[False, True, True, False]]]
    """
    columns = torch.arange(width, device=boxes.device)
    rows = torch.arange(height, device=boxes.device)
    x0, y0, x1, y1 = boxes[:, :, None].unbind(dim=1)
    across = (columns < x1) & (columns + 1 > x0)
    down = (rows < y1) & (rows + 1 > y0)
    return down[:, :, None] & across[:, None, :]


def most_contrasted(
    maps: Float[Tensor, "J K h w"], boxes: Float[Tensor, "J K 4"]
) -> Int[Tensor, " K"]:
    """Which of its J maps stands out most for each object.

    Contrast is the mean of the normalised map inside its own box less the mean outside; a box
    that leaves nothing outside has none. It takes the place of the multiple-instance head, which
    has to be trained.
    """
    height, width = maps.shape[-2:]
    best = torch.full(maps.shape[1:2], -torch.inf, device=maps.device, dtype=maps.dtype)
    chosen = torch.zeros(maps.shape[1], dtype=torch.int64, device=maps.device)
    for at, (block, around) in enumerate(zip(maps, boxes, strict=True)):
        inside = inside_boxes(around, height=height, width=width)
        level = normalised(block)
        total, within = level.sum(dim=(1, 2)), (level * inside).sum(dim=(1, 2))
        area = inside.sum(dim=(1, 2))
        beyond = height * width - area
        contrast = within / area.clamp(min=1) - (total - within) / beyond.clamp(min=1)
        contrast = torch.where(beyond > 0, contrast, 0.0)
        better = contrast > best
        best, chosen = torch.where(better, contrast, best), chosen.masked_fill(better, at)
    return chosen


def _around(high: Mask) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    _, _, facts, _ = cv2.connectedComponentsWithStats(high.astype(np.uint8), connectivity=8)
    facts = facts[1:]
    large = facts[facts[:, cv2.CC_STAT_AREA] >= AREA_SHARE * facts[:, cv2.CC_STAT_AREA].max()]
    start = large[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    end = start + large[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return np.concatenate([start.min(axis=0), end.max(axis=0)]).astype(np.float32)
