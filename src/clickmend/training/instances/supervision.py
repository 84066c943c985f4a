"""From points to what a detector can learn: pseudo boxes, instance maps, points in and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from clickmend.core.shapes import Bool, Float, Int
from clickmend.parts import (
    BOX_RULES,
    METHODS,
    boxes_with_points,
    distances,
    excess,
    find_parts,
    inside_boxes,
    key_points,
    normalised,
    point_maps,
    prototype_maps,
    rollout,
)
from clickmend.parts.boxes import BoxRule
from clickmend.parts.seeds import SURE

BACKGROUND_FROM = 0.8
"""Negatives are drawn where the background is above this share of its maximum (step 5)."""

EROSION_PATCHES = 21 / 16
"""The side of the erosion before positives are drawn, 21 px in patches of 16 px (step 5)."""

MARGIN = 0.25
"""Negatives are drawn in the box and this share of its sides around it, if there are any: points
far away from the object say nothing of the masks, which are cut out."""

Maps: TypeAlias = Literal["attention", "gated", "alike"]
"""What the tokens look at as it is; its geometric mean with how much each patch is like that under
the point, for their product would count a doubt that both have twice, and cut objects short; or
that likeness alone, whatever the tokens look at."""


@final
@dataclass(frozen=True, kw_only=True)
class Rules:
    """How supervision is made of what the network says.

    Attributes:
        method: How parts are found, a name in ``METHODS``; ``None`` for the baseline, which has
            neither prototypes nor key points: its instance maps are the maps themselves.
        maps: Of what boxes are made and instance maps begun. A transformer that starts from nothing
            looks at much besides the object for long; its features tell it apart far sooner.
        features: Of what likeness and parts are found: the patches after the last block, or those
            before the point tokens join, which stay as they were pretrained.
        box_rule: How a box is made of a map, a name in ``BOX_RULES``.
        points: Points of an object; half of them lie in it.
    """

    method: str | None = "shift"
    maps: Maps = "attention"
    features: Literal["last", "lower"] = "last"
    box_rule: str = "symmetric"
    points: int = 10


@final
@dataclass(frozen=True)
class Candidates:
    """Where K objects may be: J maps and J boxes of each, in patches."""

    maps: Float[Tensor, "J K h w"]
    boxes: Float[Tensor, "J K 4"]


@final
@dataclass(frozen=True)
class Supervision:
    """What the detector is told of the K objects of a picture, in the order of their points.

    Attributes:
        boxes: In pixels, ``(K, 4)``.
        foreground: F, in patches, ``(K, h, w)`` with the maximum 1.
        points: (x, y) in pixels, ``(K, P, 2)``; NaN where there is none.
        inside: Which of them lie in the object, ``(K, P)``.
    """

    boxes: Float[Tensor, "K 4"]
    foreground: Float[Tensor, "K h w"]
    points: Float[Tensor, "K P 2"]
    inside: Bool[Tensor, "K P"]

    def masks(self, size: tuple[int, int]) -> Bool[Tensor, "K H W"]:
        """F made binary at the size of the picture: mask supervision."""
        return _enlarged(self.foreground, size) > SURE


@torch.no_grad()
def candidates(
    attention: Sequence[Float[Tensor, "N N"]],
    tokens: Int[Tensor, " K"],
    points: Float[Tensor, "K 2"],
    *,
    first_token: int,
    gate: Float[Tensor, "K h w"] | None,
    grid: tuple[int, int],
    rules: Rules,
) -> Candidates:
    """Step 2: the rollout of the matched tokens, and a box around each map.

    Args:
        attention: Mean weights of the last blocks of one picture.
        tokens: The token of each point; maps and boxes come in the order of the points.
        points: (x, y) in patches.
        first_token: Where the point tokens start among the N, right after the patches.
        gate: Likeness to the patches under the points; see ``gate_of``.
        grid: h and w of the patches.
        rules: Which maps, and how a box is made of each.
    """
    rule: BoxRule = BOX_RULES[rules.box_rule]
    if rules.maps == "alike":
        assert gate is not None
        maps = gate[None]
    else:
        blocks = [each[None] for each in attention]
        maps = rollout(blocks, first_token + tokens, last=len(blocks))
        first_patch = first_token - grid[0] * grid[1]
        maps = maps[:, :, first_patch:first_token].reshape(-1, len(points), *grid)
        if gate is not None:
            maps = (maps * gate).sqrt()
    every = points.repeat(len(maps), 1)
    boxes = boxes_with_points(rule(maps.flatten(0, 1), every), every)
    return Candidates(maps, boxes.view(len(maps), -1, 4))


@torch.no_grad()
def gate_of(
    features: Float[Tensor, "D h w"],
    points: Float[Tensor, "K 2"],
    classes: Int[Tensor, " K"],
    *,
    maps: Maps,
) -> Float[Tensor, "K h w"] | None:
    """What the maps of the objects are gated by: nothing for "attention".

    For the others it is the map that ``find_instances`` starts from without attention: how much
    more each patch is like that under the point than all are in the mean, less what it costs to be
    farther from it than from another point of the class.

    Args:
        features: The patches of one picture.
        points: (x, y) in patches.
        classes: The class of each.
        maps: Which maps.
    """
    if maps == "attention":
        return None
    height, width = features.shape[1:]
    unit = F.normalize(features.float().permute(1, 2, 0), dim=2)
    columns, rows = points.long().unbind(dim=1)
    farther = excess(distances(points, height=height, width=width), classes)
    alike: Tensor = point_maps(unit, rows * width + columns, farther, (), first_patch=0)[0]
    return alike


@torch.no_grad()
def supervise(
    features: Float[Tensor, "D h w"],
    found: Candidates,
    chosen: Int[Tensor, " K"],
    points: Float[Tensor, "K 2"],
    *,
    patch_px: int,
    rules: Rules,
    generator: torch.Generator,
) -> Supervision:
    """Steps 3 to 5: instance maps, parts, and what the detector is told.

    Args:
        features: The patches of one picture.
        found: Maps and boxes.
        chosen: Which of them is each object's.
        points: (x, y) in patches.
        patch_px: The side of a patch.
        rules: How.
        generator: Of all draws, on the CPU.
    """
    objects = torch.arange(len(chosen), device=chosen.device)
    grid = features.shape[1], features.shape[2]
    boxes = found.boxes[chosen, objects]
    unit = F.normalize(features.float().flatten(1).T, dim=1)
    inside = inside_boxes(boxes, height=grid[0], width=grid[1])
    level = normalised(found.maps[chosen, objects])
    within = inside.flatten(1)
    if rules.method is None:
        foreground, background = level, 1 - level
        keys = points.new_empty(len(points), 0, 2)
    else:
        lots = torch.rand(len(unit), generator=generator).to(unit)
        flat = prototype_maps(unit, level.flatten(1), within, lots)
        foreground, background = (each.view_as(level) for each in flat)
        parts = find_parts(unit, foreground, inside, points, method=METHODS[rules.method])
        keys = key_points(parts, unit, within, width=grid[1])
    size = grid[0] * patch_px, grid[1] * patch_px
    drawn, where = _drawn(
        _enlarged(foreground, size),
        _enlarged(background, size),
        boxes * patch_px,
        patch_px=patch_px,
        count=rules.points,
        generator=generator,
    )
    held = ~keys[:, :, 0].isnan()
    half = where.shape[1] // 2
    keys, held = keys[:, :half] * patch_px, held[:, :half]
    drawn[:, : keys.shape[1]] = torch.where(held[:, :, None], keys, drawn[:, : keys.shape[1]])
    return Supervision(boxes * patch_px, foreground, drawn, where)


def _drawn(
    foreground: Tensor,
    background: Tensor,
    boxes: Tensor,
    *,
    patch_px: int,
    count: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Step 5: ``count`` pixels' centres of each object, the first half inside; and which are."""
    height, width = foreground.shape[1:]
    sure = foreground > SURE
    side = round(EROSION_PATCHES * patch_px) | 1
    kernel = np.ones((side, side), np.uint8)
    cores = [cv2.erode(each, kernel) for each in sure.to(torch.uint8).cpu().numpy()]
    core = torch.from_numpy(np.stack(cores)).to(sure.device) > 0
    # What is too thin for the erosion keeps all that is sure.
    core = torch.where(core.flatten(1).any(dim=1)[:, None, None], core, sure)
    outside = background > BACKGROUND_FROM
    margin = MARGIN * (boxes[:, 2:] - boxes[:, :2])
    around = torch.cat([boxes[:, :2] - margin, boxes[:, 2:] + margin], dim=1)
    near = outside & inside_boxes(around, height=height, width=width)
    outside = torch.where(near.flatten(1).any(dim=1)[:, None, None], near, outside)
    lots = torch.rand(height * width, generator=generator).to(foreground)
    half = count // 2
    picked = [_picked(core, lots, half), _picked(outside, lots, count - half)]
    index = torch.cat(picked, dim=1)
    at = torch.stack([index % width, index // width], dim=2) + 0.5
    where = torch.arange(count, device=index.device) < half
    return at.masked_fill(index[:, :, None] < 0, torch.nan), where.expand(len(index), -1)


def _picked(area: Tensor, lots: Tensor, count: int) -> Tensor:
    """``count`` pixels of each area, −1 where there are no more, ``(K, count)``."""
    ticket, index = torch.where(area.flatten(1), lots, -1.0).topk(count, dim=1)
    return torch.where(ticket >= 0, index, -1)


def _enlarged(maps: Tensor, size: tuple[int, int]) -> Tensor:
    enlarged = F.interpolate(maps[:, None], size, mode="bilinear", align_corners=False)
    return enlarged[:, 0]
