"""Matting as the engine asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.types import FloatMap, TaskName
from clickmend.data.codecs import UNKNOWN, read_alpha
from clickmend.data.planes import PixelSource
from clickmend.tasks.matting.prediction import MattingPrediction
from clickmend.tasks.scalar import ScalarTask

UNKNOWN_BAND = 0.01
"""Half the width of the unknown band that a trimap made from a matte gets around its soft pixels,
as a share of the shorter side."""


@dataclass(frozen=True)
class MattingTask(ScalarTask[MattingPrediction]):
    """Natural space is alpha itself. Before any feedback the known parts of the trimap stand.

    Args:
        trimap: 0, ``UNKNOWN`` and 255, ``(H, W)`` of the photo; ``None`` for a network that
            needs none.
    """

    name: ClassVar[TaskName] = "matting"
    weight: ClassVar[float] = 1e3
    push_by: ClassVar[float] = 0.1
    unit: ClassVar[str] = "alpha"
    likeness: ClassVar[float] = 0.1
    tolerance: ClassVar[float] = 0.02
    trimap: NDArray[np.uint8] | None = None

    @property
    def limits(self) -> tuple[float, float]:
        """0 and 1."""
        return 0.0, 1.0

    def values(self, y: Tensor) -> Tensor:
        """Alpha as it is."""
        return y

    def naturals(self, values: Tensor) -> Tensor:
        """Alpha as it is."""
        return values

    def natural(self, output: Tensor) -> Tensor:
        """Alpha as it is."""
        return output[0]

    def total(self, errors: Tensor) -> Tensor:
        """Their mean."""
        return errors.mean()

    def prediction(self, shown: FloatMap) -> MattingPrediction:
        """See ``DenseTask``."""
        return MattingPrediction(shown)

    def scale(self, targets: Tensor) -> Tensor:
        """1: alpha has its range."""
        return torch.ones_like(targets)

    def read(self, output: Tensor, *, width: int, height: int) -> FloatMap:
        """The network's alpha where the trimap is unknown, else what the trimap says."""
        own = super().read(output, width=width, height=height)
        if self.trimap is None:
            return own
        return np.where(self.trimap == UNKNOWN, own, self.trimap / np.float32(255))

    def read_prior(self, prior: PixelSource, *, width: int, height: int) -> FloatMap:
        """Alpha in [0, 1]."""
        return read_alpha(prior, size=(width, height))


def trimap_of(alpha: FloatMap) -> NDArray[np.uint8]:
    """The trimap of a matte, ``(H, W)``: its soft pixels and edges, widened, are unknown."""
    size = 2 * max(2, round(UNKNOWN_BAND * min(alpha.shape))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    object_, ground = (alpha >= 254.5 / 255), (alpha <= 0.5 / 255)
    trimap = np.full(alpha.shape, UNKNOWN, np.uint8)
    trimap[cv2.erode(object_.astype(np.uint8), kernel) > 0] = 255
    trimap[cv2.erode(ground.astype(np.uint8), kernel) > 0] = 0
    return trimap
