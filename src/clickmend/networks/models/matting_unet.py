"""`matting-s`: our own small network from a photo and a trimap to an alpha matte."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.blocks import ConvNorm, ResidualBlock, enlarged, straight_clamp
from clickmend.networks.contracts import MattingNetwork
from clickmend.networks.decoders.unet import BLOCKS, WIDTHS, UNet

TRIMAP_CHANNELS = 3


@ARCHITECTURES.register("matting-unet")
class MattingUNet(UNet, MattingNetwork):
    """A residual U-Net, see ``UNet``, with one more step of the decoder at full resolution.

    alpha = straight_clamp(trimap + head). The trimap enters with the photo, as the channels of
    ``trimap_channels``, and again at full resolution, where ``detail`` reads both and ``finest``
    puts out the last map. Its known parts are a start and no bound: they can be corrected.

    Args:
        widths: Channels at 1/2, 1/4, 1/8 … of the input.
        blocks: Residual blocks of each encoder stage.
        attention_blocks: Transformer blocks over the coarsest map.
        encoder: Timm's name of an ``EfficientNetEncoder``; the stages when missing.
        detail_width: Channels at full resolution.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int] = WIDTHS,
        blocks: Sequence[int] = BLOCKS,
        attention_blocks: int = 2,
        encoder: str | None = None,
        detail_width: int = 16,
    ) -> None:
        super().__init__(
            widths=widths,
            blocks=blocks,
            attention_blocks=attention_blocks,
            marks=TRIMAP_CHANNELS,
            similarity=True,
            encoder=encoder,
        )
        self.detail = nn.Sequential(ConvNorm(3 + TRIMAP_CHANNELS, detail_width), nn.ReLU())
        self.lateral_finest = ConvNorm(widths[0], detail_width, kernel=1)
        self.finest = ResidualBlock(detail_width, detail_width)
        self.head = nn.Conv2d(detail_width, 1, 3, 1, 1)

    def forward(
        self, image: Float[Tensor, "B 3 H W"], trimap: Float[Tensor, "B 1 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Alpha in [0, 1], see ``MattingNetwork``."""
        known = trimap_channels(trimap)
        coarse = self.lateral_finest(self.features(image, known))
        detail = self.detail(torch.cat((self.normalise(image), known), dim=1))
        raw = self.head(self.finest(enlarged(coarse, like=detail) + detail))
        return straight_clamp(trimap + raw.float(), 0.0, 1.0)


def trimap_channels(trimap: Float[Tensor, "B 1 H W"]) -> Float[Tensor, "B 3 H W"]:
    """How much each pixel is known foreground, known background and unknown; they add up to 1.

    Args:
        trimap: 0 background, 1 foreground, 0.5 unknown; between them where it was resized.
    """
    front = F.relu(2 * trimap - 1)
    back = F.relu(1 - 2 * trimap)
    return torch.cat((front, back, 1 - front - back), dim=1)
