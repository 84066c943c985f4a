"""EfficientNet-Lite as an encoder."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float
from clickmend.networks.backbones.pretrained import pretrained_state
from clickmend.networks.blocks import Normalise

NAMES = tuple(f"tf_efficientnet_lite{size}" for size in range(5))
"""Timm's names of the networks; they have neither squeeze nor excitation."""


class EfficientNetEncoder(nn.Module):
    """The maps of an EfficientNet-Lite at 1/2, 1/4 … 1/32 of its input.

    What belongs to the classification (the last convolution and what follows) is left out.

    Args:
        name: One of ``NAMES``.

    Attributes:
        channels: Channels at 1/2, 1/4 … of the input.
        stem_channels: Channels behind the stem.

    Raises:
        OptionError: There is no such network.
    """

    def __init__(self, name: str = "tf_efficientnet_lite0") -> None:
        super().__init__()
        if name not in NAMES:
            raise OptionError(
                f"There is no encoder {name!r}. Allowed are {', '.join(NAMES)}; choose one of them."
            )
        self.name = name
        import timm  # slow, and few networks are made of it

        network: Any = timm.create_model(name, pretrained=False)
        self.normalise = Normalise((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
        self.conv_stem: nn.Module = network.conv_stem
        self.bn1: nn.Module = network.bn1
        self.blocks: nn.Sequential = network.blocks
        ends = {int(f["module"].partition(".")[2]): f["num_chs"] for f in network.feature_info}
        self._ends = frozenset(ends)
        self.channels: tuple[int, ...] = tuple(ends.values())
        self.stem_channels: int = network.conv_stem.out_channels

    def load_pretrained(self, weights: str) -> None:
        """Take the values of a network that was trained before, such as "imagenet".

        Raises:
            ModelError: They are not to be had, see ``pretrained_state``.
        """
        given = pretrained_state(self.name, weights)
        # Both are in the order of timm's network; what is left out comes last there.
        self.load_state_dict(dict(zip(self.state_dict(), given, strict=False)))

    def forward(
        self, image: Float[Tensor, "B 3 H W"], beside: Float[Tensor, "B C h w"] | float = 0.0
    ) -> list[Tensor]:
        """The maps at 1/2, 1/4 … of the input, each ``(B, C, h, w)``.

        Args:
            image: RGB in [0, 1]; H and W are multiples of 32.
            beside: Added behind the stem, ``stem_channels`` wide, h = H/2 and w = W/2.
        """
        x = self.bn1(self.conv_stem(self.normalise(image))) + beside
        maps = []
        for place, stage in enumerate(self.blocks):
            x = stage(x)
            if place in self._ends:
                maps.append(x)
        return maps
