"""Energies of clicks on object masks (G-BRS, Eq. 8)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.tasks.areas import Areas, areas
from clickmend.tasks.interactive.granted import STOP, Request
from clickmend.tasks.outside import outside_disk

LAMBDA = 1e2
"""λ of interactive segmentation, the weight of the consistency energy."""


def residuals(
    logits: Float[Tensor, "H W"], areas: Areas, signs: Float[Tensor, " K"]
) -> Float[Tensor, " n"]:
    """max(1 − l·f, 0) at the pixels of the areas."""
    return (1 - signs[areas.click] * areas.read(logits)).clamp(min=0)


def click_energy(
    logits: Float[Tensor, "H W"], areas: Areas, signs: Float[Tensor, " K"]
) -> Float[Tensor, ""]:
    """L_r: the squared hinge with margin 1, a weighted mean over each click's area, summed.

    With areas of one pixel it is the energy of the paper.

    Args:
        logits: f.
        areas: What the clicks speak for.
        signs: l, +1 for foreground and −1 for background.
    """
    return areas.means(residuals(logits, areas, signs).square()).sum()


def consistency_energy(
    logits: Float[Tensor, "H W"],
    before: Float[Tensor, "H W"],
    outside: Float[Tensor, "H W"],
) -> Float[Tensor, ""]:
    """L_c without its λ: the mean over all pixels of the squared change outside the disk.

    Args:
        logits: f(x, p).
        before: f(x, p_prev).
        outside: M: 0 on the attention disk of the newest click, 1 elsewhere.
    """
    return ((logits - before) * outside).square().mean()


@dataclass(frozen=True, slots=True)
class InteractiveEnergy:
    """The energies of one click.

    Args:
        areas: What the clicks speak for.
        signs: +1 or −1 per click, ``(K,)``.
        before: The logits before the optimisation, ``(H, W)``.
        outside: 0 on the newest click's attention disk, 1 elsewhere, ``(H, W)``.
        weight: λ.
    """

    areas: Areas
    signs: Tensor
    before: Tensor
    outside: Tensor
    weight: float = LAMBDA

    @classmethod
    def of(cls, request: Request, before: Float[Tensor, "H W"]) -> InteractiveEnergy:
        """The energy of a request, from the logits before the optimisation."""
        height, width = before.shape
        return cls(
            areas(request.points, request.radii_px, request.says, shown=request.shown),
            2 * torch.tensor(request.says, dtype=torch.float32) - 1,
            before,
            outside_disk(request.points[-1], request.reach_px, height=height, width=width),
        )

    def clicks(self, logits: Float[Tensor, "H W"]) -> Float[Tensor, ""]:
        """L_r."""
        return click_energy(logits, self.areas, self.signs)

    def consistency(self, logits: Float[Tensor, "H W"]) -> Float[Tensor, ""]:
        """λ L_c."""
        return self.weight * consistency_energy(logits, self.before, self.outside)

    def corrective(self, logits: Float[Tensor, "H W"]) -> Float[Tensor, ""]:
        """BRS's Σ (f − l)² over the clicks, f the probability and l 1 or 0 (Eq. 1)."""
        target = (self.signs > 0).to(logits.dtype)[self.areas.click]
        error = torch.sigmoid(self.areas.read(logits)) - target
        return self.areas.means(error.square()).sum()

    def satisfied(self, logits: Float[Tensor, "H W"]) -> bool:
        """Whether every click's mean residual over its area is below ``STOP``."""
        mean = self.areas.means(residuals(logits.detach(), self.areas, self.signs))
        return bool((mean < STOP).all())
