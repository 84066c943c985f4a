"""DeepLabV3+ for interactive segmentation, as two papers have it.

With distance-map fusion it is the network that f-BRS and G-BRS refine; with disks, attention in
the backbone and corrective self-attention as classifier, that of probabilistic attention.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.backbones.botnet import resnet_features
from clickmend.networks.blocks import ConvNorm, Normalise
from clickmend.networks.contracts import InteractiveNetwork
from clickmend.networks.decoders.atrous_pyramid import AtrousPyramid, SeparableConv
from clickmend.networks.encoding import MARKS_BUT_PREVIOUS, MarkEncoding
from clickmend.networks.heads.csa import ClassifierKind, classify, make_classifier


class DistanceMapFusion(nn.Module):
    """Photo and mark channels to three channels that a photo backbone takes.

    Two 1×1 convolutions with a leaky rectifier between them; the photo is also added, so that an
    untrained module hands it on.
    """

    def __init__(self, marks: int, *, width: int = 16) -> None:
        super().__init__()
        self.mix = nn.Sequential(
            nn.Conv2d(3 + marks, width, 1), nn.LeakyReLU(0.2), nn.Conv2d(width, 3, 1)
        )

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B K H W"]
    ) -> Float[Tensor, "B 3 H W"]:
        """Image + mix([image, marks])."""
        fused: Tensor = image + self.mix(torch.cat((image, marks), dim=1))
        return fused


class DeepLabV3Plus(InteractiveNetwork):
    """DeepLabV3+ over a ResNet at output stride 16.

    Args:
        backbone: "resnet34", "resnet50", "resnet101", or with "botnet" or "probbotnet" in the
            place of "resnet", see :func:`clickmend.networks.backbones.botnet.resnet_features`.
        width: Channels of the pyramid and the decoder.
        kind: How clicks are drawn. Distance maps and the previous mask are fused with the photo to
            three channels; disks and the box are three more channels of the backbone's input, and
            the network is not told the previous mask.
        limit_px: Where the distance maps are cut, pixels of the view.
        radius_px: Of the disks, pixels of the view.
        attention: Options of a backbone that attends, see
            :func:`clickmend.networks.backbones.botnet.attend_in_last_stage`.
        classifier: A 1×1 convolution, or corrective self-attention over all pixels of the view,
            axial or full; that takes disks.

    Raises:
        OptionError: Corrective self-attention with distance maps.
    """

    def __init__(
        self,
        *,
        backbone: str = "resnet101",
        width: int = 256,
        kind: Literal["disk", "distance"] = "distance",
        limit_px: float = 260.0,
        radius_px: float = 8.0,
        attention: Mapping[str, Any] | None = None,
        classifier: ClassifierKind = "pointwise",
    ) -> None:
        super().__init__()
        fused = kind == "distance"
        self.encoding = MarkEncoding(kind, limit_px if fused else radius_px, previous=fused)
        self.normalise = Normalise()
        self.fusion = DistanceMapFusion(4) if fused else None
        features = resnet_features(
            backbone, inputs=3 if fused else 3 + MARKS_BUT_PREVIOUS, **(attention or {})
        )
        self.backbone = features
        low, high = features.feature_info.channels()
        self.aspp = AtrousPyramid(high, width)
        self.skip = nn.Sequential(ConvNorm(low, 48, kernel=1), nn.ReLU())
        self.decoder = nn.Sequential(SeparableConv(width + 48, width), SeparableConv(width, width))
        self.head = make_classifier(classifier, width, encoding=self.encoding)

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object", see ``InteractiveNetwork``."""
        x = self.normalise(image)
        if self.fusion is None:
            x = torch.cat((x, marks[:, :MARKS_BUT_PREVIOUS]), dim=1)
        else:
            x = self.fusion(x, marks)
        low, high = self.backbone(x)
        x = F.interpolate(
            self.aspp(high), size=low.shape[-2:], mode="bilinear", align_corners=False
        )
        return classify(self.head, self.decoder(torch.cat((x, self.skip(low)), dim=1)), marks)


for _depth in (34, 50, 101):
    ARCHITECTURES.register(f"deeplabv3plus-r{_depth}")(
        partial(DeepLabV3Plus, backbone=f"resnet{_depth}")
    )
for _depth in (50, 101):
    for _kind in ("botnet", "probbotnet"):
        _deeplab = partial(DeepLabV3Plus, backbone=f"{_kind}{_depth}", kind="disk")
        ARCHITECTURES.register(f"{_kind}{_depth}-deeplabv3plus")(_deeplab)
        ARCHITECTURES.register(f"{_kind}{_depth}-deeplabv3plus-csa")(
            partial(_deeplab, classifier="axial")
        )
