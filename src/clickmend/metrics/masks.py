"""How well a mask agrees with the truth."""

from __future__ import annotations

import numpy as np

from clickmend.core.types import Mask
from clickmend.metrics.counted import check_sizes


def intersection_over_union(prediction: Mask, truth: Mask, ignore: Mask | None = None) -> float:
    """|P ∩ T| / |P ∪ T| over the pixels that count.

    Args:
        prediction: P, ``(H, W)``.
        truth: T, ``(H, W)``.
        ignore: Pixels that take no part, ``(H, W)``; None counts all.

    Returns:
        A score in [0, 1]. Two empty masks agree: 1.

    Raises:
        OptionError: The masks differ in size.

    Example:
        >>> truth = np.array([[True, True, False, False]])
        >>> intersection_over_union(np.array([[True, True, True, True]]), truth)
        0.5
    """
    check_sizes(prediction, {"truth": truth, "ignore mask": ignore})
    counts = np.ones_like(truth) if ignore is None else ~ignore
    union = np.count_nonzero((prediction | truth) & counts)
    if union == 0:
        return 1.0
    return float(np.count_nonzero(prediction & truth & counts) / union)
