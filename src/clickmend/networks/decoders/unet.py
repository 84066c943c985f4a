"""The residual U-Net that our small networks share."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.shapes import Float
from clickmend.networks.backbones.efficientnet import EfficientNetEncoder
from clickmend.networks.blocks import (
    AttentionBlock,
    ClickSimilarity,
    ConvNorm,
    Normalise,
    ResidualBlock,
    enlarged,
)
from clickmend.networks.decoders.corrective import CorrectiveStep

WIDTHS = (16, 48, 96, 160, 224)
"""Channels at 1/2, 1/4, … 1/32 of the input, as `interactive-s` has them."""

BLOCKS = (0, 2, 2, 2, 1)
"""Residual blocks at each of them."""


FINEST = 3
"""How many of the decoder's maps objects are found in, see ``networks.features``."""


class UNet(nn.Module):
    """A residual U-Net with attention over its coarsest map; the base of our small networks.

    Photo and marks enter by a convolution each, at half resolution, and are added. Every stage
    halves the resolution; the decoder adds the encoder's map of the same size at each step:
    ``decoder.0`` puts out a map of 1/2 of the input, ``decoder.1`` of 1/4, and so on up to
    ``context``, the coarsest.

    With an ``encoder`` that was trained before, its maps, each brought to ``widths`` by a 1×1
    convolution, stand in place of those of the stages. The marks are added behind its stem.

    Args:
        widths: Channels at 1/2, 1/4, 1/8 … of the input.
        blocks: Residual blocks of each encoder stage.
        attention_blocks: Transformer blocks over the coarsest map; 0 for a plain U-Net.
        marks: Mark channels that come with the photo; 0 for none.
        similarity: Whether the decoder also sees how much each pixel looks like what lies under
            the first and under the second mark channel.
        encoder: Timm's name of an ``EfficientNetEncoder``; the stages when missing.
        corrective_px: Radius of the disks of the first two mark channels; where it is given, the
            decoder has a ``CorrectiveStep`` behind the similarity, and the heads of ``context``
            learn how their keys are held.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int] = WIDTHS,
        blocks: Sequence[int] = BLOCKS,
        attention_blocks: int = 2,
        marks: int = 0,
        similarity: bool = False,
        encoder: str | None = None,
        corrective_px: float | None = None,
    ) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.encoder = EfficientNetEncoder(encoder) if encoder else None
        if self.encoder is None:
            self._make_stages(widths, blocks, marks)
        else:
            self._make_narrow(self.encoder, widths, marks)
        self.context = nn.Sequential(
            *(
                AttentionBlock(widths[-1], learned_hold=corrective_px is not None)
                for _ in range(attention_blocks)
            )
        )
        self.similarity = ClickSimilarity(widths[2]) if similarity else None
        self.mix_similarity = nn.Conv2d(2, widths[2], 1) if similarity else None
        self.corrective = (
            CorrectiveStep(widths[2], radius_px=corrective_px) if corrective_px else None
        )
        self.lateral = nn.ModuleList(
            ConvNorm(widths[i + 1], widths[i], kernel=1) for i in range(len(widths) - 1)
        )
        self.decoder = nn.ModuleList(
            ResidualBlock(widths[i], widths[i]) for i in range(len(widths) - 1)
        )

    def _make_stages(self, widths: Sequence[int], blocks: Sequence[int], marks: int) -> None:
        self.stem_image = nn.Conv2d(3, widths[0], 5, 2, 2)
        self.stem_marks = nn.Conv2d(marks, widths[0], 5, 2, 2) if marks else None
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

    def _make_narrow(self, encoder: EfficientNetEncoder, widths: Sequence[int], marks: int) -> None:
        if len(widths) != len(encoder.channels):
            raise OptionError(
                f"{len(widths)} widths are given for {len(encoder.channels)} maps of the encoder. "
                "Give one width for each map."
            )
        self.stem_marks = nn.Conv2d(marks, encoder.stem_channels, 5, 2, 2) if marks else None
        self.narrow = nn.ModuleList(
            ConvNorm(have, want, kernel=1)
            for have, want in zip(encoder.channels, widths, strict=True)
        )

    @property
    def encoder_name(self) -> str | None:
        """Timm's name of the encoder; ``None`` where it is the network's own."""
        return None if self.encoder is None else self.encoder.name

    def load_encoder(self, weights: str) -> None:
        """Take an encoder that was trained before, such as "imagenet".

        What the marks add starts at zero, so that the encoder's maps are at first what they were.

        Raises:
            ModelError: The network has no such encoder, or the weights are not to be had.
        """
        if self.encoder is None:
            raise ModelError(
                f"There are no weights {weights!r} for a network whose encoder is its own. Choose "
                "one with an encoder of timm, such as 'interactive-lite0-unet'."
            )
        self.encoder.load_pretrained(weights)
        if self.stem_marks is not None:
            for parameter in self.stem_marks.parameters():
                nn.init.zeros_(parameter)

    def features(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B K H W"] | None = None
    ) -> Float[Tensor, "B C h w"]:
        """The finest map of the decoder, h = H/2 and w = W/2; see :meth:`maps`."""
        return self.maps(image, marks)[0]

    @property
    def map_parts(self) -> list[nn.Module]:
        """What puts out the finest maps of the decoder, the finest first."""
        return list(self.decoder[:FINEST])

    def maps(
        self,
        image: Float[Tensor, "B 3 H W"],
        marks: Float[Tensor, "B K H W"] | None = None,
        clicks: Float[Tensor, "B 2 H W"] | None = None,
    ) -> list[Tensor]:
        """The maps of the decoder, of 1/2 of the input, 1/4 and so on, each ``(B, C, h, w)``.

        Args:
            image: RGB in [0, 1]; H and W are multiples of the coarsest stride.
            marks: The mark channels, if the network was made with some.
            clicks: What ``corrective`` is told of; the first two mark channels when missing.
        """
        return self.pyramid(image, marks, clicks)[:-1]

    def pyramid(
        self,
        image: Float[Tensor, "B 3 H W"],
        marks: Float[Tensor, "B K H W"] | None = None,
        clicks: Float[Tensor, "B 2 H W"] | None = None,
    ) -> list[Tensor]:
        """The maps of the decoder and, last, the coarsest, behind ``context``; see :meth:`maps`."""
        clicks = marks[:, :2] if clicks is None and marks is not None else clicks
        skips = self._encode(image, marks)
        x = self.context(skips[-1])
        decoded: list[Tensor] = [x]
        for i in reversed(range(len(self.decoder))):
            x = enlarged(self.lateral[i](x), like=skips[i]) + skips[i]
            if i == 2 and self.similarity is not None and self.mix_similarity is not None:
                assert marks is not None
                x = x + self.mix_similarity(self.similarity(skips[i], marks[:, :2]))
            if i == 2 and self.corrective is not None:
                assert clicks is not None
                x = self.corrective(x, clicks)
            x = self.decoder[i](x)
            decoded.insert(0, x)
        return decoded

    def _encode(self, image: Tensor, marks: Tensor | None) -> list[Tensor]:
        """The maps of 1/2 of the input, 1/4 and so on, ``widths`` wide."""
        beside = 0 if self.stem_marks is None else self.stem_marks(marks)
        if self.encoder is not None:
            maps = self.encoder(image, beside)
            return [narrow(x) for narrow, x in zip(self.narrow, maps, strict=True)]
        x: Tensor = F.relu(self.stem_image(self.normalise(image)) + beside)
        skips = []
        for stage in self.stages:
            x = stage(x)
            skips.append(x)
        return skips
