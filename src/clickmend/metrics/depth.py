"""How far a depth map is from the truth over the pixels whose depth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import OptionError
from clickmend.core.types import FloatMap, Mask
from clickmend.metrics.counted import check_sizes


@dataclass(frozen=True, slots=True)
class DepthScores:
    """The seven measures of Eigen et al. (NeurIPS 2014), p predicted and t true depth.

    Args:
        delta_1: The share of pixels with max(p/t, t/p) < 1.25; higher is better.
        delta_2: The same below 1.25².
        delta_3: The same below 1.25³.
        abs_rel: The mean of |p − t| / t; lower is better, as below.
        sq_rel_m: The mean of (p − t)² / t, metres.
        rmse_m: The root of the mean of (p − t)², metres.
        rmse_log: The root of the mean of (ln p − ln t)².
    """

    delta_1: float
    delta_2: float
    delta_3: float
    abs_rel: float
    sq_rel_m: float
    rmse_m: float
    rmse_log: float


def depth_scores(
    prediction_m: FloatMap, truth_m: FloatMap, ignore: Mask | None = None
) -> DepthScores:
    """All measures of one depth map.

    Args:
        prediction_m: p, metres, ``(H, W)``.
        truth_m: t, metres, ``(H, W)``; NaN where it is not known, which takes no part.
        ignore: Further pixels that take no part, ``(H, W)``.

    Raises:
        OptionError: The maps differ in size, no pixel is known, or a depth that counts is not a
            positive number.

    Example:
        >>> truth_m = np.array([[1.0, 2.0], [4.0, np.nan]], np.float32)
        >>> scores = depth_scores(np.array([[1.0, 2.0], [5.0, 9.0]], np.float32), truth_m)
        >>> round(scores.abs_rel, 4), round(scores.rmse_m, 4)
        (0.0833, 0.5774)
    """
    check_sizes(prediction_m, {"truth": truth_m, "ignore mask": ignore})
    known = ~np.isnan(truth_m)
    if ignore is not None:
        known &= ~ignore
    if not known.any():
        raise OptionError(
            "No depth is known, so nothing is counted. At least one pixel must be neither NaN in "
            "the truth nor ignored; check both or leave the image out."
        )
    p, t = prediction_m[known].astype(np.float64), truth_m[known].astype(np.float64)
    _check_positive("prediction", p)
    _check_positive("truth", t)
    ratio = np.maximum(p / t, t / p)
    return DepthScores(
        delta_1=float((ratio < 1.25).mean()),
        delta_2=float((ratio < 1.25**2).mean()),
        delta_3=float((ratio < 1.25**3).mean()),
        abs_rel=float((np.abs(p - t) / t).mean()),
        sq_rel_m=float((np.square(p - t) / t).mean()),
        rmse_m=float(np.sqrt(np.square(p - t).mean())),
        rmse_log=float(np.sqrt(np.square(np.log(p / t)).mean())),
    )


def _check_positive(name: str, depth_m: NDArray[np.float64]) -> None:
    wrong = depth_m[~(np.isfinite(depth_m) & (depth_m > 0))]
    if wrong.size:
        raise OptionError(
            f"The {name} holds the depth {wrong[0]:g} m. Allowed are finite depths above 0; an "
            "unknown depth is NaN in the truth."
        )
