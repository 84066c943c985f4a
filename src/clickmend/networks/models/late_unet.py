"""`interactive-late-l0`: the photo goes through a U-Net once, and marks through a light one."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.blocks import enlarged
from clickmend.networks.contracts import LateFusionNetwork
from clickmend.networks.decoders.marked import LIGHT_WIDTHS, MarkedDecoder
from clickmend.networks.decoders.unet import FINEST, WIDTHS, UNet
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.models.interactive_unet import MARK_CHANNELS


@ARCHITECTURES.register("interactive-late-lite0-unet")
class LateUNet(UNet, LateFusionNetwork):
    """A U-Net over an EfficientNet-Lite0 for the photo, and a ``MarkedDecoder`` for the marks.

    The first has the form of the trunk of ``interactive-lite0-unet``, whose weights it can take.

    Args:
        widths: Channels of the photo's U-Net at 1/2, 1/4 … 1/32 of the input.
        light_widths: Channels of the marks' decoder there.
        attention_blocks: Transformer blocks over the coarsest map of each.
        radius_px: Radius of a click's disk in the view.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int] = WIDTHS,
        light_widths: Sequence[int] = LIGHT_WIDTHS,
        attention_blocks: int = 2,
        radius_px: float = 5.0,
    ) -> None:
        super().__init__(
            widths=widths, attention_blocks=attention_blocks, encoder="tf_efficientnet_lite0"
        )
        self.encoding = MarkEncoding("disk", radius_px)
        self.marked = MarkedDecoder(
            widths, widths=light_widths, marks=MARK_CHANNELS, attention_blocks=attention_blocks
        )
        self.head = nn.Conv2d(light_widths[0], 1, 1)

    @property
    def map_parts(self) -> list[nn.Module]:
        """See ``UNet``; those that are told of the marks."""
        return list(self.marked.decoder[:FINEST])

    def encode(self, image: Float[Tensor, "B 3 H W"]) -> tuple[Tensor, ...]:
        """See ``LateFusionNetwork``."""
        return self.marked.prepared(self.pyramid(image))

    def decode(self, marks: Float[Tensor, "B 4 H W"], *maps: Tensor) -> Float[Tensor, "B 1 H W"]:
        """See ``LateFusionNetwork``."""
        return enlarged(self.head(self.marked(marks, *maps)), like=marks)
