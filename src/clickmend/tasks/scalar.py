"""Tasks whose prediction is one number per pixel: what matting and depth share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.errors import ClickError
from clickmend.core.types import FloatMap
from clickmend.feedback.crop import Crop, resize
from clickmend.feedback.marks import Click, Mark, Push
from clickmend.tasks.dense import DenseTask, Ground, P_co, Seen, pixel
from clickmend.tasks.energy import distance_to, outside_gaussian
from clickmend.tasks.regression import RegressionEnergy


@dataclass(frozen=True)
class ScalarTask(DenseTask[P_co]):
    """Clicks carry a value; pushes move one up or down.

    A click speaks for the area around it: over a Gaussian with σ = ``area_share`` × r it asks for
    the same correction as at its own pixel, added in natural space. An older click asks at its
    own pixel alone.

    Args:
        area_share: σ of that area as a share of the attention radius; 0 takes the clicked pixel
            alone, as printed.
        default_share: See ``DenseTask``.

    Attributes:
        weight: λ.
        push_by: ε of a push, in the units of the values.
        unit: Of the values, in the words of an error.
        quantum: Smallest step of the values that a file keeps.
        tolerance: See ``RegressionEnergy``.
    """

    weight: ClassVar[float]
    push_by: ClassVar[float]
    unit: ClassVar[str]
    quantum: ClassVar[float]
    tolerance: ClassVar[float]
    area_share: float = 0.5
    default_share: float = 0.05

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
    def prediction(self, values: FloatMap) -> P_co:
        """What is shown of these values, ``(H, W)``."""

    @abstractmethod
    def scale(self, targets: Tensor) -> Tensor:
        """What the residuals of clicks with these values are measured against."""

    def own_ground(self, own: FloatMap) -> FloatMap:
        """What of the network's own answer stands, natural space, ``(H, W)`` of photo or view."""
        return own

    def check(self, mark: Mark, *, number: int) -> Mark:
        """See ``DenseTask``."""
        if isinstance(mark, Push):
            return mark
        if not isinstance(mark, Click):
            raise ClickError(
                f"mark {number} is a {type(mark).__name__.lower()}. In the task '{self.name}' a "
                "mark is a click with a value, or a push up or down."
            )
        low, high = self.limits
        if mark.label is not None:
            raise ClickError(
                f"click {number} has the label {mark.label!r}. In the task '{self.name}' a click "
                f"has a value, {self.unit} from {low:g} to {high:g}; give value=."
            )
        if mark.value is None or not low <= mark.value <= high:
            said = "no value" if mark.value is None else f"the value {mark.value:g}"
            raise ClickError(
                f"click {number} has {said}. In the task '{self.name}' a click says {self.unit} "
                f"from {low:g} to {high:g}; give value=."
            )
        return mark

    def ground(self, own: Tensor, prior: NDArray[Any] | None, crop: Crop) -> Ground:
        """Where a prior is unknown (NaN) the network's own answer stands in."""
        view = own[0].numpy()
        if prior is None:
            stands = self._seen(self.own_ground, view, crop)
        else:
            small = crop.read(np.nan_to_num(self._map(self.naturals, prior)))
            known = crop.read((~np.isnan(prior)).astype(np.float32))
            stands = np.where(known > 0.5, small / np.maximum(known, 1e-6), view)
        return Ground(own, torch.from_numpy(stands.astype(np.float32))[None], prior, 0.0)

    def energy(self, before: Tensor, marks: Sequence[Seen]) -> RegressionEnergy:
        """See ``DenseTask``."""
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
        return RegressionEnergy(
            weights,
            targets,
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
        value = float(self.value_at(before, push.x, push.y))
        low, high = self.limits
        wanted = value + (self.push_by if push.direction == "up" else -self.push_by)
        return min(max(wanted, low), high) - value

    def value_at(self, y: Tensor, x: float, row: float) -> Tensor:
        """The value at a place of the view."""
        return self.values(y[0])[pixel(x, row, y.shape)]

    def show(self, ground: Ground, change: FloatMap | None, reach: FloatMap) -> P_co:
        """See ``DenseTask``; where a value moves by less than half a quantum it is copied."""
        height, width = reach.shape
        own = resize(ground.own[0].numpy(), width, height)
        if ground.prior is None:
            start = self.own_ground(own)
            values = self._map(self.values, start)
        else:
            values = ground.prior
            start = self._map(self.naturals, values)
            start = np.where(np.isnan(start) & (reach > 0), own, start)
        if change is None:
            return self.prediction(values)
        added = resize(change[0], width, height) * self.open(ground, reach)
        mended = self._map(self.values, start + added).clip(*self.limits)
        same = np.abs(mended - values) < self.quantum / 2
        return self.prediction(np.where(same, values, mended))

    @staticmethod
    def _map(rule: Callable[[Tensor], Tensor], numbers: FloatMap) -> FloatMap:
        mapped: FloatMap = rule(torch.from_numpy(numbers)).numpy()
        return mapped

    @staticmethod
    def _seen(rule: Callable[[FloatMap], FloatMap], view: FloatMap, crop: Crop) -> FloatMap:
        """A rule for the whole photo, applied to a view of the whole photo."""
        width, height = crop.x1 - crop.x0, crop.y1 - crop.y0
        return crop.read(rule(resize(view, width, height)))
