"""`interactive-s`: our own small network from a photo, marks and a previous mask to a mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from torch import Tensor

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.contracts import InteractiveNetwork
from clickmend.networks.decoders.unet import UNet
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.heads.csa import ClassifierKind, classify, make_classifier

MARK_CHANNELS = 4


@ARCHITECTURES.register("interactive-unet")
class InteractiveUNet(UNet, InteractiveNetwork):
    """A residual U-Net, see ``UNet``, that is told of clicks, box and previous mask.

    Args:
        widths: Channels at 1/2, 1/4, 1/8 and 1/16 of the input.
        blocks: Residual blocks of each encoder stage.
        attention_blocks: Transformer blocks over the coarsest map; 0 for a plain U-Net.
        similarity: Whether the decoder also sees how much each pixel looks like the clicks; it
            takes the kind "disk", which says what lies under a click.
        kind: How clicks are drawn, see ``MarkEncoding``.
        radius_px: Radius of a click's disk in the view, or where distances are cut.
        previous: Whether the network is told the previous mask.
        classifier: A 1×1 convolution, or corrective self-attention, axial or full; that takes the
            kind "disk", as similarity does.
        classifier_stride: Of the pixels that attend, 2, 4, 8 …; they are compared by the decoder's
            map of that resolution.
        classifier_share: See ``CorrectiveSelfAttention``.
        corrective: Whether keys adapt and clicks propagate inside the decoder, see
            ``CorrectiveStep``; that takes the kind "disk" too.
        encoder: Timm's name of an ``EfficientNetEncoder``; the stages when missing.

    Raises:
        OptionError: Similarity or corrective self-attention with distance maps, or the decoder has
            no map of the classifier's stride.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int] = (24, 48, 96, 160),
        blocks: Sequence[int] = (1, 2, 2, 2),
        attention_blocks: int = 2,
        similarity: bool = True,
        kind: Literal["disk", "distance"] = "disk",
        radius_px: float = 5.0,
        previous: bool = True,
        classifier: ClassifierKind = "pointwise",
        classifier_stride: int = 2,
        classifier_share: float | None = None,
        corrective: bool = False,
        encoder: str | None = None,
    ) -> None:
        if corrective and kind == "distance":
            raise OptionError(
                "Distance maps do not say which pixels were clicked, so none can propagate. Take "
                'corrective=False with kind="distance", or kind="disk".'
            )
        if similarity and kind == "distance":
            raise OptionError(
                "Distance maps do not say what lies under a click, so there is no similarity to "
                'it. Take similarity=False with kind="distance", or kind="disk".'
            )
        super().__init__(
            widths=widths,
            blocks=blocks,
            attention_blocks=attention_blocks,
            marks=MARK_CHANNELS,
            similarity=similarity,
            corrective_px=radius_px if corrective else None,
            encoder=encoder,
        )
        self.encoding = MarkEncoding(kind, radius_px, previous=previous)
        strides = [2 ** (level + 1) for level in range(len(self.decoder))]
        if classifier_stride not in strides:
            raise OptionError(
                f"The classifier's stride is {classifier_stride}, and the decoder has maps of "
                f"{', '.join(map(str, strides))}. Choose one of these."
            )
        self._level = strides.index(classifier_stride)
        self.head = make_classifier(
            classifier,
            widths[0],
            encoding=self.encoding,
            stride=classifier_stride,
            compared=widths[self._level],
            share=classifier_share,
        )

    def forward(
        self,
        image: Float[Tensor, "B 3 H W"],
        marks: Float[Tensor, "B 4 H W"],
        clicks: Float[Tensor, "B 2 H W"] | None = None,
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object", see ``InteractiveNetwork``.

        Args:
            image: As there.
            marks: Likewise.
            clicks: What the ``CorrectiveStep`` is told of; those of the marks when missing.
        """
        decoded = self.maps(image, marks, clicks)
        return classify(self.head, decoded[0], marks, compared=decoded[self._level])
