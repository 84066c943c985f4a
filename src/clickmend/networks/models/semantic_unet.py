"""`semantic-s`: our own small network from a photo to a class map."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.blocks import enlarged
from clickmend.networks.contracts import SemanticNetwork
from clickmend.networks.decoders.unet import BLOCKS, WIDTHS, UNet


@ARCHITECTURES.register("semantic-unet")
class SemanticUNet(UNet, SemanticNetwork):
    """A residual U-Net, see ``UNet``, whose classes are decided at half the resolution.

    Args:
        classes: K, the number of classes.
        widths: Channels at 1/2, 1/4, 1/8 … of the input.
        blocks: Residual blocks of each encoder stage.
        attention_blocks: Transformer blocks over the coarsest map.
        encoder: Timm's name of an ``EfficientNetEncoder``; the stages when missing.
    """

    def __init__(
        self,
        *,
        classes: int = 11,
        widths: Sequence[int] = WIDTHS,
        blocks: Sequence[int] = BLOCKS,
        attention_blocks: int = 2,
        encoder: str | None = None,
    ) -> None:
        super().__init__(
            widths=widths, blocks=blocks, attention_blocks=attention_blocks, encoder=encoder
        )
        self.head = nn.Conv2d(widths[0], classes, 1)

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B K H W"]:
        """Logits of the classes, see ``SemanticNetwork``."""
        return enlarged(self.head(self.features(image)), like=image)
