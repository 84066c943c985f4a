"""Depth as the engine asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from clickmend.core.types import FloatMap
from clickmend.data.codecs import read_depth
from clickmend.data.planes import PixelSource
from clickmend.tasks.depth.prediction import LARGEST_M, DepthPrediction
from clickmend.tasks.scalar import ScalarRules


@dataclass(frozen=True)
class DepthRules(ScalarRules[DepthPrediction]):
    """Natural space is the logarithm of depth in metres; the energies are taken in metres.

    Args:
        depth_scale: Metres in one unit of a prior that is no 16-bit PNG of millimetres.
    """

    name: ClassVar[str] = "depth"
    weight: ClassVar[float] = 0.1
    push_by: ClassVar[float] = 0.1
    unit: ClassVar[str] = "metres"
    likeness: ClassVar[float] = 0.3
    tolerance: ClassVar[float] = 0.01
    depth_scale: float | None = None

    @property
    def limits(self) -> tuple[float, float]:
        """A millimetre, and what a 16-bit PNG of millimetres holds."""
        return 0.001, LARGEST_M

    def values(self, y: Tensor) -> Tensor:
        """Metres."""
        return torch.exp(y)

    def naturals(self, values: Tensor) -> Tensor:
        """log(metres)."""
        return torch.log(values)

    def natural(self, output: Tensor) -> Tensor:
        """log(metres), from the smallest depth on."""
        return torch.log(output[0].clamp(min=self.limits[0]))

    def total(self, errors: Tensor) -> Tensor:
        """Their sum."""
        return errors.sum()

    def prediction(self, shown: FloatMap) -> DepthPrediction:
        """See ``DenseRules``."""
        return DepthPrediction(shown)

    def scale(self, targets: Tensor) -> Tensor:
        """The depth itself: residuals are relative."""
        return targets

    def read_prior(self, prior: PixelSource, *, width: int, height: int) -> FloatMap:
        """Metres, NaN where unknown."""
        return read_depth(prior, size=(width, height), depth_scale=self.depth_scale)
