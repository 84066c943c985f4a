"""What clicks and pushes ask of a map of numbers: alpha and depth (G-BRS, Eq. 11 to 13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor


def squared_errors(
    values: Float[Tensor, "H W"],
    areas: Float[Tensor, "K H W"],
    targets: Float[Tensor, "K H W"],
) -> Float[Tensor, " K"]:
    """The squared error of each click, a weighted mean over its area.

    With areas of one pixel their mean is L_r of matting (Eq. 11), their sum that of depth
    (Eq. 13).
    """
    return ((values - targets).square() * areas).sum(dim=(1, 2))


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
        areas: Weights of each click that sum to 1, ``(K, H, W)``.
        targets: What each click asks for over its area, ``(K, H, W)``.
        before: The values before the newest click, ``(H, W)``.
        outside: M, ``(H, W)``.
        weight: λ.
        total: How the clicks are put together: their mean or their sum.
        tolerance: An inference stops when no click's root mean squared error, divided by
            ``scale``, reaches this.
        scale: Of the residuals, ``(K,)``.
        values: From the task's natural space to the values that clicks are given in.
    """

    areas: Tensor
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
        return self.total(squared_errors(self.values(y[0]), self.areas, self.targets))

    def consistency(self, y: Float[Tensor, "1 H W"]) -> Float[Tensor, ""]:
        """λ L_c."""
        return self.weight * consistency_energy(self.values(y[0]), self.before, self.outside)

    def corrective(self, y: Float[Tensor, "1 H W"]) -> Float[Tensor, ""]:
        """BRS's sum of squared errors at the clicks (Eq. 1)."""
        return squared_errors(self.values(y[0]), self.areas, self.targets).sum()

    def satisfied(self, y: Float[Tensor, "1 H W"]) -> bool:
        """Whether every click has its value, within the tolerance."""
        errors = squared_errors(self.values(y[0].detach()), self.areas, self.targets)
        return bool((errors.sqrt() < self.tolerance * self.scale).all())
