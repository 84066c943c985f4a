"""BTS, from big to small, over DenseNet-161: the depth network that G-BRS refines.

Lee, Han, Ko and Suh, "From Big to Small: Multi-Scale Local Planar Guidance for Monocular Depth
Estimation" (2019, arXiv 1907.10326). At 1/8, 1/4 and 1/2 of the resolution the decoder says for
each of its pixels a plane, and the planes are spread to full resolution by the intersection with
each pixel's ray; the last layers see all of them. This is the variant for indoor scenes, which is
not told the focal length.

Written from the paper's equations: its code is under the GPL and was not looked at, so all names
outside the encoder, and whatever the equations leave open, are our own. The encoder is timm's
DenseNet with its names.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.blocks import ConvNorm, Normalise
from clickmend.networks.contracts import DepthNetwork
from clickmend.networks.sizes import require_whole_strides

_LARGEST_TILT = math.pi / 4
_NEAREST_M = 1e-3


def plane_coefficients(raw: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B 4 H W"]:
    """A unit normal (n₁, n₂, n₃) and a distance n₄ from three numbers.

    θ = π/4 σ(raw₁) and φ = 2π σ(raw₂) are the normal's polar and azimuthal angle,
    n = (sin θ cos φ, sin θ sin φ, cos θ), and n₄ = σ(raw₃) is the distance to the camera in units
    of the largest depth. At tilts below 45° every ray of a patch meets its plane in front of the
    camera: n₁u + n₂v + n₃ > (1 − 1/√2)/√2 for |u|, |v| < 1/2.
    """
    polar, azimuthal, distance = raw.sigmoid().chunk(3, dim=1)
    theta, phi = _LARGEST_TILT * polar, 2 * math.pi * azimuthal
    normal = (theta.sin() * phi.cos(), theta.sin() * phi.sin(), theta.cos())
    return torch.cat((*normal, distance), dim=1)


def local_planar_guidance(plane: Float[Tensor, "B 4 h w"], k: int) -> Float[Tensor, "B 1 H W"]:
    """The planes' depth at k × k pixels each: n₄ / (n₁u + n₂v + n₃).

    Args:
        plane: Unit normals and distances.
        k: Pixels along a patch; H = k·h, W = k·w.

    Returns:
        Depth in units of ``plane``'s distances. (u, v) are a pixel's coordinates within its
        patch, from −1/2 to 1/2, u to the right and v down.
    """
    height, width = plane.shape[-2:]
    within = (torch.arange(k, device=plane.device, dtype=plane.dtype) + 0.5) / k - 0.5
    u, v = within.repeat(width), within.repeat(height)[:, None]
    n1, n2, n3, n4 = F.interpolate(plane, scale_factor=float(k), mode="nearest").chunk(4, dim=1)
    return n4 / (n1 * u + n2 * v + n3)


class PlanarGuidance(nn.Module):
    """Planes from features, by 1×1 convolutions that halve the channels, spread k × k times."""

    def __init__(self, channels: int, k: int) -> None:
        super().__init__()
        self.k = k
        self.reduction = _reduction(channels, 3)

    def forward(self, x: Float[Tensor, "B C h w"]) -> Float[Tensor, "B 1 H W"]:
        """Depth in units of the largest; H = k·h, W = k·w."""
        return local_planar_guidance(plane_coefficients(self.reduction(x).float()), self.k)


class DensePyramid(nn.Module):
    """Atrous convolutions of growing rates, each of which also sees the answers of those before.

    Args:
        inputs: Channels of the map.
        outputs: Channels of the answer, and of each convolution's.
        rates: Dilations.
    """

    def __init__(
        self, inputs: int, outputs: int, *, rates: Sequence[int] = (3, 6, 12, 18, 24)
    ) -> None:
        super().__init__()
        self.atrous = nn.ModuleList(
            nn.Sequential(
                ConvNorm(inputs + i * outputs, 2 * outputs, kernel=1),
                nn.ReLU(),
                nn.Conv2d(2 * outputs, outputs, 3, 1, rate, dilation=rate, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            )
            for i, rate in enumerate(rates)
        )
        self.project = _conv(inputs + len(rates) * outputs, outputs)

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D H W"]:
        """The map and all answers side by side, projected."""
        for atrous in self.atrous:
            x = torch.cat((x, atrous(x)), dim=1)
        pyramid: Tensor = self.project(x)
        return pyramid


class Step(nn.Module):
    """Twice the resolution, then what else is known there beside it, and a convolution."""

    def __init__(self, inputs: int, beside: int, outputs: int) -> None:
        super().__init__()
        self.up = _conv(inputs, outputs)
        self.merge = _conv(outputs + beside, outputs)

    def forward(
        self, x: Float[Tensor, "B C h w"], *beside: Float[Tensor, "B _ H W"]
    ) -> Float[Tensor, "B D H W"]:
        """merge([up(x), beside]); H = 2h, W = 2w."""
        x = self.up(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        merged: Tensor = self.merge(torch.cat((x, *beside), dim=1))
        return merged


@ARCHITECTURES.register("bts-densenet161")
class BTS(DepthNetwork):
    """A DenseNet and a decoder with local planar guidance.

    Args:
        backbone: A timm DenseNet.
        width: Channels of the decoder at 1/16; each step halves them.
        max_depth_m: The largest depth; 10 m indoors.

    Attributes:
        PLACES: Where G-BRS is inserted: after the last dense block.
        TOP_K: On how many of its channels (2208 in DenseNet-161), the most active.
    """

    PLACES: ClassVar[tuple[str, ...]] = ("encoder.denseblock4",)
    TOP_K: ClassVar[int] = 256

    def __init__(
        self,
        *,
        backbone: str = "densenet161",
        width: int = 512,
        max_depth_m: float = 10.0,
    ) -> None:
        super().__init__()
        self.max_depth_m = max_depth_m
        self.normalise = Normalise()
        import timm  # slow, and few networks are made of it

        densenet: Any = timm.create_model(backbone, pretrained=False, num_classes=0)
        encoder = densenet.features
        self.encoder = encoder
        stem, deepest = encoder.norm0.num_features, encoder.norm5.num_features
        eighth, sixteenth = (
            t.conv.out_channels for t in (encoder.transition1, encoder.transition2)
        )
        self.step16 = Step(deepest, sixteenth, width)
        self.step8 = Step(width, eighth, width // 2)
        self.pyramid = DensePyramid(width // 2, width // 4)
        self.guidance8 = PlanarGuidance(width // 4, 8)
        self.step4 = Step(width // 4, stem + 1, width // 4)
        self.guidance4 = PlanarGuidance(width // 4, 4)
        self.step2 = Step(width // 4, stem + 1, width // 8)
        self.guidance2 = PlanarGuidance(width // 8, 2)
        self.up = _conv(width // 8, width // 16)
        self.guidance1 = nn.Sequential(_reduction(width // 16, 1), nn.Sigmoid())
        self.merge = _conv(width // 16 + 4, width // 16)
        self.head = nn.Conv2d(width // 16, 1, 3, 1, 1)

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B 1 H W"]:
        """Metres, see ``DepthNetwork``.

        Raises:
            ModelError: H or W is no multiple of 32.
        """
        require_whole_strides(image)
        half, quarter, eighth, sixteenth, x = self.features(self.normalise(image))
        x = self.step8(self.step16(x, sixteenth), eighth)
        x = self.pyramid(x)
        by8 = self.guidance8(x)
        x = self.step4(x, quarter, F.interpolate(by8, size=quarter.shape[-2:]))
        by4 = self.guidance4(x)
        x = self.step2(x, half, F.interpolate(by4, size=half.shape[-2:]))
        by2 = self.guidance2(x)
        x = self.up(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        x = self.merge(torch.cat((x, by8, by4, by2, self.guidance1(x)), dim=1))
        depth: Tensor = self.max_depth_m * self.head(x).float().sigmoid()
        return depth.clamp_min(_NEAREST_M)

    def features(self, image: Float[Tensor, "B 3 H W"]) -> list[Float[Tensor, "B _ _ _"]]:
        """The encoder's maps of a normalised image at 1/2, 1/4, 1/8, 1/16 and 1/32."""
        maps, x = [], image
        for name, part in self.encoder.named_children():
            x = part(x)
            if name in ("norm0", "pool0", "transition1", "transition2"):
                maps.append(x)
        return [*maps, x]


def _conv(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(ConvNorm(inputs, outputs), nn.ReLU())


def _reduction(channels: int, outputs: int) -> nn.Sequential:
    """1×1 convolutions that halve the channels while more than twice ``outputs`` would be left."""
    layers: list[nn.Module] = []
    while channels > 4 * outputs:
        layers += (nn.Conv2d(channels, channels // 2, 1), nn.ReLU())
        channels //= 2
    return nn.Sequential(*layers, nn.Conv2d(channels, outputs, 1))
