"""An interactive network over HRNetV2 with object-contextual representations.

The network is that of "Probabilistic Attention for Interactive Segmentation" (2021): disks
and box come as channels beside the photo's, and its classifier may be corrective self-attention.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.backbones.hrnet import hrnet_features, side_by_side
from clickmend.networks.blocks import Normalise
from clickmend.networks.contracts import InteractiveNetwork
from clickmend.networks.encoding import MARKS_BUT_PREVIOUS, MarkEncoding
from clickmend.networks.heads.csa import ClassifierKind, classify, make_classifier
from clickmend.networks.heads.ocr import ObjectFeatures
from clickmend.networks.sizes import require_whole_strides

REGIONS = 2
"""Object and background, between which OCR tells coarsely."""


@ARCHITECTURES.register("hrnet-ocr")
class InteractiveHRNet(InteractiveNetwork):
    """HRNetV2+OCR from a photo, disks and a box to a mask; it is not told the previous mask.

    Args:
        backbone: A timm HRNet.
        width: Channels of the pixel features of OCR.
        keys: Channels in which OCR compares pixels with regions.
        radius_px: Of a click's disk, pixels of the view.
        classifier: A 1×1 convolution, or corrective self-attention over all pixels of the view,
            axial, or full for views of about 64 pixels.
    """

    def __init__(
        self,
        *,
        backbone: str = "hrnet_w18",
        width: int = 512,
        keys: int = 256,
        radius_px: float = 8.0,
        classifier: ClassifierKind = "pointwise",
    ) -> None:
        super().__init__()
        self.encoding = MarkEncoding("disk", radius_px, previous=False)
        self.normalise = Normalise()
        self.backbone = hrnet_features(backbone, inputs=3 + MARKS_BUT_PREVIOUS)
        channels = sum(self.backbone.feature_info.channels())
        self.ocr = ObjectFeatures(channels, REGIONS, width=width, keys=keys)
        self.head = make_classifier(classifier, width, encoding=self.encoding)

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object", see ``InteractiveNetwork``.

        Raises:
            ModelError: H or W is no multiple of 32.
        """
        require_whole_strides(image)
        x = torch.cat((self.normalise(image), marks[:, :MARKS_BUT_PREVIOUS]), dim=1)
        return classify(self.head, self.ocr.augmented(side_by_side(self.backbone(x))), marks)


ARCHITECTURES.register("hrnet-csa")(partial(InteractiveHRNet, classifier="axial"))
