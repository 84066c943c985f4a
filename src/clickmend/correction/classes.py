"""Which pixels a mark with a class is about."""

from __future__ import annotations

from collections.abc import Iterable

from clickmend.core.types import FloatMap, Mask
from clickmend.correction.values import Point, Region, Window, part_at

SLACK = 0.75
"""By how much the witness of a class may believe a pixel less than the clicked one, logits."""


def label_region(
    same: Mask,
    evidence: FloatMap,
    window: Window,
    radius_px: float,
    others: Iterable[Point],
    *,
    core: float = 0.1,
) -> Region:
    """The region of a click that says a class.

    What is shown as the click's own pixel is, is connected with it and ends before the radius, is
    wrong as a whole. Of what goes on beyond, the pixels belong to the region for which the witness
    prefers the click's class, or does so hardly less than at the click's own pixel.

    Args:
        same: What is shown as the clicked pixel is, ``(h, w)`` of the window.
        evidence: By how much the witness prefers the class of the click to what is shown, in
            logits, ``(h, w)``.
        window: Around the click.
        radius_px: Attention radius.
        others: Where other classes were clicked.
        core: The share of the radius within which the evidence is not asked.
    """
    at = window.centre
    shown = part_at(same, at)
    distance = window.distance_to(window.x, window.y)
    within = distance <= radius_px
    within[at] = True
    free = shown & within & window.nearer_than(others)
    free[at] = True
    if (shown & ~within).any():
        free &= (evidence >= min(float(evidence[at]), 0.0) - SLACK) | (distance <= core * radius_px)
        free[at] = True
    return Region(window, part_at(free, at))
