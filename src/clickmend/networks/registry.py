"""The architectures by name: what a card or a recipe asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import nn

from clickmend.core.errors import ModelError
from clickmend.core.registry import Registry
from clickmend.networks.attention_shift import AttentionShiftNetwork
from clickmend.networks.bts import BTS
from clickmend.networks.deeplab import DeepLabV3Plus
from clickmend.networks.depth import DepthUNet
from clickmend.networks.hmsa import MultiScaleAttention
from clickmend.networks.hrnet import InteractiveHRNet
from clickmend.networks.indexnet import IndexNet
from clickmend.networks.interactive import InteractiveUNet
from clickmend.networks.mae import MaskedAutoencoder
from clickmend.networks.matting import MattingUNet
from clickmend.networks.semantic import SemanticUNet

ARCHITECTURES: Registry[Callable[..., nn.Module]] = Registry("architecture", error=ModelError)
ARCHITECTURES.register("interactive-unet")(InteractiveUNet)
ARCHITECTURES.register("semantic-unet")(SemanticUNet)
ARCHITECTURES.register("matting-unet")(MattingUNet)
ARCHITECTURES.register("depth-unet")(DepthUNet)
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
ARCHITECTURES.register("hrnet-ocr")(InteractiveHRNet)
ARCHITECTURES.register("hrnet-csa")(partial(InteractiveHRNet, classifier="axial"))
ARCHITECTURES.register("hmsa-hrnet-w48")(MultiScaleAttention)
ARCHITECTURES.register("indexnet-mobilenetv2")(IndexNet)
ARCHITECTURES.register("bts-densenet161")(BTS)
ARCHITECTURES.register("attentionshift")(AttentionShiftNetwork)
ARCHITECTURES.register("masked-autoencoder")(MaskedAutoencoder)


def parameter_count(network: nn.Module) -> int:
    """Number of values in the parameters of ``network``."""
    return sum(p.numel() for p in network.parameters())
