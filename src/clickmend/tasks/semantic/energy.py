"""Energies of clicks and strokes on class maps (G-BRS, Eq. 9 and 10).

Eq. 9 is printed without the minus of the log-softmax; it is the cross-entropy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from clickmend.core.shapes import Float, Int
from clickmend.feedback.marks import Click, Stroke
from clickmend.tasks.areas import Areas, areas
from clickmend.tasks.engine import Placed
from clickmend.tasks.places import reached

LAMBDA_CLICK = 10.0
"""λ of the click mode."""

LAMBDA_STROKE = 1.0
"""λ of the stroke mode."""

IGNORED = -1
"""Label of pixels that are ignored."""

STOP = 0.1
"""An inference stops when no click's mean cross-entropy over its area reaches this."""


def click_energies(
    logits: Float[Tensor, "C H W"],
    areas: Areas,
    labels: Int[Tensor, " K"],
) -> Float[Tensor, " K"]:
    """The cross-entropy to each click's class, a weighted mean over the click's area.

    With areas of one pixel the mean over K is L_r as printed (Eq. 9).
    """
    wanted = labels[areas.click]
    return areas.means(F.cross_entropy(areas.read(logits).T, wanted, reduction="none"))


def map_energy(logits: Float[Tensor, "C H W"], labels: Int[Tensor, "H W"]) -> Float[Tensor, ""]:
    """The cross-entropy to a class map, summed over its pixels and divided by all H·W (Eq. 10).

    ``IGNORED`` pixels add nothing. It is L_r of strokes and, with the earlier class map, L_c.
    """
    total = F.cross_entropy(logits[None], labels[None], ignore_index=IGNORED, reduction="sum")
    return total / labels.numel()


@dataclass(frozen=True, slots=True)
class SemanticEnergy:
    """The energies of one click or stroke.

    Args:
        areas: The areas of the clicks; ``None`` without clicks.
        labels: The class of each click, ``(K,)``.
        painted: The class painted by strokes, ``IGNORED`` elsewhere, ``(H, W)``; ``None`` without
            strokes.
        before: The classes before the newest mark, ``IGNORED`` within its attention radius, ``(H,
            W)``.
        weight: λ.
    """

    areas: Areas | None
    labels: Tensor
    painted: Tensor | None
    before: Tensor
    weight: float

    def clicks(self, y: Float[Tensor, "C H W"]) -> Float[Tensor, ""]:
        """L_r: the mean over clicks, and for strokes the sum over pixels divided by H·W."""
        energy = y.new_zeros(())
        if self.painted is not None:
            energy = energy + map_energy(y, self.painted)
        if self.areas is not None:
            energy = energy + click_energies(y, self.areas, self.labels).mean()
        return energy

    def consistency(self, y: Float[Tensor, "C H W"]) -> Float[Tensor, ""]:
        """λ L_c."""
        return self.weight * map_energy(y, self.before)

    def corrective(self, y: Float[Tensor, "C H W"]) -> Float[Tensor, ""]:
        """As L_r: BRS prints a corrective energy for two classes only."""
        return self.clicks(y)

    def satisfied(self, y: Float[Tensor, "C H W"]) -> bool:
        """Whether every click is satisfied with confidence, and every painted pixel at all."""
        y = y.detach()
        granted = True
        if self.painted is not None:
            here = self.painted != IGNORED
            granted = bool((y[:, here].argmax(dim=0) == self.painted[here]).all())
        if self.areas is not None:
            granted &= bool((click_energies(y, self.areas, self.labels) < STOP).all())
        return granted


def asked(
    before: Float[Tensor, "C H W"], marks: Sequence[Placed], *, area_share: float
) -> SemanticEnergy:
    """The energy for the newest mark, see ``SemanticRules`` and ``DenseRules.energy``."""
    height, width = before.shape[-2:]
    shown = before.argmax(dim=0)
    clicks = [(s.mark, s.radius_px) for s in marks if isinstance(s.mark, Click)]
    labels = [int(click.label or 0) for click, _ in clicks]
    spoken = None
    if clicks:
        spoken = areas(
            [(click.x, click.y) for click, _ in clicks],
            [area_share * radius for _, radius in clicks],
            labels,
            shown=shown.numpy(),
        )
    painted = None
    for seen in marks:
        if isinstance(seen.mark, Stroke):
            if painted is None:
                painted = torch.full((height, width), IGNORED)
            brush = reached(seen.mark, seen.mark.radius_px, height=height, width=width)
            painted[torch.from_numpy(brush)] = int(seen.mark.label or 0)
    newest = marks[-1]
    kept = shown.clone()
    near = reached(newest.mark, newest.radius_px, height=height, width=width)
    kept[torch.from_numpy(near)] = IGNORED
    return SemanticEnergy(
        spoken,
        torch.tensor(labels, dtype=torch.long),
        painted,
        kept,
        LAMBDA_STROKE if isinstance(newest.mark, Stroke) else LAMBDA_CLICK,
    )
