"""Atrous spatial pyramid pooling, of DeepLab."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.blocks import ConvNorm


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
