"""Which parts are kept: key-point filtering, merging, the largest, and their key points."""

from __future__ import annotations

import math

from clickmend.core.arrays import Array, as_units, namespace
from clickmend.core.shapes import Bool, Float
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
    features: Float[Array, "N C"],
    within: Bool[Array, "K N"],
    inside: Bool[Array, "K N"],
) -> Float[Array, "K P"]:
    """Which share of what a part covers within the box lies inside the object; of nothing 0."""
    covered = (parts.maps(features) > PART_FROM) & within[:, None]
    xp = namespace(features)
    area, inner = (xp.sum(each, axis=2) for each in (covered, covered & inside[:, None]))
    return xp.astype(inner, features.dtype) / xp.clip(area, min=1)


def key_point_filtering(
    parts: Parts,
    features: Float[Array, "N C"],
    within: Bool[Array, "K N"],
    inside: Bool[Array, "K N"],
) -> Parts:
    """The parts of which enough lies inside the object; if no part does, the one that does best.

    Args:
        parts: The parts of K objects.
        features: Unit vectors, one per patch.
        within: The patches of each object's box; parts are not looked for elsewhere.
        inside: What is surely of each object, eroded.
    """
    xp = namespace(features)
    shares = xp.where(parts.alive, inside_share(parts, features, within, inside), -1.0)
    kept = shares >= INSIDE_SHARE
    places = xp.arange(shares.shape[1], device=shares.device)
    best = (xp.argmax(shares, axis=1)[:, None] == places) & parts.alive
    return Parts(parts.prototypes, xp.where(xp.any(kept, axis=1, keepdims=True), kept, best))


def merged(parts: Parts, features: Float[Array, "N C"], within: Bool[Array, "K N"]) -> Parts:
    """Parts of cosine ≥ 0.85 made one, the mean of unit vectors, from the largest core down.

    A part takes in all that are like it and not taken yet; what it took is not asked again.
    """
    size = _core(parts, features, within)
    xp = namespace(features)
    order = xp.argsort(-size, axis=1, stable=True)
    alive = xp.take_along_axis(parts.alive, order, axis=1)
    prototypes = xp.take_along_axis(parts.prototypes, order[:, :, None], axis=1)
    alike = prototypes @ prototypes.mT >= SAME_PART
    free, leads, groups = xp.asarray(alive, copy=True), xp.zeros_like(alive), xp.zeros_like(alike)
    for j in range(alive.shape[1]):
        leads[:, j] = free[:, j]
        groups[:, j] = alike[:, j] & free & leads[:, j, None]
        groups[:, j, j] = leads[:, j]
        free &= ~groups[:, j]
    means = as_units(xp.astype(groups, prototypes.dtype) @ prototypes, axis=2)
    return Parts(means, leads)


def largest(
    parts: Parts,
    features: Float[Array, "N C"],
    within: Bool[Array, "K N"],
    *,
    count: int = KEY_POINTS,
) -> Parts:
    """The ``count`` parts with the largest core, the largest first; fewer where there are fewer."""
    size = _core(parts, features, within)
    xp = namespace(features)
    first = xp.argsort(-size, axis=1, stable=True)[:, :count]
    prototypes = xp.take_along_axis(parts.prototypes, first[:, :, None], axis=1)
    return Parts(prototypes, xp.take_along_axis(parts.alive, first, axis=1))


def key_points(
    parts: Parts, features: Float[Array, "N C"], within: Bool[Array, "K N"], *, width: int
) -> Float[Array, "K P 2"]:
    """The centre (x, y) of the patch of the box that is most like each part, in patches.

    NaN where there is no part.

    Args:
        parts: The parts of K objects.
        features: Unit vectors, one per patch, row after row.
        within: The patches of each object's box.
        width: Patches per row.
    """
    xp = namespace(features)
    at = xp.argmax(xp.where(within[:, None], parts.maps(features), -math.inf), axis=2)
    centres = xp.astype(xp.stack([at % width, at // width], axis=2), features.dtype) + 0.5
    return xp.where(parts.alive[:, :, None], centres, math.nan)


def _core(parts: Parts, features: Array, within: Array) -> Array:
    """Patches above 0.9; −1 where there is no part."""
    xp = namespace(features)
    area = xp.sum((parts.maps(features) > CORE_FROM) & within[:, None], axis=2)
    return xp.where(parts.alive, area, -1)
