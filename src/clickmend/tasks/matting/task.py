"""Matting as the engine asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.types import FloatMap, TaskName
from clickmend.data.codecs import UNKNOWN, read_alpha
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Click, Mark, Push
from clickmend.tasks.dense import Scene
from clickmend.tasks.matting.prediction import MattingPrediction
from clickmend.tasks.region import Region, Window, part_at, pull_of
from clickmend.tasks.scalar import ScalarTask

UNKNOWN_BAND = 0.01
"""Half the width of the unknown band that a trimap made from a matte gets around its soft pixels,
as a share of the shorter side."""

VISIBLE = 1 / 255
"""The smallest correction that an 8-bit matte shows."""


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

    def region(self, mark: Mark, radius_px: float, scene: Scene) -> Region:
        """See ``DenseTask``: where the network, moved to agree with the mark, agrees with it."""
        assert isinstance(mark, Click | Push)
        window = scene.around(mark, radius_px)
        pull = pull_of(window, self.area_share * radius_px, scene.earlier_points)
        _, missing = self._missing(scene.shown, mark, window, pull, scene.own)
        mask = (np.abs(missing) >= VISIBLE) & (window.distance_to(mark.x, mark.y) <= radius_px)
        mask[window.centre] = True
        return Region(window, part_at(mask, window.centre), pull)

    def mend(self, shown: NDArray[Any], mark: Mark, region: Region, own: NDArray[Any]) -> None:
        """The network moves to agree with the mark, and the region to where it then is.

        Only pixels that the network has off in the mark's direction change: what the mark takes
        down it takes down nowhere else up.
        """
        assert isinstance(mark, Click | Push)
        assert region.pull is not None
        place = region.window.place
        moved, missing = self._missing(shown, mark, region.window, region.pull, own)
        own[place] = moved
        shown[place] = np.where(region.mask, shown[place] + missing, shown[place])

    def _missing(
        self,
        shown: FloatMap,
        mark: Click | Push,
        window: Window,
        pull: FloatMap,
        own: FloatMap,
    ) -> tuple[FloatMap, FloatMap]:
        """The network's answer moved to agree with a mark, and what the pixels lack to it."""
        current, witness, at = shown[window.place], own[window.place], window.centre
        step = self._step(mark, float(current[at]))
        moved = (witness + (current[at] + step - witness[at]) * pull).clip(0, 1)
        missing = moved - current
        return moved, np.where(missing * step > 0, missing, 0)

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
