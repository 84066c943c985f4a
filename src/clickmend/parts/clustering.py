"""Key-point shift and K-Means: two ways from seeds to the parts of an object, one interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, final, runtime_checkable

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from clickmend.core.registry import Registry

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

    prototypes: Float[Tensor, "K P C"]
    alive: Bool[Tensor, "K P"]

    def maps(self, features: Float[Tensor, "N C"]) -> Float[Tensor, "K P N"]:
        """The cosine of every part to every patch; of a place without a part −1."""
        cosines = self.prototypes @ features.T
        return cosines.masked_fill_(~self.alive[:, :, None], -1)


@runtime_checkable
class Clustering(Protocol):
    """Anything that moves seeds to the parts of objects, all objects at once."""

    def __call__(
        self, parts: Parts, features: Tensor, within: Tensor, *, iterations: int = ITERATIONS
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
    features: Float[Tensor, "N C"],
    within: Bool[Tensor, "K N"],
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
    prototypes = parts.prototypes
    spread = torch.full_like(parts.alive, SPREAD, dtype=features.dtype)
    owns = parts.alive
    for _ in range(iterations):
        cosines = prototypes @ features.T
        logits = (cosines / (SHARPNESS * spread[:, :, None])).masked_fill_(
            ~within[:, None, :], -torch.inf
        )
        # Logarithms, for the weights of a far patch are 0 in float32 and would be equal.
        weights = logits.log_softmax(dim=2).masked_fill_(~parts.alive[:, :, None], -torch.inf)
        own = _owned(weights, within)
        count = own.sum(dim=2)
        owns = count > 0
        weights = weights.masked_fill_(~own, -torch.inf).softmax(dim=2)
        prototypes = _moved(prototypes, weights, features, owns)
        mean = cosines.mul_(own).sum(dim=2) / count.clamp(min=1)
        spread = torch.where(owns, (1 - mean).clamp(min=LEAST_SPREAD), SPREAD)
    return Parts(prototypes, parts.alive & owns)


def k_means(
    parts: Parts,
    features: Float[Tensor, "N C"],
    within: Bool[Tensor, "K N"],
    *,
    iterations: int = ITERATIONS,
) -> Parts:
    """K-Means of unit vectors from the same seeds [Liao23, supplement, Table 1].

    A patch belongs to the part of the largest cosine, a part is the mean of its patches, brought
    to length 1. A part that owns nothing stays where it is, and is dropped in the end.
    """
    prototypes = parts.prototypes
    owns = parts.alive
    for _ in range(iterations):
        cosines = Parts(prototypes, parts.alive).maps(features)
        own = _owned(cosines, within)
        owns = own.any(dim=2)
        prototypes = _moved(prototypes, own.to(features.dtype), features, owns)
    return Parts(prototypes, parts.alive & owns)


def _owned(scores: Tensor, within: Tensor) -> Tensor:
    """For every part the patches where its score is the largest, of equal ones the first."""
    best = scores.argmax(dim=1, keepdim=True)
    return torch.zeros_like(scores, dtype=torch.bool).scatter_(1, best, within[:, None, :])


def _moved(prototypes: Tensor, weights: Tensor, features: Tensor, owns: Tensor) -> Tensor:
    return torch.where(owns[:, :, None], F.normalize(weights @ features, dim=2), prototypes)


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
