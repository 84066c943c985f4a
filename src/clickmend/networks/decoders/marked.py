"""The light U-Net by which marks enter the maps of a photo."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.blocks import (
    AttentionBlock,
    ClickSimilarity,
    ConvNorm,
    ResidualBlock,
    enlarged,
)

LIGHT_WIDTHS = (16, 32, 64, 128, 160)
"""Channels at 1/2, 1/4, … 1/32 of the input."""

ENTRY = 4
"""The stride of the map that marks enter at, in pixels of the input."""


class MarkedDecoder(nn.Module):
    """A U-Net over maps of a photo, told of marks, which costs a fraction of what made the maps.

    Marks enter at 1/4 of the input and go down to 1/32, each step a convolution to which the
    photo's map is added. There they meet in attention, and come up to 1/4 as in ``UNet``; at 1/2,
    where a convolution costs most, the photo's map is only added. How much each pixel looks like
    the clicks joins them at 1/8.

    What depends on the photo alone is apart, in :meth:`prepared`.

    Args:
        channels: Of the photo's maps at 1/2, 1/4 … 1/32 of the input.
        widths: Channels of its own at each of them.
        marks: Mark channels; the first two are the clicks.
        attention_blocks: Transformer blocks over the coarsest map.
    """

    def __init__(
        self,
        channels: Sequence[int],
        *,
        widths: Sequence[int] = LIGHT_WIDTHS,
        marks: int,
        attention_blocks: int = 2,
    ) -> None:
        super().__init__()
        self.narrow = nn.ModuleList(
            ConvNorm(have, want, kernel=1) for have, want in zip(channels, widths, strict=True)
        )
        self.similarity = ClickSimilarity(channels[2])
        self.mix_similarity = nn.Conv2d(2, widths[2], 1)
        self.stem_marks = nn.Conv2d(marks, widths[1], ENTRY, ENTRY)
        steps = range(1, len(widths) - 1)
        self.down = nn.ModuleList(ConvNorm(widths[i], widths[i + 1], stride=2) for i in steps)
        self.context = nn.Sequential(*(AttentionBlock(widths[-1]) for _ in range(attention_blocks)))
        self.lateral = nn.ModuleList(
            ConvNorm(widths[i + 1], widths[i], kernel=1) for i in range(len(widths) - 1)
        )
        self.decoder = nn.ModuleList(
            ResidualBlock(widths[i], widths[i]) if i > 0 else nn.ReLU()
            for i in range(len(widths) - 1)
        )

    def prepared(self, maps: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """What ``forward`` takes of a photo.

        Args:
            maps: Of 1/2 of the input, 1/4 … 1/32, each ``(B, C, h, w)``.

        Returns:
            As many, in its own widths, and the embedding by which clicks are compared.
        """
        own = [narrow(x) for narrow, x in zip(self.narrow, maps, strict=True)]
        return (*own, self.similarity.embedded(maps[2]))

    def forward(self, marks: Float[Tensor, "B K H W"], *photo: Tensor) -> Float[Tensor, "B C h w"]:
        """The finest map, h = H/2 and w = W/2.

        Args:
            marks: The mark channels.
            photo: What ``prepared`` makes of it.
        """
        *maps, embedding = photo
        x: Tensor = F.relu(self.stem_marks(marks) + maps[1])
        skips = [maps[0], x]
        alike = self.mix_similarity(self.similarity.compared(embedding, marks[:, :2]))
        for level, down in enumerate(self.down, 2):
            x = down(x) + maps[level]
            x = F.relu(x + alike if level == 2 else x)
            skips.append(x)
        x = self.context(x)
        for i in reversed(range(len(self.decoder))):
            x = self.decoder[i](enlarged(self.lateral[i](x), like=skips[i]) + skips[i])
        return x
