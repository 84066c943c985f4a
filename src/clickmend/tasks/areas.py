"""The areas around clicks at which energies read a prediction.

An energy at the clicked pixel alone is of little use: a network trained with disks already agrees
there, and another one can be changed at a single pixel without its surroundings. So a click may
stand for an area: a disk, whose radius is a share of the attention radius, without the pixels that
are nearer to a click with another label.
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
    """The areas of K clicks, as one list of n pixels.

    An energy reads a prediction only at these pixels.

    Attributes:
        click: The click of each pixel.
        pixel: Its index in the view, row by row.
        weight: Its weight; those of a click sum to 1.
        count: K, the number of clicks.
    """

    click: Int[Tensor, " n"]
    pixel: Int[Tensor, " n"]
    weight: Float[Tensor, " n"]
    count: int

    @classmethod
    def of(cls, weights: Float[Tensor, "K H W"]) -> Areas:
        """From maps of weights; pixels of weight 0 are left out."""
        flat = weights.flatten(1)
        click, pixel = flat.nonzero().unbind(dim=1)
        return cls(click, pixel, flat[click, pixel], len(flat))

    def read(self, maps: Float[Tensor, "*C H W"]) -> Float[Tensor, "*C n"]:
        """The values of maps at the pixels."""
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
