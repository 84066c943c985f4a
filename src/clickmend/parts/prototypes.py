"""Instance maps: cosine to a prototype of the object, refined while the objects are rivals."""

from __future__ import annotations

from clickmend.core.arrays import Array, as_units, namespace
from clickmend.core.shapes import Bool, Float

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
    eligible: Bool[Array, "K N"],
    order: Float[Array, "K N"],
    lots: Float[Array, " N"],
    *,
    count: int = SAMPLES,
) -> Bool[Array, "K N"]:
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
    xp = namespace(eligible)
    nothing = ~xp.any(eligible, axis=1, keepdims=True)
    ticket = xp.where(nothing, order, xp.where(eligible, lots, -1.0))
    rank = xp.argsort(xp.argsort(-ticket, axis=1, stable=True), axis=1, stable=True)
    drawn = rank < count
    return drawn & (eligible | nothing)


def prototype_maps(
    features: Float[Array, "N C"],
    maps: Float[Array, "K N"],
    inside: Bool[Array, "K N"],
    lots: Float[Array, " N"],
) -> tuple[Float[Array, "K N"], Float[Array, "K N"]]:
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
    xp = namespace(maps)
    everywhere = xp.max(maps, axis=0, keepdims=True)
    low = xp.concat([maps, everywhere])
    held = maps * inside
    samples = sampled(held >= FOREGROUND_FROM, held, lots)
    others = sampled(low < BACKGROUND_BELOW, -low, lots)
    own = _means(xp.concat([samples, others[-1:]]), features)
    own = _refined(own, features, xp.concat([inside, xp.ones_like(inside[:1])]), rivals=True)
    background = _refined(
        _means(others[:-1], features), features, xp.ones_like(inside), rivals=False
    )
    foreground = (1 - background) * own[:-1]
    foreground = _to_one(foreground)
    return foreground, _to_one(1 - foreground)


def _to_one(maps: Array) -> Array:
    """Maps ``(K, N)`` scaled to the maximum 1; what is 0 everywhere stays."""
    xp = namespace(maps)
    return maps / xp.clip(xp.max(maps, axis=1, keepdims=True), min=1e-6)


def _means(weights: Array, features: Array) -> Array:
    return as_units(namespace(features).astype(weights, features.dtype) @ features, axis=1)


def _refined(prototypes: Array, features: Array, inside: Array, *, rivals: bool) -> Array:
    """The cosine maps, ``(K, N)``, after the refinements."""
    xp = namespace(features)
    objects = xp.arange(len(prototypes), device=features.device)[:, None]
    similar = xp.clip(prototypes @ features.T, min=0)
    for _ in range(REFINEMENTS):
        top = xp.max(similar, axis=1, keepdims=True)
        weights = xp.where(similar >= KEPT_SHARE * top, similar, 0.0)
        # An object that lost every patch keeps its prototype, and so may win some back.
        prototypes = xp.where(top > 0, _means(weights, features), prototypes)
        similar = xp.clip(prototypes @ features.T, min=0) * inside
        if rivals:
            similar = xp.where(objects == xp.argmax(similar, axis=0), similar, 0.0)
    return similar
