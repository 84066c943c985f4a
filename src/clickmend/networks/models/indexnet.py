"""IndexNet over MobileNetV2, the matting network that G-BRS refines.

Lu, Dai, Shen and Xu, "Indices Matter: Learning to Index for Deep Image Matting" (2019). Where an
encoder pools by the maximum and its decoder puts values back where the maxima were, here a small
network predicts soft indices: one map that weighs the pixels of each 2×2 region when it is pooled,
and one that weighs them when the region is filled again. The index networks are the depthwise
many-to-one ones, with context and nonlinearity.

Written from the paper: the published code has also been under a non-commercial licence, so it was
not looked at and module names are our own.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.blocks import Normalise, straight_clamp
from clickmend.networks.contracts import MattingNetwork
from clickmend.networks.decoders.atrous_pyramid import AtrousPyramid
from clickmend.networks.sizes import require_whole_strides


def index_pool(
    x: Float[Tensor, "B C H W"], weights: Float[Tensor, "B C H W"]
) -> Float[Tensor, "B C h w"]:
    """Σ weights · x over each 2×2 region; h = H/2, w = W/2."""
    return 4 * F.avg_pool2d(x * weights, 2)


def index_upsample(
    x: Float[Tensor, "B C h w"], weights: Float[Tensor, "B C H W"]
) -> Float[Tensor, "B C H W"]:
    """Every value of ``x`` four times, weighted; H = 2h, W = 2w."""
    return weights * F.interpolate(x, scale_factor=2.0, mode="nearest")


class IndexNetwork(nn.Module):
    """Index maps from a feature map, depthwise and many-to-one.

    Each of the four positions of a 2×2 region has a branch of its own, which reads all channels
    around the region (4×4, stride 2) and answers for each channel. A sigmoid makes the decoder's
    map; a softmax of it over the region makes the encoder's. ``decoder_map`` puts out the
    decoder's map by itself, so that refining it leaves the encoder alone.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.positions = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, 2 * channels, 4, 2, 1, bias=False),
                nn.BatchNorm2d(2 * channels),
                nn.ReLU6(),
                nn.Conv2d(2 * channels, channels, 1, bias=False),
            )
            for _ in range(4)
        )
        self.decoder_map = nn.PixelShuffle(2)

    def forward(
        self, x: Float[Tensor, "B C H W"]
    ) -> tuple[Float[Tensor, "B C H W"], Float[Tensor, "B C H W"]]:
        """The encoder's map, which adds up to 1 over each region, and the decoder's, in (0, 1)."""
        indices = torch.stack([position(x) for position in self.positions], dim=2).sigmoid()
        shares = indices.softmax(dim=2)
        return F.pixel_shuffle(shares.flatten(1, 2), 2), self.decoder_map(indices.flatten(1, 2))


@ARCHITECTURES.register("indexnet-mobilenetv2")
class IndexNet(MattingNetwork):
    """MobileNetV2 with learned indices for pooling and upsampling.

    The encoder's stages run at stride 1; those that halve the resolution in MobileNetV2 are
    followed by an index pooling. The decoder mirrors them: upsampling by the same indices, the
    encoder's map of that stage beside it, a 5×5 convolution.

    Args:
        backbone: A timm MobileNetV2.

    Attributes:
        PLACES: Where G-BRS is inserted, from the deepest upwards: the decoder's index maps, at
            1/16, 1/8, 1/4, 1/2 and all of the input's resolution.
    """

    PLACES: ClassVar[tuple[str, ...]] = tuple(
        f"index_networks.{stage}.decoder_map" for stage in (6, 4, 3, 2, 0)
    )

    def __init__(self, *, backbone: str = "mobilenetv2_100") -> None:
        super().__init__()
        self.normalise = Normalise()
        import timm  # slow, and few networks are made of it

        encoder: Any = timm.create_model(backbone, pretrained=False, in_chans=4, features_only=True)
        self.stages = nn.ModuleList(
            [nn.Sequential(encoder.conv_stem, encoder.bn1), *encoder.blocks]
        )
        channels = [_convolutions(stage)[-1].out_channels for stage in self.stages]
        self.index_networks = nn.ModuleDict()
        for i, stage in enumerate(self.stages):
            for convolution in _convolutions(stage):
                if convolution.stride == (2, 2):
                    convolution.stride = (1, 1)
                    self.index_networks[str(i)] = IndexNetwork(channels[i])
        *skips, deepest = channels
        self.pyramid = AtrousPyramid(deepest, skips[-1], rates=(2, 4, 8))
        self.decoder = nn.ModuleList(
            _merge(2 * skips[i], skips[max(i - 1, 0)]) for i in range(len(skips))
        )
        self.head = nn.Conv2d(skips[0], 1, 5, 1, 2)

    def forward(
        self, image: Float[Tensor, "B 3 H W"], trimap: Float[Tensor, "B 1 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Alpha in [0, 1], see ``MattingNetwork``.

        Raises:
            ModelError: H or W is no multiple of 32.
        """
        require_whole_strides(image)
        x = torch.cat((self.normalise(image), trimap), dim=1)
        skips: list[Tensor] = []
        indices: dict[int, Tensor] = {}
        for i, stage in enumerate(self.stages):
            x = stage(x)
            skips.append(x)
            if str(i) in self.index_networks:
                shares, indices[i] = self.index_networks[str(i)](x)
                x = index_pool(x, shares)
        x = self.pyramid(x)
        for i in reversed(range(len(self.decoder))):
            if i in indices:
                x = index_upsample(x, indices[i])
            x = self.decoder[i](torch.cat((x, skips[i]), dim=1))
        # Where a plain clamp cuts, a click would find no gradient.
        return straight_clamp(self.head(x).float(), 0.0, 1.0)


def _convolutions(stage: nn.Module) -> list[nn.Conv2d]:
    return [part for part in stage.modules() if isinstance(part, nn.Conv2d)]


def _merge(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 5, 1, 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU6()
    )
