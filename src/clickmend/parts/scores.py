"""From parts to instance masks: a soft map per object, rivals for every patch and pixel."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

UNDECIDED = 0.5
"""The soft value of the background, which every object has to beat."""

SOFTNESS = 0.2
"""Cosine by which an object beats the background for a soft value of σ(1) ≈ 0.73."""

LOCALITY = 8.0
"""Cosine that a patch loses when it lies farther from a point than from the nearest of all, by as
much as the photo's longer side."""

BETWEEN_CLASSES = 0.25
"""How much of that is lost to a point of another class: enough that objects which look alike,
whatever they are called, do not take each other's patches across the photo."""

WORKING_VALUES = 1 << 20
"""Values of one working tensor; what does not fit is computed object after object."""


def at_once(values_per_object: int) -> int:
    """How many objects may be computed together."""
    return max(1, WORKING_VALUES // values_per_object)


def distances(
    points: Float[Tensor, "K 2"], *, height: int, width: int
) -> Float[Tensor, "K {height} {width}"]:
    """From each patch's centre to the points, in longer sides of the photo."""
    x = torch.arange(width, device=points.device, dtype=points.dtype) + 0.5 - points[:, :1]
    y = torch.arange(height, device=points.device, dtype=points.dtype) + 0.5 - points[:, 1:]
    return torch.hypot(y[:, :, None], x[:, None, :]) / max(height, width)


def excess(
    away: Float[Tensor, "K h w"], classes: Int[Tensor, " K"], *, between: float = 0.0
) -> Float[Tensor, "K h w"]:
    """How much farther each patch is from an object than from the nearest object of its class.

    Objects of one class look alike, so that nearness has to tell them apart; objects of different
    classes are told apart by their features, and by nearness as far as ``between`` says.

    Args:
        away: See `distances`.
        classes: Of the objects.
        between: The share of what a patch is farther than from the nearest object of all that
            counts at least.
    """
    first_of_class = (classes[:, None] == classes).long().argmax(dim=1)
    index = first_of_class[:, None, None].expand_as(away)
    nearest = torch.full_like(away, torch.inf).scatter_reduce_(0, index, away, "amin")
    within = away - nearest[first_of_class]
    return torch.maximum(within, between * (away - away.amin(dim=0)))


def soft_maps(
    likeness: Float[Tensor, "K h w"],
    background: Float[Tensor, "h w"],
    farther: Float[Tensor, "K h w"],
    inside: Bool[Tensor, "K h w"],
) -> Float[Tensor, "K h w"]:
    """σ((likeness − 8·farther − background) / 0.2), 0 outside the box.

    Args:
        likeness: The largest cosine to a part of the object.
        background: The largest cosine to a part of the background.
        farther: See `excess`.
        inside: The patches of the object's box.
    """
    ahead = (likeness - LOCALITY * farther - background) / SOFTNESS
    return ahead.sigmoid_().masked_fill_(~inside, 0)


def masks_of(soft: Float[Tensor, "K h w"]) -> Bool[Tensor, "K h w"]:
    """Each patch with the object of the largest soft value, of equal ones the first, if above ½."""
    top, winner = soft.max(dim=0)
    winner = torch.where(top > UNDECIDED, winner, -1)
    return winner == torch.arange(len(soft), device=soft.device)[:, None, None]


def labels_of(
    soft: Float[Tensor, "K h w"], *, height: int, width: int
) -> Int[Tensor, "{height} {width}"]:
    """1…K where that object wins at the size of the photo, 0 where the background does.

    The soft maps are enlarged bilinearly and a few at a time, so that the memory does not grow
    with the objects.
    """
    top = soft.new_full((height, width), UNDECIDED)
    labels = torch.zeros(height, width, dtype=torch.int32, device=soft.device)
    step = at_once(height * width)
    for start in range(0, len(soft), step):
        some = F.interpolate(
            soft[None, start : start + step], (height, width), mode="bilinear", align_corners=False
        )
        high, which = some[0].max(dim=0)
        wins = high > top
        labels[wins] = (which[wins] + start + 1).int()
        top = torch.where(wins, high, top)
    return labels


def certainty(
    soft: Float[Tensor, "K h w"],
    inside: Float[Tensor, "K h w"],
    points: Sequence[tuple[float, float]],
    *,
    size: tuple[int, ...],
) -> tuple[float, ...]:
    """The mean of each soft map in its mask, without the patch of the point.

    A mask of nothing but that patch is undecided, ½; one that has not even that is empty, and has
    0.

    Args:
        soft: How sure each object is.
        inside: The share of each patch that is in the mask.
        points: (x, y) of each object in pixels of the photo.
        size: (H, W) of the photo.
    """
    weights = inside.clone()
    empty = torch.zeros(len(soft), dtype=torch.bool, device=soft.device)
    rows, columns = soft.shape[1:]
    for number, (x, y) in enumerate(points):
        own = number, int(y * rows / size[0]), int(x * columns / size[1])
        empty[number] = soft[own] == 0
        weights[own] = 0
    total = weights.sum(dim=(1, 2))
    mean = (weights * soft).sum(dim=(1, 2)) / total.clamp(min=1e-6)
    mean = torch.where(total > 0, mean, UNDECIDED).masked_fill(empty, 0)
    return tuple(mean.tolist())
