"""Means with their standard errors, over trials or over sequences.

Readings that are fixed here:
 * A unit is a trial: all images of a dataset with boxes of their own. Frames of one sequence
   resemble each other, so there a unit is a sequence, with all its frames and trials.
 * The mean is that of the units' means; its standard error is that of n independent units.
 * What one row is over another is the mean of the units' differences, for both met the same boxes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEW = (1, 3)
"""The first and the last of few clicks."""

MANY = (5, 20)
"""The first and the last of many."""

Curves = Mapping[Hashable, Sequence[float]]
"""The mean curve of every unit, from before the first click on."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over units, and its standard error; None of a single unit."""

    mean: float
    error: float | None

    def told(self, times: float = 1.0) -> str:
        """As a table tells it, multiplied."""
        mean = f"{times * self.mean:.4f}"
        return mean if self.error is None else f"{mean} ± {times * self.error:.4f}"


@dataclass(frozen=True, slots=True)
class Spread:
    """How a curve and what is read from it vary.

    Args:
        units: How many trials or sequences.
        errors: The standard error of every point of the curve.
        few: The mean over few clicks; None where there were not so many, as below.
        many: The mean over many.
        few_gain: What one of few clicks gains.
        many_gain: What one of many gains.
        few_over: What few clicks reach over the same network without online inference.
        many_over: What many do.
    """

    units: int
    errors: tuple[float | None, ...]
    few: Figure | None
    many: Figure | None
    few_gain: Figure | None
    many_gain: Figure | None
    few_over: Figure | None = None
    many_over: Figure | None = None


def spread_of(curves: Curves, plain: Curves | None = None) -> Spread:
    """How the curves of units vary.

    Args:
        curves: Of one row.
        plain: Of the row that it is compared with, the same units.
    """
    units = list(curves)
    heights = np.array([curves[unit] for unit in units], dtype=np.float64)
    others = None if plain is None else np.array([plain[unit] for unit in units], dtype=np.float64)
    few, few_gain, few_over = _range(heights, others, FEW)
    many, many_gain, many_over = _range(heights, others, MANY)
    return Spread(
        units=len(units),
        errors=tuple(figure_of(column).error for column in heights.T),
        few=few,
        many=many,
        few_gain=few_gain,
        many_gain=many_gain,
        few_over=few_over,
        many_over=many_over,
    )


def figure_of(values: NDArray[np.float64]) -> Figure:
    """The mean of independent values and its standard error."""
    error = None if len(values) < 2 else float(values.std(ddof=1) / np.sqrt(len(values)))
    return Figure(float(values.mean()), error)


def spread_from(facts: Mapping[str, Any]) -> Spread:
    """The spread that ``dataclasses.asdict`` wrote."""
    read: dict[str, Any] = {
        name: Figure(**value) if isinstance(value, dict) else value for name, value in facts.items()
    }
    read["errors"] = tuple(facts["errors"])
    return Spread(**read)


def _range(
    heights: NDArray[np.float64], others: NDArray[np.float64] | None, clicks: tuple[int, int]
) -> tuple[Figure | None, Figure | None, Figure | None]:
    """The mean within a range of clicks, what a click gains there, and what it is over others."""
    first, last = clicks[0], min(clicks[1], heights.shape[1] - 1)
    if first > last:
        return None, None, None
    means = heights[:, first : last + 1].mean(axis=1)
    gains = (heights[:, last] - heights[:, first - 1]) / (last - first + 1)
    over = None
    if others is not None:
        over = figure_of(means - others[:, first : last + 1].mean(axis=1))
    return figure_of(means), figure_of(gains), over
