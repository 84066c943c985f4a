"""The rules of matting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.arrays import A, Array, namespace
from clickmend.core.errors import OptionError
from clickmend.core.types import FloatMap
from clickmend.correction.connected import part_at
from clickmend.correction.values import Region, Window, pull_of
from clickmend.data.codecs import UNKNOWN, read_alpha, read_trimap
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Click, Mark, Push, Stroke
from clickmend.tasks.matting.prediction import MattingPrediction
from clickmend.tasks.rules import Ground
from clickmend.tasks.scalar import ScalarRules

UNKNOWN_BAND = 0.01
"""Half the width of the unknown band around the soft pixels of a prior, as a share of the shorter
side."""

REACH_SHARE = 0.07
"""Maximum reach of a mark in the unknown band, as a share of the shorter side."""

VISIBLE = 1 / 255
"""The smallest correction visible in an 8-bit matte."""


@dataclass(frozen=True)
class MattingRules(ScalarRules[MattingPrediction]):
    """Natural space is alpha itself. Initially the known parts of the trimap are kept.

    Args:
        trimap: 0, ``UNKNOWN`` and 255, ``(H, W)`` of the photo; ``None`` if the network takes none.
    """

    name: ClassVar[str] = "matting"
    moves_own: ClassVar[bool] = True
    weight: ClassVar[float] = 1e3
    push_by: ClassVar[float] = 0.1
    unit: ClassVar[str] = "alpha"
    likeness: ClassVar[float] = 0.1
    tolerance: ClassVar[float] = 0.02
    default_share: float = 0.2
    trimap: NDArray[np.uint8] | None = None

    @property
    def limits(self) -> tuple[float, float]:
        """0 and 1."""
        return 0.0, 1.0

    def values(self, y: A) -> A:
        """Alpha as it is."""
        return y

    def naturals(self, values: A) -> A:
        """Alpha as it is."""
        return values

    def natural(self, output: Array) -> Array:
        """Alpha as it is."""
        return output[0]

    def total(self, errors: Array) -> Array:
        """Their mean."""
        return errors.mean()

    def prediction(self, shown: FloatMap) -> MattingPrediction:
        """See ``DenseRules``."""
        return MattingPrediction(shown)

    def scale(self, targets: A) -> A:
        """1: alpha has its range."""
        ones: A = namespace(targets).ones_like(targets)
        return ones

    def read(self, output: FloatMap, *, width: int, height: int) -> FloatMap:
        """The network's alpha where the trimap is unknown, else the trimap's."""
        own = super().read(output, width=width, height=height)
        if self.trimap is None:
            return own
        return np.where(self.trimap == UNKNOWN, own, self.trimap / np.float32(255))

    def region(self, mark: Mark, radius_px: float, ground: Ground) -> Region:
        """See ``DenseRules``: where the output, moved to agree with the mark, differs visibly."""
        assert isinstance(mark, Click | Push)
        window, pull = self._pull(mark, radius_px, ground)
        _, missing = self._missing(ground.shown, mark, window, pull, ground.own)
        mask = (np.abs(missing) >= VISIBLE) & (window.distance_to(mark.x, mark.y) <= radius_px)
        mask[window.centre] = True
        return Region(window, part_at(mask, window.centre), pull)

    def _pull(
        self, mark: Click | Push, radius_px: float, ground: Ground
    ) -> tuple[Window, FloatMap]:
        """The window around a mark, and the change of its pixels per unit change at the mark.

        In the unknown band it follows from the matte's energy, elsewhere it is a Gaussian.
        """
        window = ground.around(mark, radius_px)
        near = ground.around(mark, min(radius_px, REACH_SHARE * min(ground.shown.shape)))
        response = ground.response(near) if ground.response else None
        if response is None:
            return window, pull_of(window, self.area_share * radius_px, ground.earlier_points)
        pull = np.zeros(window.distance_to(0, 0).shape, np.float32)
        top, left = (
            inner.start - outer.start for inner, outer in zip(near.place, window.place, strict=True)
        )
        pull[top : top + response.shape[0], left : left + response.shape[1]] = response
        pull[~window.nearer_than(ground.earlier_points)] = 0
        pull[window.centre] = 1
        return window, pull

    def mend(self, shown: NDArray[Any], mark: Mark, region: Region, own: NDArray[Any]) -> None:
        """Move the output to agree with the mark, and the region to the moved output.

        Pixels change only in the direction of the mark.
        """
        place = region.window.place
        if isinstance(mark, Stroke):
            own[place][region.mask] = shown[place][region.mask] = mark.value
            return
        assert isinstance(mark, Click | Push)
        assert region.pull is not None
        moved, missing = self._missing(shown, mark, region.window, region.pull, own)
        own[place] = moved
        shown[place] = np.where(region.mask, shown[place] + missing, shown[place])
        self._hold(shown[place], mark, region)

    def _missing(
        self,
        shown: FloatMap,
        mark: Click | Push,
        window: Window,
        pull: FloatMap,
        own: FloatMap,
    ) -> tuple[FloatMap, FloatMap]:
        """The output moved to agree with a mark, and the remaining difference of the map."""
        current, witness, at = shown[window.place], own[window.place], window.centre
        step = self._step(mark, float(current[at]))
        moved = (witness + (current[at] + step - witness[at]) * pull).clip(0, 1)
        missing = moved - current
        return moved, np.where(missing * step > 0, missing, 0)

    def read_prior(self, prior: PixelSource, *, width: int, height: int) -> FloatMap:
        """Alpha in [0, 1]."""
        return read_alpha(prior, size=(width, height))


def trimap_of(alpha: FloatMap) -> NDArray[np.uint8]:
    """The trimap of a matte, ``(H, W)``: its dilated soft pixels and edges are unknown."""
    size = 2 * max(2, round(UNKNOWN_BAND * min(alpha.shape))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    object_, ground = (alpha >= 254.5 / 255), (alpha <= 0.5 / 255)
    trimap = np.full(alpha.shape, UNKNOWN, np.uint8)
    trimap[cv2.erode(object_.astype(np.uint8), kernel) > 0] = 255
    trimap[cv2.erode(ground.astype(np.uint8), kernel) > 0] = 0
    return trimap


def known_trimap(
    trimap: PixelSource | None, prior: PixelSource | None, *, width: int, height: int
) -> NDArray[np.uint8]:
    """The given trimap, or one derived from the prior, ``(H, W)``.

    Raises:
        OptionError: There is neither.
        PriorError: It cannot be read or does not fit.
    """
    if trimap is not None:
        return read_trimap(trimap, size=(width, height))
    if prior is not None:
        return trimap_of(read_alpha(prior, size=(width, height)))
    raise OptionError(
        "Matting has neither a trimap nor a prior. The network needs one of them; give trimap=, "
        "with 0 background, 255 foreground and 128 unknown, or prior=."
    )


def guide_of(trimap: NDArray[np.uint8]) -> FloatMap:
    """A trimap as input of the network: 0, 0.5 where unknown, 1, ``(H, W)``."""
    guide: FloatMap = (trimap / 255).astype(np.float32)
    guide[(trimap > 0) & (trimap < 255)] = 0.5
    return guide
