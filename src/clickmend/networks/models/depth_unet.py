"""`depth-s`: our own small network from a photo to metres."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import Tensor, nn

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.blocks import enlarged, straight_clamp
from clickmend.networks.contracts import DepthNetwork
from clickmend.networks.decoders.unet import BLOCKS, WIDTHS, UNet


@ARCHITECTURES.register("depth-unet")
class DepthUNet(UNet, DepthNetwork):
    """A residual U-Net, see ``UNet``, that predicts log-depth at half the resolution.

    depth = exp(straight_clamp(log √(near · far) + head)): the natural space is the logarithm, where
    an error is a ratio, and a head of 0 says the geometric mean of the range.

    Args:
        range_m: The nearest and the farthest that can be said, metres.
        widths: Channels at 1/2, 1/4, 1/8 … of the input.
        blocks: Residual blocks of each encoder stage.
        attention_blocks: Transformer blocks over the coarsest map.
        encoder: Timm's name of an ``EfficientNetEncoder``; the stages when missing.

    Raises:
        OptionError: The range is none.
    """

    def __init__(
        self,
        *,
        range_m: Sequence[float] = (0.3, 10.0),
        widths: Sequence[int] = WIDTHS,
        blocks: Sequence[int] = BLOCKS,
        attention_blocks: int = 2,
        encoder: str | None = None,
    ) -> None:
        near, far = range_m
        if not 0 < near < far:
            raise OptionError(
                f"range_m is {near:g} to {far:g} m, which is no range of depths. Give the nearest "
                "and the farthest in metres, 0 < nearest < farthest."
            )
        super().__init__(
            widths=widths, blocks=blocks, attention_blocks=attention_blocks, encoder=encoder
        )
        self.log_range = (math.log(near), math.log(far))
        self.head = nn.Conv2d(widths[0], 1, 1)

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B 1 H W"]:
        """Metres, see ``DepthNetwork``."""
        # float32 from here: under autocast a step of bfloat16 would be about 1 % of the depth.
        raw = enlarged(self.head(self.features(image)).float(), like=image)
        low, high = self.log_range
        return straight_clamp(raw + (low + high) / 2, low, high).exp()
