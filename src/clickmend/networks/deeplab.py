"""DeepLabV3+ for interactive segmentation, as two papers have it.

With distance-map fusion it is the network that f-BRS and G-BRS refine; with disks, attention in
the backbone and corrective self-attention as classifier, that of probabilistic attention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from clickmend.networks.blocks import ConvNorm, Normalise
from clickmend.networks.botnet import resnet_features
from clickmend.networks.contracts import InteractiveNetwork
from clickmend.networks.csa import ClassifierKind, classify, make_classifier
from clickmend.networks.encoding import MARKS_BUT_PREVIOUS, MarkEncoding


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


class SeparableConv(nn.Sequential):
    """Depthwise then pointwise convolution, batch normalisation, rectifier."""

    def __init__(self, inputs: int, outputs: int, *, dilation: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, inputs, 3, 1, dilation, dilation=dilation, groups=inputs, bias=False),
            ConvNorm(inputs, outputs, kernel=1),
            nn.ReLU(),
        )


class AtrousPyramid(nn.Module):
    """Atrous spatial pyramid pooling: 1×1, three dilated 3×3 and the mean over the image."""

    def __init__(self, inputs: int, outputs: int, *, rates: Sequence[int] = (6, 12, 18)) -> None:
        super().__init__()
        self.point = nn.Sequential(ConvNorm(inputs, outputs, kernel=1), nn.ReLU())
        self.atrous = nn.ModuleList(SeparableConv(inputs, outputs, dilation=r) for r in rates)
        self.pooled = nn.Sequential(nn.Conv2d(inputs, outputs, 1), nn.ReLU())
        self.project = nn.Sequential(
            ConvNorm(outputs * (2 + len(rates)), outputs, kernel=1), nn.ReLU()
        )

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D H W"]:
        """The branches side by side, projected."""
        mean = self.pooled(x.mean(dim=(2, 3), keepdim=True)).expand(-1, -1, *x.shape[-2:])
        branches = [self.point(x), *(branch(x) for branch in self.atrous), mean]
        pyramid: Tensor = self.project(torch.cat(branches, dim=1))
        return pyramid


class DeepLabV3Plus(InteractiveNetwork):
    """DeepLabV3+ over a ResNet at output stride 16.

    Args:
        backbone: "resnet34", "resnet50", "resnet101", or with "botnet" or "probbotnet" in the
            place of "resnet", see :func:`clickmend.networks.botnet.resnet_features`.
        width: Channels of the pyramid and the decoder.
        kind: How clicks are drawn. Distance maps and the previous mask are fused with the photo to
            three channels; disks and the box are three more channels of the backbone's input, and
            the network is not told the previous mask.
        limit_px: Where the distance maps are cut, pixels of the view.
        radius_px: Of the disks, pixels of the view.
        attention: Options of a backbone that attends, see
            :func:`clickmend.networks.botnet.attend_in_last_stage`.
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
