"""The small networks of all tasks over a pretrained EfficientNet-Lite0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from torch import nn

from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.decoders.unet import WIDTHS
from clickmend.networks.models.depth_unet import DepthUNet
from clickmend.networks.models.interactive_unet import InteractiveUNet
from clickmend.networks.models.matting_unet import MattingUNet
from clickmend.networks.models.semantic_unet import SemanticUNet

_UNETS: Mapping[str, Callable[..., nn.Module]] = {
    "interactive": partial(InteractiveUNet, widths=WIDTHS),
    "semantic": SemanticUNet,
    "matting": MattingUNet,
    "depth": DepthUNet,
}
for _task, _unet in _UNETS.items():
    ARCHITECTURES.register(f"{_task}-lite0-unet")(partial(_unet, encoder="tf_efficientnet_lite0"))
