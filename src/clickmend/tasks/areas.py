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
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.shapes import Float, Int
from clickmend.tasks.places import spoken


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
    """The area of each click, every pixel of it with the same weight; see ``spoken``."""
    inside = spoken(points, radii_px, labels, shown=shown)
    weights = torch.from_numpy(inside).float()
    return Areas.of(weights / weights.sum(dim=(1, 2), keepdim=True))
