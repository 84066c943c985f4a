"""The building blocks that our small networks share."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.attention import Online
from clickmend.core.shapes import Float

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def straight_clamp(x: Float[Tensor, "*shape"], low: float, high: float) -> Float[Tensor, "*shape"]:
    """``x`` clamped to [low, high]; the gradient goes through as if it had not been.

    So a click can pull back what lies at an end, or beyond, where the gradient of a clamp is 0
    and that of a sigmoid nearly so, and the ends themselves can be said exactly. What is asked of
    the answer lies in the range, hence the gradient at an end points inwards.
    """
    return x.clamp(low, high).detach() + (x - x.detach())


def enlarged(
    x: Float[Tensor, "B C h w"], *, like: Float[Tensor, "B D H W"]
) -> Float[Tensor, "B C H W"]:
    """``x``, bilinearly as large as ``like``."""
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


class Normalise(nn.Module):
    """RGB in [0, 1] to zero mean and unit variance per channel, by default those of ImageNet."""

    mean: Tensor
    std: Tensor

    def __init__(
        self, mean: Sequence[float] = IMAGENET_MEAN, std: Sequence[float] = IMAGENET_STD
    ) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B 3 H W"]:
        """(image − mean) / std."""
        return (image - self.mean) / self.std


class ConvNorm(nn.Sequential):
    """Convolution without bias, then batch normalisation."""

    def __init__(self, inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
        )


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions around a shortcut; the first may halve the resolution."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = ConvNorm(inputs, outputs, stride=stride)
        self.conv2 = ConvNorm(outputs, outputs)
        same = inputs == outputs and stride == 1
        self.shortcut = (
            nn.Identity() if same else ConvNorm(inputs, outputs, kernel=1, stride=stride)
        )

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D h w"]:
        """relu(conv2(relu(conv1(x))) + shortcut(x))."""
        return F.relu(self.conv2(F.relu(self.conv1(x))) + self.shortcut(x))


class AttentionBlock(nn.Module):
    """A pre-norm transformer block over the pixels of a map, of any size.

    Positions come from a depthwise 3×3 convolution before the attention, so nothing depends on
    the resolution. What it infers ``online`` beside the values may be changed at any time.

    Args:
        channels: Of the map.
        heads: A divisor of them.
        expansion: Of the MLP.
        learned_hold: Whether each head learns how many times θ_ξ its keys are held by, at first
            once; for a training in which keys adapt.
    """

    def __init__(
        self, channels: int, *, heads: int = 4, expansion: int = 2, learned_hold: bool = False
    ) -> None:
        super().__init__()
        self.heads = heads
        self.online = Online()
        self.hold = nn.Parameter(torch.zeros(heads, 1)) if learned_hold else None
        self.position = nn.Conv2d(channels, channels, 3, 1, 1, groups=channels)
        self.norm1 = nn.LayerNorm(channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.project = nn.Linear(channels, channels)
        self.norm2 = nn.LayerNorm(channels)
        self.mlp = nn.Sequential(
            nn.Linear(channels, expansion * channels),
            nn.GELU(),
            nn.Linear(expansion * channels, channels),
        )

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C H W"]:
        """Attention among all pixels, then an MLP, each added to its input."""
        batch, channels, height, width = x.shape
        x = x + self.position(x)
        tokens = x.flatten(2).transpose(1, 2)
        qkv = self.qkv(self.norm1(tokens)).view(batch, height * width, 3, self.heads, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        if self.online.adapt_keys:
            times = 1.0 if self.hold is None else self.hold.exp()
            mixed = self.online.held(times).attend(q, k, v)
        else:  # the same to rounding; the library's is quicker and can be exported
            mixed = F.scaled_dot_product_attention(q, k, v)
        tokens = tokens + self.project(mixed.transpose(1, 2).reshape(tokens.shape))
        tokens = tokens + self.mlp(self.norm2(tokens))
        mixed_map: Tensor = tokens.transpose(1, 2).reshape(batch, channels, height, width)
        return mixed_map


class ClickSimilarity(nn.Module):
    """How much each pixel looks like what was clicked, or is known otherwise.

    The mean embedding under the foreground and under the background clicks are two prototypes;
    the cosine of every pixel to each is a channel, 0 where no such click exists.

    Args:
        channels: Of the map.
        width: Of the embedding.
        stride: Of the map, in pixels of the marks.
    """

    def __init__(self, channels: int, *, width: int = 32, stride: int = 8) -> None:
        super().__init__()
        self.stride = stride
        self.embed = nn.Conv2d(channels, width, 1)

    def forward(
        self, x: Float[Tensor, "B C H W"], clicks: Float[Tensor, "B 2 h w"]
    ) -> Float[Tensor, "B 2 H W"]:
        """Cosines to the two prototypes, in [−1, 1]."""
        return self.compared(self.embedded(x), clicks)

    def embedded(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D H W"]:
        """The embedding of every pixel, of length 1."""
        return F.normalize(self.embed(x), dim=1)

    def compared(
        self, embedding: Float[Tensor, "B D H W"], clicks: Float[Tensor, "B 2 h w"]
    ) -> Float[Tensor, "B 2 H W"]:
        """Cosines of an embedding to the two prototypes in it."""
        weight = F.avg_pool2d(clicks.to(embedding.dtype), self.stride)
        prototype = torch.einsum("bkhw,bchw->bkc", weight, embedding)
        return torch.einsum("bkc,bchw->bkhw", F.normalize(prototype, dim=2), embedding)
