"""Which parts are kept: key-point filtering, merging, the largest, and their key points."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from clickmend.parts.clustering import Parts

PART_FROM = 0.8
"""A part covers the patches whose cosine is above this [Liao23, Sec. 3]."""

INSIDE_SHARE = 0.85
"""A part is kept when this share of what it covers lies inside [Liao23, Sec. 3]."""

SAME_PART = 0.85
"""Parts of this cosine are one [Liao23, Sec. 3]."""

CORE_FROM = 0.9
"""Parts are ordered by the area above this cosine [Liao23, Sec. 3]."""

KEY_POINTS = 5
"""Parts that an object keeps at most [Liao23, Sec. 3]."""


def inside_share(
    parts: Parts,
    features: Float[Tensor, "N C"],
    within: Bool[Tensor, "K N"],
    inside: Bool[Tensor, "K N"],
) -> Float[Tensor, "K P"]:
    """Which share of what a part covers within the box lies inside the object; of nothing 0."""
    covered = (parts.maps(features) > PART_FROM) & within[:, None]
    area = covered.sum(dim=2)
    return (covered & inside[:, None]).sum(dim=2) / area.clamp(min=1)


def key_point_filtering(
    parts: Parts,
    features: Float[Tensor, "N C"],
    within: Bool[Tensor, "K N"],
    inside: Bool[Tensor, "K N"],
) -> Parts:
    """The parts of which enough lies inside the object; if no part does, the one that does best.

    Args:
        parts: The parts of K objects.
        features: Unit vectors, one per patch.
        within: The patches of each object's box; parts are not looked for elsewhere.
        inside: What is surely of each object, eroded.
    """
    shares = inside_share(parts, features, within, inside).masked_fill(~parts.alive, -1)
    kept = shares >= INSIDE_SHARE
    best = F.one_hot(shares.argmax(dim=1), shares.shape[1]).bool() & parts.alive
    return Parts(parts.prototypes, torch.where(kept.any(dim=1, keepdim=True), kept, best))


def merged(parts: Parts, features: Float[Tensor, "N C"], within: Bool[Tensor, "K N"]) -> Parts:
    """Parts of cosine ≥ 0.85 made one, the mean of unit vectors, from the largest core down.

    A part takes in all that are like it and not taken yet; what it took is not asked again.
    """
    size = _core(parts, features, within)
    order = size.argsort(dim=1, descending=True, stable=True)
    alive = parts.alive.gather(1, order)
    prototypes = parts.prototypes.gather(1, order[:, :, None].expand_as(parts.prototypes))
    alike = prototypes @ prototypes.mT >= SAME_PART
    free, leads, groups = alive.clone(), torch.zeros_like(alive), torch.zeros_like(alike)
    for j in range(alive.shape[1]):
        leads[:, j] = free[:, j]
        groups[:, j] = alike[:, j] & free & leads[:, j, None]
        groups[:, j, j] = leads[:, j]
        free &= ~groups[:, j]
    means = F.normalize(groups.to(prototypes.dtype) @ prototypes, dim=2)
    return Parts(means, leads)


def largest(
    parts: Parts,
    features: Float[Tensor, "N C"],
    within: Bool[Tensor, "K N"],
    *,
    count: int = KEY_POINTS,
) -> Parts:
    """The ``count`` parts with the largest core, the largest first; fewer where there are fewer."""
    size = _core(parts, features, within)
    first = size.argsort(dim=1, descending=True, stable=True)[:, :count]
    wide = first[:, :, None].expand(-1, -1, parts.prototypes.shape[2])
    return Parts(parts.prototypes.gather(1, wide), parts.alive.gather(1, first))


def key_points(
    parts: Parts, features: Float[Tensor, "N C"], within: Bool[Tensor, "K N"], *, width: int
) -> Float[Tensor, "K P 2"]:
    """The centre (x, y) of the patch of the box that is most like each part, in patches.

    NaN where there is no part.

    Args:
        parts: The parts of K objects.
        features: Unit vectors, one per patch, row after row.
        within: The patches of each object's box.
        width: Patches per row.
    """
    at = parts.maps(features).masked_fill_(~within[:, None], -torch.inf).argmax(dim=2)
    centres = torch.stack([at % width, at // width], dim=2).to(features.dtype) + 0.5
    return centres.masked_fill_(~parts.alive[:, :, None], torch.nan)


def _core(parts: Parts, features: Tensor, within: Tensor) -> Tensor:
    """Patches above 0.9; −1 where there is no part."""
    area = ((parts.maps(features) > CORE_FROM) & within[:, None]).sum(dim=2)
    return area.masked_fill(~parts.alive, -1)
