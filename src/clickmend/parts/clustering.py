"""Key-point shift and K-Means: two ways from seeds to the parts of an object, one interface."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, final, runtime_checkable

from clickmend.core.arrays import Array, as_units, namespace
from clickmend.core.registry import Registry
from clickmend.core.shapes import Bool, Float

ITERATIONS = 10
"""Steps of the mean shift [Liao23, Sec. 3], and of K-Means beside it."""

SPREAD = 0.1
"""τ of a part before it owns anything [Liao23, Sec. 3]."""

SHARPNESS = 0.1
"""What a cosine is divided by besides τ, in the softmax over patches [Liao23, Sec. 3]."""

LEAST_SPREAD = 0.01
"""Floor of τ: that of a part of one patch would reach 0."""


@final
@dataclass(frozen=True)
class Parts:
    """Prototypes of the parts of K objects.

    Attributes:
        prototypes: Unit vectors, ``(K, P, C)``.
        alive: Which of the P places hold a part, ``(K, P)``.
    """

    prototypes: Float[Array, "K P C"]
    alive: Bool[Array, "K P"]

    def maps(self, features: Float[Array, "N C"]) -> Float[Array, "K P N"]:
        """The cosine of every part to every patch; of a place without a part −1."""
        cosines = self.prototypes @ features.T
        return namespace(cosines).where(self.alive[:, :, None], cosines, -1.0)


@runtime_checkable
class Clustering(Protocol):
    """Anything that moves seeds to the parts of objects, all objects at once."""

    def __call__(
        self, parts: Parts, features: Array, within: Array, *, iterations: int = ITERATIONS
    ) -> Parts:
        """The parts that own a patch in the end.

        Args:
            parts: The seeds.
            features: Unit vectors, one per patch, ``(N, C)``.
            within: The patches that an object's parts share among themselves, ``(K, N)``.
            iterations: How many steps.
        """


def key_point_shift(
    parts: Parts,
    features: Float[Array, "N C"],
    within: Bool[Array, "K N"],
    *,
    iterations: int = ITERATIONS,
) -> Parts:
    """Mean shift in cosine space whose parts are rivals, each of its own width (step 4).

    With s_ji the cosine of part j to patch i, a step is

    - w_j = softmax over the patches of s_j / (0.1·τ_j),
    - a patch belongs to the part whose weight is the largest there,
    - c_j = Σ w_ji f_i over its own patches, brought to length 1,
    - τ_j = 1 − the mean of s_ji over its own patches, 0.01 at least; at the start 0.1.

    A part that owns nothing stays where it is and starts again with τ = 0.1, which is narrow
    enough to win its own place back. One that owns nothing in the end is dropped.
    """
    xp, prototypes = namespace(features), parts.prototypes
    spread = xp.full_like(parts.alive, SPREAD, dtype=features.dtype)
    owns = parts.alive
    for _ in range(iterations):
        cosines = prototypes @ features.T
        logits = cosines / (SHARPNESS * spread[:, :, None])
        logits = xp.where(within[:, None, :], logits, -math.inf)
        # Logarithms, for the weights of a far patch are 0 in float32 and would be equal.
        lead = logits - xp.max(logits, axis=2, keepdims=True)
        weights = lead - xp.log(xp.sum(xp.exp(lead), axis=2, keepdims=True))
        own = _owned(xp.where(parts.alive[:, :, None], weights, -math.inf), within)
        count = xp.sum(own, axis=2)
        owns = count > 0
        # A vector that is brought to length 1 afterwards may be of any other before.
        best = xp.max(xp.where(own, weights, -math.inf), axis=2, keepdims=True)
        best = xp.where(owns[:, :, None], best, 0.0)
        weights = xp.where(own, xp.exp(xp.where(own, weights - best, 0.0)), 0.0)
        prototypes = _moved(prototypes, weights, features, owns)
        mean = xp.sum(cosines * own, axis=2) / xp.clip(count, min=1)
        spread = xp.where(owns, xp.clip(1 - mean, min=LEAST_SPREAD), SPREAD)
        spread = xp.astype(spread, features.dtype)
    return Parts(prototypes, parts.alive & owns)


def k_means(
    parts: Parts,
    features: Float[Array, "N C"],
    within: Bool[Array, "K N"],
    *,
    iterations: int = ITERATIONS,
) -> Parts:
    """K-Means of unit vectors from the same seeds [Liao23, supplement, Table 1].

    A patch belongs to the part of the largest cosine, a part is the mean of its patches, brought
    to length 1. A part that owns nothing stays where it is, and is dropped in the end.
    """
    xp, prototypes = namespace(features), parts.prototypes
    owns = parts.alive
    for _ in range(iterations):
        cosines = Parts(prototypes, parts.alive).maps(features)
        own = _owned(cosines, within)
        owns = xp.any(own, axis=2)
        prototypes = _moved(prototypes, xp.astype(own, features.dtype), features, owns)
    return Parts(prototypes, parts.alive & owns)


def _owned(scores: Array, within: Array) -> Array:
    """For every part the patches where its score is the largest, of equal ones the first."""
    xp = namespace(scores)
    places = xp.arange(scores.shape[1], device=scores.device)
    best = xp.argmax(scores, axis=1)[:, None, :] == places[:, None]
    return best & within[:, None, :]


def _moved(prototypes: Array, weights: Array, features: Array, owns: Array) -> Array:
    moved = as_units(weights @ features, axis=2)
    return namespace(moved).where(owns[:, :, None], moved, prototypes)


@final
@dataclass(frozen=True)
class Method:
    """How the parts of objects are found.

    Attributes:
        cluster: From seeds to parts.
        filtered: Whether key-point filtering and merging follow.
    """

    cluster: Clustering
    filtered: bool


METHODS: Registry[Method] = Registry("way to find parts")
"""The three of [Liao23, supplement, Table 1]; the star is K-Means with key-point filtering."""
METHODS.register("shift")(Method(key_point_shift, filtered=True))
METHODS.register("k-means")(Method(k_means, filtered=False))
METHODS.register("k-means*")(Method(k_means, filtered=True))
