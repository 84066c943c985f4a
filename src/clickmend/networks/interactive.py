"""`interactive-s`: our own small network from a photo, marks and a previous mask to a mask."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from clickmend.networks.blocks import (
    AttentionBlock,
    ClickSimilarity,
    ConvNorm,
    Normalise,
    ResidualBlock,
)
from clickmend.networks.encoding import InteractiveNetwork, MarkEncoding

MARK_CHANNELS = 4


class InteractiveUNet(InteractiveNetwork):
    """A residual U-Net with attention over its coarsest map.

    Photo and marks enter by a convolution each, at half resolution, and are added. Every stage
    halves the resolution; the decoder adds the encoder's map of the same size at each step.

    Args:
        widths: Channels at 1/2, 1/4, 1/8 and 1/16 of the input.
        blocks: Residual blocks of each encoder stage.
        attention_blocks: Transformer blocks over the 1/16 map; 0 for a plain U-Net.
        similarity: Whether the decoder also sees how much each pixel looks like the clicks.
        disk_radius_px: Radius of a click's disk in the view.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int] = (24, 48, 96, 160),
        blocks: Sequence[int] = (1, 2, 2, 2),
        attention_blocks: int = 2,
        similarity: bool = True,
        disk_radius_px: float = 5.0,
    ) -> None:
        super().__init__()
        self.encoding = MarkEncoding("disk", disk_radius_px)
        self.normalise = Normalise()
        self.stem_image = nn.Conv2d(3, widths[0], 5, 2, 2)
        self.stem_marks = nn.Conv2d(MARK_CHANNELS, widths[0], 5, 2, 2)
        self.stages = nn.ModuleList(
            nn.Sequential(
                *(
                    ResidualBlock(
                        widths[max(i - 1, 0)] if j == 0 else widths[i],
                        widths[i],
                        stride=2 if i > 0 and j == 0 else 1,
                    )
                    for j in range(blocks[i])
                )
            )
            for i in range(len(widths))
        )
        self.context = nn.Sequential(*(AttentionBlock(widths[-1]) for _ in range(attention_blocks)))
        self.similarity = ClickSimilarity(widths[2]) if similarity else None
        self.mix_similarity = nn.Conv2d(2, widths[2], 1) if similarity else None
        self.lateral = nn.ModuleList(
            ConvNorm(widths[i + 1], widths[i], kernel=1) for i in range(len(widths) - 1)
        )
        self.decoder = nn.ModuleList(
            ResidualBlock(widths[i], widths[i]) for i in range(len(widths) - 1)
        )
        self.head = nn.Conv2d(widths[0], 1, 1)

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object"; H and W are multiples of the coarsest stride."""
        x = F.relu(self.stem_image(self.normalise(image)) + self.stem_marks(marks))
        skips = []
        for stage in self.stages:
            x = stage(x)
            skips.append(x)
        x = self.context(x)
        for i in reversed(range(len(self.decoder))):
            x = F.interpolate(
                self.lateral[i](x), size=skips[i].shape[-2:], mode="bilinear", align_corners=False
            )
            x = x + skips[i]
            if i == 2 and self.similarity is not None and self.mix_similarity is not None:
                x = x + self.mix_similarity(self.similarity(skips[i], marks[:, :2]))
            x = self.decoder[i](x)
        logits: Tensor = F.interpolate(
            self.head(x), size=image.shape[-2:], mode="bilinear", align_corners=False
        )
        return logits
