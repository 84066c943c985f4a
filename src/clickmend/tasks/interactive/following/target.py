"""What an object looks like: a linear classifier of places, fitted on the frames before.

It is the target model of [Robinson20] in closed form: ridge regression, whose sums over the places
of a frame are all that is kept of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap
from clickmend.tasks.interactive.following.features import Looks, looks_of
from clickmend.tasks.interactive.prediction import sigmoid

RIDGE = 0.1
"""How strongly weights are held at 0, as a share of the mean of the scatter's diagonal."""

STEEP = 4.0
"""The log-odds of the places most alike."""

LEAST_ALIKE = -0.2
"""Of the object's places, which are fitted to 1, the ground's to -1; below this it is not seen."""

MOST_ALIKE = 0.25
"""The places most alike are so much of the object, for it may be seen smaller than before."""

SCALES = (0.65, 1.5)
"""The first frame is learned at these scales too, for objects come nearer and go away."""

LEAST_SHARE = 1e-3
"""A smaller object counts as if it took so much of the frame."""


@dataclass(frozen=True)
class Target:
    """The sums of a ridge regression, object and ground weighing the same.

    Args:
        mean: What is taken off every vector, ``(C,)``.
        scatter: Σ w x xᵀ, where x is a vector with a 1 behind it, ``(C + 1, C + 1)``.
        along: Σ w x y, where y is 1 on the object and -1 on the ground, ``(C + 1,)``.
    """

    mean: Float[NDArray[np.float32], " C"]
    scatter: Float[NDArray[np.float32], "D D"]
    along: Float[NDArray[np.float32], " D"]

    @classmethod
    def first(cls, photo: RGB, probability: FloatMap) -> Target:
        """Of a frame, seen also mirrored, nearer and farther.

        Args:
            photo: ``(H, W, 3)``.
            probability: Of the object, ``(H, W)``.
        """
        mirrored = np.ascontiguousarray(photo[:, ::-1]), np.ascontiguousarray(probability[:, ::-1])
        views = [(looks_of(photo), probability), (looks_of(mirrored[0]), mirrored[1])]
        views += [(looks_of(photo, scale=scale), probability) for scale in SCALES]
        mean = views[0][0].vectors.mean(axis=0)
        size = len(mean) + 1
        target = cls(mean, np.zeros((size, size), np.float32), np.zeros(size, np.float32))
        for looks, seen in views:
            target = target.joined(target.of(looks, seen), 1.0, 1 / len(views))
        return target

    def of(self, looks: Looks, probability: FloatMap) -> Target:
        """Of one frame alone, with the same mean."""
        share = looks.shares(probability)
        object_part = float(np.clip(share.mean(), LEAST_SHARE, 1 - LEAST_SHARE))
        weight = 0.5 * (share / object_part + (1 - share) / (1 - object_part)) / len(share)
        vectors = self._extended(looks)
        weighted = vectors * weight[:, None].astype(np.float32)
        return Target(self.mean, weighted.T @ vectors, weighted.T @ (2 * share - 1))

    def joined(self, other: Target, own: float, others: float) -> Target:
        """The weighted sum of two."""
        return Target(
            self.mean,
            np.float32(own) * self.scatter + np.float32(others) * other.scatter,
            np.float32(own) * self.along + np.float32(others) * other.along,
        )

    def likeness(self, looks: Looks, shape: tuple[int, int], *, share: float) -> FloatMap:
        """How likely each pixel is the object's, ``(H, W)``.

        An object that blur, shade or turning have made less like itself still is what looks most
        like it, so values are counted from the middle between those of the ground and those of the
        places most alike.

        Args:
            looks: The frame.
            shape: (H, W).
            share: How much of the frame the object takes, about.
        """
        value = self._extended(looks) @ self._weights
        high = max(LEAST_ALIKE, float(np.quantile(value, 1 - MOST_ALIKE * min(share, 1.0))))
        low = float(value.mean())
        value = ((value - 0.5 * (high + low)) / (0.5 * max(high - low, 0.1))).reshape(looks.grid)
        whole = cv2.resize(value, shape[::-1], interpolation=cv2.INTER_LINEAR)
        return sigmoid(np.asarray(STEEP * whole, np.float32))

    def explains(self, other: Target) -> float:
        """How well this classifier tells the object of other frames from their ground.

        Returns:
            1 - Σ w (βᵀx - y)² over the other's places: 1 where it is right of all of them, 0 where
            it says nothing, and less where it is wrong.
        """
        weights = self._weights.astype(np.float64)
        return float(2 * weights @ other.along - weights @ other.scatter @ weights)

    @cached_property
    def _weights(self) -> NDArray[np.float32]:
        held = self.scatter.astype(np.float64)
        size = len(held) - 1
        held[np.arange(size), np.arange(size)] += RIDGE * np.trace(held) / (size + 1)
        weights = np.linalg.solve(held, self.along.astype(np.float64))
        return np.asarray(weights, np.float32)

    def _extended(self, looks: Looks) -> NDArray[np.float32]:
        ones = np.ones((len(looks.vectors), 1), np.float32)
        return np.concatenate([looks.vectors - self.mean, ones], axis=1)
