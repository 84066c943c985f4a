"""A bias for every value of a map; at the network's input the variables of BRS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, final

import torch
from torch import Tensor

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.shapes import Float
from clickmend.refinement.layers.base import LAYERS, EquationLayer, Variable


def delta(m: Float[Tensor, "B C H W"], z: Float[Tensor, "C H W"]) -> Float[Tensor, "B C H W"]:
    """M + z, the Δx of BRS [Lin22, Eq. 1]: every value may move by itself."""
    return m + z


@final
@LAYERS.register("delta")
class InputBias(EquationLayer):
    """A bias for every value of a map, see :func:`delta`; at the network's input this is BRS.

    Args:
        channels: The channels that it may move, the others pass untouched; all when missing. With
            the image as the map this is RGB-BRS, with the channels of the click maps DistMap-BRS.

    Raises:
        OptionError: No channels, or a channel is negative or named twice.
    """

    at_input = True
    variables: ClassVar = {"z": Variable("C H W", start=-0.0)}
    equation = staticmethod(delta)

    def __init__(self, *, channels: Sequence[int] | None = None) -> None:
        super().__init__()
        if channels is not None and (
            not channels or min(channels) < 0 or len(set(channels)) < len(channels)
        ):
            raise OptionError(
                f"channels is {tuple(channels)}. It names the channels that may move, each once "
                "and counted from 0; leave it out for all of them."
            )
        self.channels = None if channels is None else tuple(channels)

    def width(self, m: Tensor) -> int:
        """How many channels of ``m`` have variables.

        Raises:
            ModelError: The map has fewer channels than were named.
        """
        if self.channels is None:
            return m.shape[1]
        if max(self.channels) >= m.shape[1]:
            raise ModelError(
                f"The refinement layer moves the channels {self.channels}, the map has "
                f"{m.shape[1]}, counted from 0. Name channels that are there."
            )
        return len(self.channels)

    def refine(self, m: Tensor) -> Tensor:
        """The bias on the chosen channels."""
        if self.channels is None:
            return super().refine(m)
        channels = torch.tensor(self.channels, device=m.device)
        return m.index_copy(1, channels, super().refine(m[:, channels]))
