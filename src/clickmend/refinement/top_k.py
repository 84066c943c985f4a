"""Top-k channel selection: any refinement layer on the most active channels of a wide map."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float, Int
from clickmend.refinement.bias_map import Crop
from clickmend.refinement.layers import LAYERS, Layer


def most_active_channels(m: Float[Tensor, "B C H W"], k: int) -> Int[Tensor, " K"]:
    """The ``k`` channels with the highest mean activation, in ascending order.

    Of channels with the same mean those that come first are taken; all when there are no more.
    """
    means = m.detach().to(torch.promote_types(m.dtype, torch.float32)).mean(dim=(0, 2, 3))
    return means.argsort(descending=True, stable=True)[:k].sort().values


@final
class TopK(Layer):
    """A layer on the ``k`` most active channels; the others pass untouched.

    The channels are chosen from the first map that is met, the identity pass, and belong to the
    state.

    Args:
        layer: A name in ``LAYERS`` or a layer that has met no map yet.
        k: How many channels; the paper takes 256.

    Raises:
        OptionError: ``k`` is not positive, or there is no layer of that name.
    """

    channels: Tensor | None

    def __init__(self, layer: str | Layer, *, k: int = 256) -> None:
        super().__init__()
        if k < 1:
            raise OptionError(f"k is {k}. It is a number of channels, 1 or more; 256 is usual.")
        self.k = k
        self.layer = layer if isinstance(layer, Layer) else LAYERS[layer]()
        self.register_buffer("channels", None)

    @property
    def built(self) -> bool:
        """Whether the channels are chosen."""
        return self.channels is not None

    def build(self, m: Tensor) -> None:
        """Choose the channels and make the variables for them."""
        self.channels = most_active_channels(m, self.k)
        self.layer.build(m[:, self.channels])

    def reset(self) -> None:
        """Put the variables back to the identity; the channels stay."""
        self.layer.reset()

    def project(self) -> None:
        """As the layer does."""
        self.layer.project()

    def resample(self, old: Crop, new: Crop) -> None:
        """As the layer does."""
        self.layer.resample(old, new)

    def refine(self, m: Tensor) -> Tensor:
        """The layer on the chosen channels."""
        assert self.channels is not None
        return m.index_copy(1, self.channels, self.layer(m[:, self.channels]))
