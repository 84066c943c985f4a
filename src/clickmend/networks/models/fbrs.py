"""The interactive networks of f-BRS, which take their published weights.

Sofiiuk, Petrov, Barinova and Konushin, "f-BRS: Rethinking Backpropagating Refinement for
Interactive Segmentation" (2020). Distances to the clicks of each kind, tanh(2d / 260), and the
photo are mixed to the three channels of a photo backbone: a ResNet at stride 8 with DeepLabV3+
behind it (34, or 50 and 101 with three 3×3 convolutions as stem), or an HRNetV2 with
object-contextual representations. All maps are enlarged with their corners aligned. The networks
are told neither boxes nor a previous mask.

Written from the paper and from the names and shapes of SamsungLabs/fbrs_interactive_segmentation
(MPL-2.0); modules are named as there. Its published files themselves have not been loaded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.backbones.hrnet import hrnet_features
from clickmend.networks.blocks import Normalise
from clickmend.networks.contracts import InteractiveNetwork
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.heads.ocr import ObjectContext
from clickmend.networks.models.ritm import aligned, behind_stem, hrnet_options, published_name
from clickmend.networks.sizes import require_whole_strides
from clickmend.networks.weights.published import PUBLISHED, Published, length
from clickmend.networks.weights.state import Checkpoint

RATES = (12, 24, 36)
"""Dilations of the pyramid, at stride 8."""

FAR = 4
"""Distances are cut at so many norm radii, where their tanh is 1 up to float32's last bits."""

SKIP = 32
"""Channels of the fine map beside the pyramid."""


class _ToldByDistance(InteractiveNetwork):
    """Photo and distances, mixed to three channels.

    Args:
        radius_px: By what distances are divided, pixels of the view.
    """

    def __init__(self, radius_px: float) -> None:
        super().__init__()
        self.encoding = MarkEncoding("distance", FAR * radius_px, previous=False)
        self.normalise = Normalise()
        self.rgb_conv = nn.Sequential(
            nn.Conv2d(3 + 2, 8, 1), nn.LeakyReLU(0.2), nn.BatchNorm2d(8), nn.Conv2d(8, 3, 1)
        )

    def mixed(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 3 H W"]:
        """What the backbone sees."""
        distances = (2 * FAR * marks[:, :2]).tanh()
        mixed: Tensor = self.rgb_conv(torch.cat((self.normalise(image), distances), dim=1))
        return mixed


@ARCHITECTURES.register("fbrs-deeplabv3plus")
class FbrsDeepLab(_ToldByDistance):
    """DeepLabV3+ over a ResNet at stride 8.

    Args:
        backbone: A timm ResNet: "resnet34", "resnet50s" or "resnet101s".
        width: Channels of the pyramid and the decoder; f-BRS has 128 and, with 101 layers, 256.
        radius_px: By what distances are divided, pixels of the view.

    Attributes:
        PLACES: Where f-BRS refines it: behind the pyramid ("f-BRS-B").
    """

    PLACES: ClassVar[tuple[str, ...]] = ("feature_extractor.aspp",)

    def __init__(
        self, *, backbone: str = "resnet34", width: int = 128, radius_px: float = 260.0
    ) -> None:
        super().__init__(radius_px)
        self.feature_extractor = _DeepLab(backbone, width)
        half = width // 2
        layers = (_separable(width, half), _separable(half, half), nn.Conv2d(half, 1, 1))
        self.head = _named(layers=nn.Sequential(*layers))

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object", see ``InteractiveNetwork``."""
        features = self.feature_extractor(self.mixed(image, marks))
        return aligned(self.head(features), like=image)


@ARCHITECTURES.register("fbrs-hrnet")
class FbrsHRNet(_ToldByDistance):
    """HRNetV2+OCR.

    Args:
        backbone: A timm HRNet.
        width: Channels of the pixel features of OCR.
        keys: Channels in which OCR compares pixels.
        radius_px: By what distances are divided, pixels of the view.

    Attributes:
        PLACES: Where f-BRS refines it: behind the features that know the object's.
    """

    PLACES: ClassVar[tuple[str, ...]] = ("ocr.ocr_distri_head",)

    def __init__(
        self,
        *,
        backbone: str = "hrnet_w18",
        width: int = 128,
        keys: int = 64,
        radius_px: float = 260.0,
    ) -> None:
        super().__init__(radius_px)
        self.backbone = hrnet_features(backbone, align_corners=True)
        channels = sum(self.backbone.feature_info.channels())
        self.ocr = ObjectContext(channels, 1, width=width, keys=keys)

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object", see ``InteractiveNetwork``.

        Raises:
            ModelError: H or W is no multiple of 32.
        """
        require_whole_strides(image)
        net = self.backbone
        stem = net.act1(net.bn1(net.conv1(self.mixed(image, marks))))
        return behind_stem(net, self.ocr, stem, like=image)


class _DeepLab(nn.Module):
    """From three channels to the decoder's features at 1/4."""

    def __init__(self, backbone: str, width: int) -> None:
        super().__init__()
        import timm  # slow, and few networks are made of it

        features: Any = timm.create_model(
            backbone, pretrained=False, features_only=True, output_stride=8, out_indices=(1, 4)
        )
        self.backbone = features
        fine, deep = features.feature_info.channels()
        self.head = _named(
            block=nn.Sequential(
                _separable(width + SKIP, width),
                _separable(width, width),
                nn.Conv2d(width, width, 1),
            )
        )
        self.skip_project = _named(skip_project=_norm(nn.Conv2d(fine, SKIP, 1, bias=False)))
        self.aspp = _Pyramid(deep, width)

    def forward(self, x: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B C h w"]:
        """The pyramid, enlarged, and the fine map beside it, decoded; h = H/4, w = W/4."""
        fine, deep = self.backbone(x)
        fine = self.skip_project(fine)
        decoded: Tensor = self.head(torch.cat((aligned(self.aspp(deep), like=fine), fine), dim=1))
        return decoded


class _Pyramid(nn.Module):
    """Atrous spatial pyramid pooling with whole convolutions."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        point = _norm(nn.Conv2d(inputs, outputs, 1, bias=False))
        atrous = [
            _norm(nn.Conv2d(inputs, outputs, 3, padding=rate, dilation=rate, bias=False))
            for rate in RATES
        ]
        pooled = _named(
            gap=nn.Sequential(_Mean(), *_norm(nn.Conv2d(inputs, outputs, 1, bias=False)))
        )
        self.concurent = nn.ModuleList([point, *atrous, pooled])  # spelt as in the weights
        branches = len(self.concurent)
        self.project = _norm(nn.Conv2d(branches * outputs, outputs, 1, bias=False))

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D H W"]:
        """The branches side by side, projected."""
        *maps, mean = (branch(x) for branch in self.concurent)
        pyramid: Tensor = self.project(torch.cat((*maps, mean.expand_as(maps[0])), dim=1))
        return pyramid


class _Mean(nn.Module):
    """The mean over all pixels, which is exported for any size."""

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C 1 1"]:
        """``(B, C, 1, 1)``."""
        return x.mean(dim=(2, 3), keepdim=True)


def _norm(convolution: nn.Conv2d) -> nn.Sequential:
    return nn.Sequential(convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU())


def _separable(inputs: int, outputs: int) -> nn.Sequential:
    """Depthwise and pointwise convolution, then one normalisation and rectifier."""
    depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
    pointwise = _norm(nn.Conv2d(inputs, outputs, 1, bias=False))
    return _named(body=nn.Sequential(depthwise, *pointwise))


def _named(**parts: nn.Module) -> nn.Sequential:
    """One after another, by names."""
    return nn.Sequential(OrderedDict(parts))


def _is_fbrs(checkpoint: Checkpoint, part: str) -> bool:
    """Whether photo and marks are mixed, and the backbone has a part; RITM's say more of it."""
    begins = ("rgb_conv.", f"feature_extractor.{part}.")
    has = all(any(key.startswith(name) for key in checkpoint.state) for name in begins)
    return has and not checkpoint.beside.get("config")


def _deeplab_options(checkpoint: Checkpoint) -> dict[str, Any] | None:
    if not _is_fbrs(checkpoint, "aspp"):
        return None
    state, layer = checkpoint.state, "feature_extractor.backbone.layer3."
    blocks = {key.removeprefix(layer).partition(".")[0] for key in state if key.startswith(layer)}
    deep = any(key.startswith("feature_extractor.backbone.conv1.0.") for key in state)
    backbone = ("resnet101s" if len(blocks) > 6 else "resnet50s") if deep else "resnet34"
    width = length(state, "feature_extractor.aspp.project.0.weight", otherwise=128)
    return {"backbone": backbone, "width": width}


def _hrnet_options(checkpoint: Checkpoint) -> dict[str, Any] | None:
    return hrnet_options(checkpoint.state) if _is_fbrs(checkpoint, "stage4") else None


def _hrnet_name(ours: str) -> str:
    return ours if ours.startswith("rgb_conv.") else published_name(ours)


def _card(options: Mapping[str, Any]) -> dict[str, Any]:
    del options
    return {"overview_px": 416, "view_px": 416, "margin": 1.4}


PUBLISHED.register("fbrs-deeplabv3plus")(
    Published(
        title="f-BRS with DeepLabV3+ over ResNet-34, 50 or 101",
        task="interactive",
        options=_deeplab_options,
        name=str,
        at=FbrsDeepLab.PLACES,
        refine="sb",
        card=_card,
    )
)
PUBLISHED.register("fbrs-hrnet")(
    Published(
        title="f-BRS with HRNet-18s, 18, 32 or 48",
        task="interactive",
        options=_hrnet_options,
        name=_hrnet_name,
        at=FbrsHRNet.PLACES,
        refine="sb",
        card=_card,
    )
)
