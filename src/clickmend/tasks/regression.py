"""Energies of clicks and pushes on maps of numbers: alpha and depth (G-BRS, Eq. 11 to 13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.feedback.marks import Click, Push
from clickmend.tasks.areas import Areas
from clickmend.tasks.engine import Placed
from clickmend.tasks.outside import distance_to, outside_gaussian
from clickmend.tasks.places import pixel
from clickmend.tasks.prediction import P_co
from clickmend.tasks.scalar import ScalarRules


def squared_errors(
    values: Float[Tensor, " n"],
    areas: Areas,
    targets: Float[Tensor, " n"],
) -> Float[Tensor, " K"]:
    """The squared error of each click, a weighted mean over its area.

    With areas of one pixel their mean is L_r of matting (Eq. 11), their sum that of depth
    (Eq. 13).

    Args:
        values: The values at the pixels of the areas.
        areas: The areas of the clicks.
        targets: The target values there.
    """
    return areas.means((values - targets).square())


def consistency_energy(
    values: Float[Tensor, "H W"],
    before: Float[Tensor, "H W"],
    outside: Float[Tensor, "H W"],
) -> Float[Tensor, ""]:
    """L_c without its λ: the mean over all pixels of the squared weighted change (Eq. 11).

    Args:
        values: f(x, p).
        before: f(x, p_prev).
        outside: M, an inverse Gaussian around the newest click, σ = r.
    """
    return ((values - before) * outside).square().mean()


@dataclass(frozen=True, slots=True)
class RegressionEnergy:
    """The energies of one click on a map of numbers.

    Args:
        areas: The areas of the clicks.
        targets: The target values there, ``(n,)``.
        before: The values before the newest click, ``(H, W)``.
        outside: M, ``(H, W)``.
        weight: λ.
        total: Reduction over the clicks: mean or sum.
        tolerance: The feedback is satisfied when the root mean squared error of every click,
            divided by ``scale``, is below this.
        scale: Scale of the residuals, ``(K,)``.
        values: Conversion from natural space to the values of clicks.
    """

    areas: Areas
    targets: Tensor
    before: Tensor
    outside: Tensor
    weight: float
    total: Callable[[Tensor], Tensor]
    tolerance: float
    scale: Tensor
    values: Callable[[Tensor], Tensor]

    def clicks(self, y: Float[Tensor, "1 H W"]) -> Float[Tensor, ""]:
        """L_r."""
        return self.total(self._errors(y))

    def consistency(self, y: Float[Tensor, "1 H W"]) -> Float[Tensor, ""]:
        """λ L_c."""
        return self.weight * consistency_energy(self.values(y[0]), self.before, self.outside)

    def corrective(self, y: Float[Tensor, "1 H W"]) -> Float[Tensor, ""]:
        """BRS's sum of squared errors at the clicks (Eq. 1)."""
        return self._errors(y).sum()

    def satisfied(self, y: Float[Tensor, "1 H W"]) -> bool:
        """Whether every click is satisfied within the tolerance."""
        return bool((self._errors(y.detach()).sqrt() < self.tolerance * self.scale).all())

    def _errors(self, y: Tensor) -> Tensor:
        return squared_errors(self.values(self.areas.read(y[0])), self.areas, self.targets)


def asked(
    rules: ScalarRules[P_co], before: Float[Tensor, "1 H W"], marks: Sequence[Placed]
) -> RegressionEnergy:
    """The energy for the newest mark, see ``ScalarRules`` and ``DenseRules.energy``."""
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
        if click is newest.mark and rules.area_share > 0:
            sigma = max(rules.area_share * radius, 0.5)
            distance = distance_to((click.x, click.y), height=height, width=width)
            area = torch.exp(-distance.square() / (2 * sigma**2)) * (distance <= radius)
            area[at] = 1.0
            step = rules.naturals(asked[number]) - before[0][at]
            low, high = rules.limits
            targets[number] = rules.values(before[0] + step).clamp(low, high)
            weights[number] = area / area.sum()
    spoken = Areas.of(weights)
    return RegressionEnergy(
        spoken,
        targets.flatten(1)[spoken.click, spoken.pixel],
        rules.values(before[0]),
        outside_gaussian(here, newest.radius_px, height=height, width=width),
        rules.weight,
        rules.total,
        rules.tolerance,
        rules.scale(asked),
        rules.values,
    )


def value_at(
    rules: ScalarRules[P_co], y: Float[Tensor, "1 H W"], *, x: float, row: float
) -> Float[Tensor, ""]:
    """The value at a place of the view."""
    return rules.values(y[0])[pixel(x, row, y.shape)]
