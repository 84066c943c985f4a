"""DeepLabV3+ with distance-map fusion, the network that f-BRS and G-BRS refine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import timm
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from clickmend.networks.blocks import ConvNorm, Normalise
from clickmend.networks.contracts import InteractiveNetwork
from clickmend.networks.encoding import MarkEncoding


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
    """DeepLabV3+ over a timm ResNet at output stride 16, with distance-map fusion before it.

    Args:
        backbone: A timm model with ``features_only`` ("resnet34", "resnet50", "resnet101").
        width: Channels of the pyramid and the decoder.
        limit_px: Where the distance maps are cut, pixels of the view.
    """

    def __init__(
        self, *, backbone: str = "resnet101", width: int = 256, limit_px: float = 260.0
    ) -> None:
        super().__init__()
        self.encoding = MarkEncoding("distance", limit_px)
        self.normalise = Normalise()
        self.fusion = DistanceMapFusion(4)
        features: Any = timm.create_model(
            backbone, pretrained=False, features_only=True, output_stride=16, out_indices=(1, 4)
        )
        self.backbone = features
        low, high = features.feature_info.channels()
        self.aspp = AtrousPyramid(high, width)
        self.skip = nn.Sequential(ConvNorm(low, 48, kernel=1), nn.ReLU())
        self.decoder = nn.Sequential(SeparableConv(width + 48, width), SeparableConv(width, width))
        self.head = nn.Conv2d(width, 1, 1)

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object", see ``InteractiveNetwork``."""
        low, high = self.backbone(self.fusion(self.normalise(image), marks))
        x = F.interpolate(
            self.aspp(high), size=low.shape[-2:], mode="bilinear", align_corners=False
        )
        x = self.head(self.decoder(torch.cat((x, self.skip(low)), dim=1)))
        logits: Tensor = F.interpolate(
            x, size=image.shape[-2:], mode="bilinear", align_corners=False
        )
        return logits
