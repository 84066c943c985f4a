"""Marks as inputs of the network, which takes clicks and a box."""

from __future__ import annotations

import numpy as np

from clickmend.feedback.marks import ERASE, Box, Click, Mark, Stroke
from clickmend.tasks.engine import Placed
from clickmend.tasks.painted import middle, painted
from clickmend.tasks.places import pixel

MOST_CLICKS = 8
"""Maximum number of clicks that stand for a stroke."""


def clicks_of(mark: Mark) -> tuple[Click, ...]:
    """The clicks that stand for a mark: for a stroke along its line, one brush width apart.

    For an outline a single one, farthest from its border.
    """
    if isinstance(mark, Click):
        return (mark,)
    if not isinstance(mark, Stroke) or mark.label == ERASE:
        return ()
    if mark.filled:
        return (Click(*middle(mark), mark.label),)
    line = np.asarray(mark.points, np.float64)
    along = np.append(0.0, np.hypot(*np.diff(line, axis=0).T).cumsum())
    count = int(np.clip(along[-1] // (2 * mark.radius_px) + 1, 1, MOST_CLICKS))
    at = np.linspace(0, along[-1], count) if count > 1 else along[-1:] / 2
    places = zip(np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1]), strict=True)
    return tuple(Click(float(x), float(y), mark.label) for x, y in places)


def still_held(placed: tuple[Placed, ...], *, shape: tuple[int, ...]) -> tuple[Placed, ...]:
    """The marks without clicks that a later mark contradicts.

    A click contradicts one of the other label within a pixel, a stroke those of another label that
    it covers.

    Args:
        placed: In order, the newest last.
        shape: (H, W) of the photo.
    """
    held: list[Placed] = []
    for one in reversed(placed):
        mark = one.mark
        if isinstance(mark, Click) and any(_contradicts(later.mark, mark, shape) for later in held):
            continue
        held.append(one)
    return tuple(reversed(held))


def _contradicts(later: Mark, click: Click, shape: tuple[int, ...]) -> bool:
    if isinstance(later, Box | Click | Stroke) and not isinstance(later, Box):
        if later.label == click.label:
            return False
        row, column = pixel(click.x, click.y, shape)
        if isinstance(later, Stroke):
            height, width = shape
            return painted(later, height=height, width=width).holds(row, column)
        other_row, other_column = pixel(later.x, later.y, shape)
        return max(abs(row - other_row), abs(column - other_column)) <= 1
    return False
