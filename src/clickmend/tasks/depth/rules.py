"""The rules of depth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from clickmend.core.arrays import A, Array, namespace
from clickmend.core.bands import bands
from clickmend.core.newest import Newest
from clickmend.core.types import RGB, FloatMap
from clickmend.correction.field import Field, hold
from clickmend.correction.nearness import settled
from clickmend.correction.values import Region, unreplaced
from clickmend.data.depth_files import read_depth
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Click, Mark
from clickmend.tasks.depth.prediction import DepthPrediction
from clickmend.tasks.engine import Placed
from clickmend.tasks.places import pixel, single
from clickmend.tasks.rules import Ground
from clickmend.tasks.scalar import ScalarRules

FARTHEST_M = 1e6
"""Depths are float32 metres; larger ones are taken for mistakes."""

SAMPLED = 100
"""Pixels sampled along each side to estimate the usual ratio of the map to the network's output."""

HOLD_SHARE = 0.005
"""σ of the blend around a mark's own pixel, as a share of the shorter side."""


@dataclass(frozen=True)
class DepthRules(ScalarRules[DepthPrediction]):
    """Natural space is the logarithm of depth in metres; the energies are taken in metres.

    Args:
        depth_scale: Metres in one unit of a prior that is no 16-bit PNG of millimetres.
        relative: Whether the network predicts inverse depth up to scale and shift, which are then
            estimated from the marks first.
    """

    name: ClassVar[str] = "depth"
    weight: ClassVar[float] = 0.1
    push_by: ClassVar[float] = 0.1
    unit: ClassVar[str] = "metres"
    likeness: ClassVar[float] = 0.3
    tolerance: ClassVar[float] = 0.01
    given_share: ClassVar[float | None] = 0.25
    depth_scale: float | None = None
    relative: bool = False
    _fields: Newest[Field] = field(default_factory=Newest, init=False, repr=False, compare=False)

    @property
    def limits(self) -> tuple[float, float]:
        """A millimetre, and a thousand kilometres."""
        return 0.001, FARTHEST_M

    def values(self, y: A) -> A:
        """Metres."""
        metres: A = namespace(y).exp(y)
        return metres

    def naturals(self, values: A) -> A:
        """log(metres)."""
        natural: A = namespace(values).log(values)
        return natural

    def natural(self, output: Array) -> Array:
        """log(metres), clipped to the smallest depth."""
        return self.naturals(output[0].clip(self.limits[0]))

    def total(self, errors: Array) -> Array:
        """Their sum."""
        return errors.sum()

    def prediction(self, shown: FloatMap) -> DepthPrediction:
        """See ``DenseRules``."""
        return DepthPrediction(shown)

    def _centred(self, apart: FloatMap) -> FloatMap:
        """Log-ratios relative to their median: a scale of the whole map is no disagreement."""
        centred: FloatMap = apart - np.median(apart)
        return centred

    def scale(self, targets: A) -> A:
        """The depth itself: residuals are relative."""
        return targets

    def is_global(self, mark: Mark) -> bool:
        """A click without a radius also corrects the scale of the whole map."""
        return isinstance(mark, Click) and mark.radius_px is None

    def region(self, mark: Mark, radius_px: float, ground: Ground) -> Region:
        """See ``DenseRules``; the reach is smaller if the network contradicts the click."""
        if isinstance(mark, Click) and mark.radius_px is None and _contradicted(mark, ground):
            radius_px = min(radius_px, self.default_share * min(ground.shown.shape))
        return super().region(mark, radius_px, ground)

    def explained(self, marks: Sequence[Placed], own: FloatMap, photo: RGB) -> FloatMap:
        """Scale, slope and field from all marks; an outlier is applied to its region."""
        clicks = [one.mark for one in marks if isinstance(one.mark, Click)]
        places = single([(click.x, click.y) for click in clicks])
        kept = np.flatnonzero(unreplaced(places))
        values = np.array([clicks[k].value for k in kept], np.float32)
        asked = np.log(values)
        if self.relative:
            own = settled(own, places[kept], values).clip(*self.limits)
            seen = self._field(own, photo)
        else:
            seen = self._fields.of(own, photo, make=self._field)
        shown, heard = seen.explained(places[kept], asked)
        strange = []
        for k in kept[~heard]:
            before = [click for click in clicks if click is not clicks[k]]
            ground = Ground(photo, np.exp(shown), seen.witness[None], own, before)
            region = self.region(clicks[k], marks[k].radius_px, ground)
            strange.append((clicks[k], region))
        hold(shown, places[kept][heard], asked[heard], sigma_px=HOLD_SHARE * min(own.shape))
        for rows in bands(shown.shape):
            np.exp(shown[rows], out=shown[rows])
            np.clip(shown[rows], *self.limits, out=shown[rows])
        for click, region in strange:
            self.mend(shown, click, region, own)
        pixels = places[kept].astype(int)
        shown[pixels[:, 1], pixels[:, 0]] = values
        return shown

    def _field(self, own: FloatMap, photo: RGB) -> Field:
        return Field(np.log(own), photo)

    def read_prior(self, prior: PixelSource, *, width: int, height: int) -> FloatMap:
        """Metres, NaN where unknown."""
        return read_depth(prior, size=(width, height), depth_scale=self.depth_scale)


def _contradicted(click: Click, ground: Ground) -> bool:
    """Whether the network's output differs from the displayed depth in the opposite direction.

    The usual ratio of both is the scale of the map, which the network does not determine.
    """
    assert click.value is not None
    shape = ground.shown.shape
    row, column = pixel(click.x, click.y, shape)
    shown = ground.shown[row, column]
    if np.isnan(shown):
        return False
    around = np.s_[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
    down, across = (math.ceil(side / SAMPLED) for side in shape)
    every = np.s_[row % down :: down, column % across :: across]
    here, usual = (
        np.nanmedian(np.log(ground.shown[some] / ground.own[some])) for some in (around, every)
    )
    return bool((here - usual) * np.log(click.value / shown) > 0)
