"""Instance maps: cosine to a prototype of the object, refined while the objects are rivals."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

SAMPLES = 20
"""Patches that a first prototype is the mean of [Liao23, Sec. 3]."""

FOREGROUND_FROM = 0.2
"""Foreground is sampled where the normalised map is at least this high (step 3)."""

BACKGROUND_BELOW = 0.1
"""Background is sampled where the normalised map is lower than this (step 3)."""

REFINEMENTS = 2
"""How often a prototype is estimated again (step 3)."""

KEPT_SHARE = 0.9
"""τ: a patch below this share of its map's maximum has no say in the new prototype (step 3)."""


def sampled(
    eligible: Bool[Tensor, "K N"],
    order: Float[Tensor, "K N"],
    lots: Float[Tensor, " N"],
    *,
    count: int = SAMPLES,
) -> Bool[Tensor, "K N"]:
    """``count`` patches of each row, drawn from the eligible ones; from none, the first in order.

    One lot per patch serves all rows, so that what is drawn for an object does not depend on
    which objects come before it.

    Args:
        eligible: Patches that may be drawn.
        order: The larger, the sooner a patch stands in where nothing is eligible.
        lots: A random number in [0, 1) per patch.
        count: How many to draw; all of a row that has fewer.
    """
    count = min(count, eligible.shape[1])
    nothing = ~eligible.any(dim=1, keepdim=True)
    ticket = torch.where(nothing, order, torch.where(eligible, lots, -1.0))
    drawn = torch.zeros_like(eligible).scatter_(1, ticket.topk(count, dim=1).indices, value=True)
    return drawn & (eligible | nothing)


def prototype_maps(
    features: Float[Tensor, "N C"],
    maps: Float[Tensor, "K N"],
    inside: Bool[Tensor, "K N"],
    lots: Float[Tensor, " N"],
) -> tuple[Float[Tensor, "K N"], Float[Tensor, "K N"]]:
    """Foreground F and background B of every object, each scaled to the maximum 1 (step 3).

    A prototype is the mean of patches sampled from the map, for the foreground inside the box; its
    own map is the cosine to all patches (nothing below 0). Twice: what is below τ of the maximum
    is dropped, the weighted mean is the new prototype, its cosine, times the box, the new map; and
    each patch stays only with the one that wins it, among all objects and a background that is
    sampled where every map is low. F is (1 − background of the object) · foreground, B its
    complement.

    Args:
        features: Unit vectors, one per patch.
        maps: The chosen map of each object, in [0, 1].
        inside: The patches of its box.
        lots: A random number in [0, 1) per patch, what is sampled depends on it.
    """
    everywhere = maps.amax(dim=0, keepdim=True)
    low = torch.cat([maps, everywhere])
    held = maps * inside
    samples = sampled(held >= FOREGROUND_FROM, held, lots)
    others = sampled(low < BACKGROUND_BELOW, -low, lots)
    own = _means(torch.cat([samples, others[-1:]]), features)
    own = _refined(own, features, torch.cat([inside, torch.ones_like(inside[:1])]), rivals=True)
    background = _refined(
        _means(others[:-1], features), features, torch.ones_like(inside), rivals=False
    )
    foreground = (1 - background) * own[:-1]
    foreground = foreground / foreground.amax(dim=1, keepdim=True).clamp(min=1e-6)
    complement = 1 - foreground
    return foreground, complement / complement.amax(dim=1, keepdim=True).clamp(min=1e-6)


def _means(weights: Tensor, features: Tensor) -> Tensor:
    return F.normalize(weights.to(features.dtype) @ features, dim=1)


def _refined(prototypes: Tensor, features: Tensor, inside: Tensor, *, rivals: bool) -> Tensor:
    """The cosine maps, ``(K, N)``, after the refinements."""
    similar = (prototypes @ features.T).clamp_(min=0)
    for _ in range(REFINEMENTS):
        top = similar.amax(dim=1, keepdim=True)
        weights = torch.where(similar >= KEPT_SHARE * top, similar, 0.0)
        # An object that lost every patch keeps its prototype, and so may win some back.
        prototypes = torch.where(top > 0, _means(weights, features), prototypes)
        similar = (prototypes @ features.T).clamp_(min=0).mul_(inside)
        if rivals:
            winner = similar.argmax(dim=0, keepdim=True)
            similar = torch.zeros_like(similar).scatter_(0, winner, similar.gather(0, winner))
    return similar
