"""For how much of its surroundings a click speaks.

A network that was trained with disks already agrees *at* the clicked pixel, and one that was not
can be bent at a single pixel without its surroundings. So a click may speak for an area around
it: a disk, whose radius is a share of the attention radius, without what clicks that say something
else are nearer to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.types import FloatMap


@final
@dataclass(frozen=True, slots=True)
class Areas:
    """The pixels that K clicks speak for, all in one list of n.

    An energy reads a prediction at these pixels alone, for they are few.

    Attributes:
        click: Which click each is of.
        pixel: Where it lies in the view, row by row.
        weight: Its share of its click; those of a click sum to 1.
        count: K.
    """

    click: Int[Tensor, " n"]
    pixel: Int[Tensor, " n"]
    weight: Float[Tensor, " n"]
    count: int

    @classmethod
    def of(cls, weights: Float[Tensor, "K H W"]) -> Areas:
        """The areas where weights are not 0."""
        flat = weights.flatten(1)
        click, pixel = flat.nonzero().unbind(dim=1)
        return cls(click, pixel, flat[click, pixel], len(flat))

    def read(self, maps: Float[Tensor, "*C H W"]) -> Float[Tensor, "*C n"]:
        """The pixels of maps."""
        flat = maps.flatten(-2)
        return flat.gather(-1, self.pixel.expand(*flat.shape[:-1], -1))

    def means(self, values: Float[Tensor, " n"]) -> Float[Tensor, " K"]:
        """The weighted mean over the area of each click."""
        return values.new_zeros(self.count).index_add(0, self.click, values * self.weight)


def areas(
    points: Sequence[tuple[float, float]],
    radii_px: Sequence[float],
    labels: Sequence[int],
    *,
    shown: NDArray[np.generic],
) -> Areas:
    """The area of each click, every pixel of it with the same weight.

    A pixel belongs to a click's area when its centre is within the radius and no click with
    another label is nearer; the pixel that holds the click always does. Of the area of an older
    click only what was granted remains: the pixels that were shown as it says when the newest
    click came.

    Args:
        points: (x, y) in the view, the newest last.
        radii_px: In pixels of the view; 0 is the clicked pixel alone.
        labels: What each click says, in the values of ``shown``.
        shown: The mask or the class map over the view when the newest click came, ``(H, W)``.
    """
    height, width = shown.shape
    squared = np.stack([_squared_distance(x, y, height, width) for x, y in points])
    inside = np.zeros(squared.shape, np.bool_)
    label = np.asarray(labels)
    for i, ((x, y), radius) in enumerate(zip(points, radii_px, strict=True)):
        inside[i] = squared[i] <= radius**2
        if (label != label[i]).any():
            inside[i] &= squared[i] < squared[label != label[i]].min(axis=0)
        if i < len(points) - 1:
            inside[i] &= shown == label[i]
        inside[i, min(int(y), height - 1), min(int(x), width - 1)] = True
    weights = torch.from_numpy(inside).float()
    return Areas.of(weights / weights.sum(dim=(1, 2), keepdim=True))


def _squared_distance(x: float, y: float, height: int, width: int) -> FloatMap:
    dx = np.arange(width, dtype=np.float32) + 0.5 - x
    dy = np.arange(height, dtype=np.float32) + 0.5 - y
    squared: FloatMap = (dy[:, None] ** 2 + dx**2).astype(np.float32)
    return squared
