"""The rules of tasks that predict one number per pixel."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clickmend.core.arrays import A, Array
from clickmend.core.errors import ClickError
from clickmend.core.numbers import is_finite
from clickmend.core.types import FloatMap
from clickmend.correction.connected import part_at
from clickmend.correction.values import Region, value_region
from clickmend.feedback.crop import resize
from clickmend.feedback.mark_checks import check_spread
from clickmend.feedback.marks import ERASE, Click, Mark, Push, Stroke
from clickmend.tasks.base import RADIUS_SHARE
from clickmend.tasks.energy import Energy
from clickmend.tasks.engine import Placed
from clickmend.tasks.places import pixel
from clickmend.tasks.prediction import P_co
from clickmend.tasks.rules import DenseRules, Ground


@dataclass(frozen=True)
class ScalarRules(DenseRules[P_co]):
    """Clicks and strokes have a value; pushes raise or lower one.

    The newest click has an area: a Gaussian with σ = ``area_share`` × r, over which its energy
    demands the same correction as at its own pixel, added in natural space. Older clicks are
    evaluated at their own pixels only.

    Args:
        area_share: σ of that area as a share of the attention radius; 0 uses only the clicked
            pixel, as in the paper.
        default_share: See ``DenseRules``.

    Attributes:
        weight: λ.
        push_by: ε of a push, in the units of the values.
        unit: Unit of the values, for error messages.
        likeness: σ of the similarity of displayed values, natural space.
        tolerance: See ``RegressionEnergy``.
    """

    weight: ClassVar[float]
    push_by: ClassVar[float]
    unit: ClassVar[str]
    likeness: ClassVar[float]
    tolerance: ClassVar[float]
    area_share: float = 0.05
    default_share: float = RADIUS_SHARE

    @property
    @abstractmethod
    def limits(self) -> tuple[float, float]:
        """The smallest and the largest value."""

    @abstractmethod
    def values(self, y: A) -> A:
        """From natural space to values."""

    @abstractmethod
    def naturals(self, values: A) -> A:
        """From values to natural space."""

    @abstractmethod
    def total(self, errors: Array) -> Array:
        """The reduction of the clicks' squared errors in L_r."""

    @abstractmethod
    def scale(self, targets: A) -> A:
        """The scale of the residuals of clicks with these values."""

    def check(self, mark: Mark, *, number: int) -> Mark:
        """See ``DenseRules``."""
        if isinstance(mark, Push):
            return mark
        if not isinstance(mark, Click | Stroke):
            raise ClickError(
                f"mark {number} is a {type(mark).__name__.lower()}. In the task '{self.name}' a "
                "mark is a click or a stroke with a value, or a push up or down."
            )
        check_spread(mark, task=self.name, number=number)
        kind = type(mark).__name__.lower()
        if isinstance(mark, Stroke) and mark.label == ERASE and mark.value is None:
            return mark
        low, high = self.limits
        allowed = (
            f"In the task '{self.name}' a {kind} has a value, {self.unit} from {low:g} to {high:g}"
        )
        if mark.label is not None:
            raise ClickError(
                f"{kind} {number} has the label {mark.label!r}. {allowed}; give value=, or a "
                "stroke with the label 'erase' to restore the initial values."
            )
        if not (is_finite(mark.value) and low <= mark.value <= high):
            said = "no value" if mark.value is None else f"the value {mark.value!r}"
            raise ClickError(f"{kind} {number} has {said}. {allowed}; give value=.")
        return mark

    def paints_alone(self, mark: Mark) -> bool:
        """A stroke sets the value of its pixels."""
        return isinstance(mark, Stroke)

    def read(self, output: FloatMap, *, width: int, height: int) -> FloatMap:
        """See ``DenseRules``."""
        return self._shown(resize(output[0], width, height))

    def energy(self, before: Array, marks: Sequence[Placed]) -> Energy:
        """See ``DenseRules``."""
        from clickmend.tasks.regression import asked

        return asked(self, before, marks)

    def pushed(self, value: float, push: Push) -> float:
        """The target of a push: ± ε, clipped to the limits."""
        low, high = self.limits
        return min(
            max(value + (self.push_by if push.direction == "up" else -self.push_by), low), high
        )

    def disagreement(self, prior: FloatMap | None, witness: FloatMap) -> float | None:
        """See ``DenseRules``: the mean distance in natural space over the known pixels."""
        if prior is None:
            return None
        height, width = prior.shape
        own = self.naturals(self.read(witness, width=width, height=height))
        apart = (own - self.naturals(prior))[np.isfinite(prior)]
        return float(np.abs(self._centred(apart)).mean()) if apart.size else None

    def _centred(self, apart: FloatMap) -> FloatMap:
        """Differences, ``(n,)``, without an offset that the network does not determine."""
        return apart

    def region(self, mark: Mark, radius_px: float, ground: Ground) -> Region:
        """See ``DenseRules``.

        It does not cross between known and unknown pixels, nor between those that earlier marks
        changed and did not change.
        """
        assert isinstance(mark, Click | Push)
        window = ground.around(mark, radius_px)
        place, at = window.place, window.centre
        witness = self.naturals(ground.own[place])
        known = ~np.isnan(ground.shown[place])
        current = np.where(known, self.naturals(ground.shown[place]), witness)
        region = value_region(
            current,
            witness,
            ground.photo[place],
            self._step(mark, float(current[at])),
            window,
            radius_px,
            ground.earlier_points,
            likeness=self.likeness,
        )
        alike = known == known[at]
        if ground.first is not None:
            changed = ground.shown[place] != ground.first[place]
            alike &= changed == changed[at]
        return Region(window, part_at(region.mask & alike, at))

    def mend(self, shown: NDArray[Any], mark: Mark, region: Region, own: NDArray[Any]) -> None:
        """The region is shifted, in natural space, by the error at the marked pixel.

        Unknown pixels start from the network's output.
        """
        current = shown[region.window.place]
        if isinstance(mark, Stroke):
            current[region.mask] = mark.value
            return
        assert isinstance(mark, Click | Push)
        stands = np.where(np.isnan(current), own[region.window.place], current)
        natural = self.naturals(stands)
        moved = natural + np.float32(self._step(mark, float(natural[region.window.centre])))
        current[region.mask] = self._shown(moved)[region.mask]
        self._hold(current, mark, region)

    def hold(self, shown: NDArray[Any], mark: Mark) -> None:
        """See ``DenseRules``."""
        if isinstance(mark, Click) and mark.value is not None:
            shown[pixel(mark.x, mark.y, shown.shape)] = mark.value

    def _hold(self, current: FloatMap, mark: Click | Push, region: Region) -> None:
        """The clicked pixel gets its value exactly."""
        if isinstance(mark, Click) and mark.value is not None:
            current[region.window.centre] = mark.value

    def _shown(self, natural: FloatMap) -> FloatMap:
        """Values within the limits, of natural space, ``(H, W)``."""
        return self.values(natural).clip(*self.limits)

    def _step(self, mark: Click | Push, here: float) -> float:
        """The error at the marked pixel, natural space."""
        now = np.float32(here)
        wanted = (
            mark.value if isinstance(mark, Click) else self.pushed(float(self.values(now)), mark)
        )
        return float(self.naturals(np.float32(wanted)) - now)
