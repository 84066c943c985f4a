"""What a curve of scores says, one score per click."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import OptionError

Scores = Sequence[float] | NDArray[np.floating]


def area_under_curve(scores: Scores) -> float:
    """The mean height of the curve: trapezoids over n points, divided by n − 1.

    Args:
        scores: One score per click, ``(n,)``, from the first point that counts: the score
            after click 1 for interactive segmentation, whose photos start without a mask, and
            the score without a click for tasks whose network answers before the first one.

    Returns:
        In the units of the scores. A single point is its own mean.

    Raises:
        OptionError: There is no score.

    Example:
        >>> area_under_curve([0.5, 0.75, 1.0])
        0.75
    """
    heights = _curve(scores)
    if len(heights) == 1:
        return float(heights[0])
    return float((heights[1:] + heights[:-1]).sum() / 2 / (len(heights) - 1))


def clicks_to_reach(scores: Scores, threshold: float, limit: int) -> int:
    """Number of clicks (NoC) until a score is at least ``threshold``.

    Args:
        scores: One score per click, ``(n,)``, from click 1.
        threshold: What the score must reach.
        limit: The most clicks allowed. Never reaching the threshold within them, a failure,
            counts as ``limit``, so it cannot be told from success at the last click.

    Returns:
        A number from 1 to ``limit``.

    Raises:
        OptionError: There is no score, or ``limit`` is not a number of the curve's clicks.

    Example:
        >>> clicks_to_reach([0.6, 0.86, 0.91], 0.85, limit=3)
        2
    """
    heights = _curve(scores)
    if not 1 <= limit <= len(heights):
        raise OptionError(
            f"The limit is {limit} clicks and the curve has {len(heights)}. "
            f"Allowed are 1 to {len(heights)}; simulate more clicks or lower the limit."
        )
    reached = np.flatnonzero(heights[:limit] >= threshold)
    return int(reached[0]) + 1 if len(reached) else limit


def worst_tenth(
    first_scores: Scores, *, worst: Literal["lowest", "highest"] = "lowest"
) -> NDArray[np.intp]:
    """Which tenth of the images starts worst.

    Select once, by the unrefined score at the curve's first point, and use the same images for
    every row of a table.

    Args:
        first_scores: One score per image, ``(n,)``.
        worst: "lowest" for scores, of which more is better; "highest" for errors.

    Returns:
        The indices of the ⌈n / 10⌉ worst scores, ascending. Of equal scores the earlier
        image is taken.

    Raises:
        OptionError: There is no score.

    Example:
        >>> worst_tenth([0.9, 0.2, 0.7, 0.8, 0.6, 0.5, 0.9, 0.9, 0.9, 0.9]).tolist()
        [1]
    """
    scores = _curve(first_scores)
    from_worst = np.argsort(scores if worst == "lowest" else -scores, kind="stable")
    return np.sort(from_worst[: math.ceil(len(scores) / 10)])


def _curve(scores: Scores) -> NDArray[np.float64]:
    curve = np.asarray(scores, dtype=np.float64)
    if curve.ndim != 1 or not len(curve):
        raise OptionError(
            f"A curve of shape {curve.shape} was given. Allowed is one row of at least one "
            "score; pass the scores of one image or the mean over images."
        )
    return curve
