"""The rules of tasks whose prediction is one number per pixel."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.errors import ClickError
from clickmend.core.types import FloatMap
from clickmend.correction.values import Region, part_at, value_region
from clickmend.feedback.crop import resize
from clickmend.feedback.marks import ERASE, Click, Mark, Push, Stroke
from clickmend.tasks.areas import Areas
from clickmend.tasks.base import RADIUS_SHARE, P_co
from clickmend.tasks.energy import distance_to, outside_gaussian
from clickmend.tasks.engine import Placed
from clickmend.tasks.places import pixel
from clickmend.tasks.regression import RegressionEnergy
from clickmend.tasks.rules import DenseRules, Ground


@dataclass(frozen=True)
class ScalarRules(DenseRules[P_co]):
    """Clicks and strokes carry a value; pushes move one up or down.

    A click speaks for the area around it: over a Gaussian with σ = ``area_share`` × r it asks for
    the same correction as at its own pixel, added in natural space. An older click asks at its
    own pixel alone.

    Args:
        area_share: σ of that area as a share of the attention radius; 0 takes the clicked pixel
            alone, as printed.
        default_share: See ``DenseRules``.

    Attributes:
        weight: λ.
        push_by: ε of a push, in the units of the values.
        unit: Of the values, in the words of an error.
        likeness: How far shown values are alike, natural space.
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
    def values(self, y: Tensor) -> Tensor:
        """From natural space to values."""

    @abstractmethod
    def naturals(self, values: Tensor) -> Tensor:
        """From values to natural space."""

    @abstractmethod
    def total(self, errors: Tensor) -> Tensor:
        """How L_r puts the squared errors of the clicks together."""

    @abstractmethod
    def scale(self, targets: Tensor) -> Tensor:
        """What the residuals of clicks with these values are measured against."""

    def check(self, mark: Mark, *, number: int) -> Mark:
        """See ``DenseRules``."""
        if isinstance(mark, Push):
            return mark
        if not isinstance(mark, Click | Stroke):
            raise ClickError(
                f"mark {number} is a {type(mark).__name__.lower()}. In the task '{self.name}' a "
                "mark is a click or a stroke with a value, or a push up or down."
            )
        kind = type(mark).__name__.lower()
        if isinstance(mark, Stroke) and mark.label == ERASE and mark.value is None:
            return mark
        low, high = self.limits
        allowed = f"In the task '{self.name}' a {kind} says {self.unit} from {low:g} to {high:g}"
        if mark.label is not None:
            raise ClickError(
                f"{kind} {number} has the label {mark.label!r}. {allowed}; give value=, or paint "
                "the label 'erase' to have back what was there first."
            )
        if mark.value is None or not low <= mark.value <= high:
            said = "no value" if mark.value is None else f"the value {mark.value:g}"
            raise ClickError(f"{kind} {number} has {said}. {allowed}; give value=.")
        return mark

    def paints_alone(self, mark: Mark) -> bool:
        """A stroke says the value of what it paints."""
        return isinstance(mark, Stroke)

    def read(self, output: Tensor, *, width: int, height: int) -> FloatMap:
        """See ``DenseRules``."""
        natural = torch.from_numpy(resize(output[0].numpy(), width, height))
        values: FloatMap = self.values(natural).clamp(*self.limits).numpy()
        return values

    def energy(self, before: Tensor, marks: Sequence[Placed]) -> RegressionEnergy:
        """See ``DenseRules``."""
        height, width = before.shape[-2:]
        newest = marks[-1]
        assert isinstance(newest.mark, Click | Push)
        here = (newest.mark.x, newest.mark.y)
        clicks = [(s.mark, s.radius_px) for s in marks if isinstance(s.mark, Click)]
        weights = torch.zeros(len(clicks), height, width)
        targets = torch.zeros(len(clicks), height, width)
        asked = torch.tensor([float(click.value or 0) for click, _ in clicks])
        for number, (click, radius) in enumerate(clicks):
            at = pixel(click.x, click.y, before.shape)
            targets[number] = asked[number]
            weights[number][at] = 1.0
            if click is newest.mark and self.area_share > 0:
                sigma = max(self.area_share * radius, 0.5)
                distance = distance_to((click.x, click.y), height=height, width=width)
                area = torch.exp(-distance.square() / (2 * sigma**2)) * (distance <= radius)
                area[at] = 1.0
                step = self.naturals(asked[number]) - before[0][at]
                low, high = self.limits
                targets[number] = self.values(before[0] + step).clamp(low, high)
                weights[number] = area / area.sum()
        spoken = Areas.of(weights)
        return RegressionEnergy(
            spoken,
            targets.flatten(1)[spoken.click, spoken.pixel],
            self.values(before[0]),
            outside_gaussian(here, newest.radius_px, height=height, width=width),
            self.weight,
            self.total,
            self.tolerance,
            self.scale(asked),
            self.values,
        )

    def pushed(self, before: Tensor, push: Push) -> float:
        """The change of value that a push asks for: ± ε, less where it would leave the limits."""
        value = self.value_at(before, push.x, push.y)
        return self._pushed(value, push) - float(value)

    def _pushed(self, value: Tensor, push: Push) -> float:
        low, high = self.limits
        wanted = float(value) + (self.push_by if push.direction == "up" else -self.push_by)
        return min(max(wanted, low), high)

    def value_at(self, y: Tensor, x: float, row: float) -> Tensor:
        """The value at a place of the view."""
        return self.values(y[0])[pixel(x, row, y.shape)]

    def disagreement(self, prior: FloatMap | None, witness: Tensor) -> float | None:
        """See ``DenseRules``: the mean distance of both in natural space, over what is known."""
        if prior is None:
            return None
        height, width = prior.shape
        own = self._natural(self.read(witness, width=width, height=height))
        apart = (own - self._natural(prior))[np.isfinite(prior)]
        return float(np.abs(self._centred(apart)).mean()) if apart.size else None

    def _centred(self, apart: FloatMap) -> FloatMap:
        """Differences, ``(n,)``, without what the network does not claim to know."""
        return apart

    def region(self, mark: Mark, radius_px: float, ground: Ground) -> Region:
        """See ``DenseRules``; what is shown as unknown is a region apart."""
        assert isinstance(mark, Click | Push)
        window = ground.around(mark, radius_px)
        place, at = window.place, window.centre
        witness = self._natural(ground.own[place])
        known = ~np.isnan(ground.shown[place])
        current = np.where(known, self._natural(ground.shown[place]), witness)
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
        return Region(window, part_at(region.mask & (known == known[at]), at))

    def mend(self, shown: NDArray[Any], mark: Mark, region: Region, own: NDArray[Any]) -> None:
        """The region moves by what its mark's pixel lacks, in natural space.

        Where nothing is known, the network's own answer stands in.
        """
        current = shown[region.window.place]
        if isinstance(mark, Stroke):
            current[region.mask] = mark.value
            return
        assert isinstance(mark, Click | Push)
        stands = np.where(np.isnan(current), own[region.window.place], current)
        natural = self._natural(stands)
        moved = natural + self._step(mark, float(natural[region.window.centre]))
        mended = self.values(torch.from_numpy(moved)).clamp(*self.limits).numpy()
        current[region.mask] = mended[region.mask]
        self._hold(current, mark, region)

    def hold(self, shown: NDArray[Any], mark: Mark) -> None:
        """See ``DenseRules``."""
        if isinstance(mark, Click) and mark.value is not None:
            shown[pixel(mark.x, mark.y, shown.shape)] = mark.value

    def _hold(self, current: FloatMap, mark: Click | Push, region: Region) -> None:
        """A click's own pixel has its value to the last bit."""
        if isinstance(mark, Click) and mark.value is not None:
            current[region.window.centre] = mark.value

    def _natural(self, values: FloatMap) -> FloatMap:
        natural: FloatMap = self.naturals(torch.from_numpy(values)).numpy()
        return natural

    def _step(self, mark: Click | Push, here: float) -> float:
        """What the mark's pixel lacks, natural space."""
        now = torch.tensor(here)
        wanted = mark.value if isinstance(mark, Click) else self._pushed(self.values(now), mark)
        return float(self.naturals(torch.tensor(wanted)) - now)
