"""The architectures by name: what a card or a recipe asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import nn

from clickmend.core.errors import ModelError
from clickmend.core.registry import Registry
from clickmend.networks.deeplab import DeepLabV3Plus
from clickmend.networks.encoding import InteractiveNetwork
from clickmend.networks.interactive import InteractiveUNet

ARCHITECTURES: Registry[Callable[..., InteractiveNetwork]] = Registry(
    "architecture", error=ModelError
)
ARCHITECTURES.register("interactive-unet")(InteractiveUNet)
for _depth in (34, 50, 101):
    ARCHITECTURES.register(f"deeplabv3plus-r{_depth}")(
        partial(DeepLabV3Plus, backbone=f"resnet{_depth}")
    )


def parameter_count(network: nn.Module) -> int:
    """Number of values in the parameters of ``network``."""
    return sum(p.numel() for p in network.parameters())
