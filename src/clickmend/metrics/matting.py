"""How far a matte is from the truth inside the unknown region of its trimap.

The four errors of the alpha matting benchmark (Rhemann et al., "A perceptually motivated online
benchmark for image matting", CVPR 2009) in the scale in which papers print them: SAD, Grad and
Conn are sums over the unknown pixels divided by 1000, MSE is a mean. Alphas are in [0, 1].

Grad and Conn look at the neighbours of a pixel as well. There the known pixels of a prediction
are 0 and 1 as the trimap says, for every method alike.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d

from clickmend.core.errors import OptionError
from clickmend.core.types import FloatMap, Mask
from clickmend.metrics.counted import check_sizes

UNKNOWN = 128

GRADIENT_SIGMA_PX = 1.4
GRADIENT_REACH_PX = 4
"""How far the filters reach: beyond, the density of the Gaussian is below 0.01."""

CONNECTIVITY_LEVELS = 10
CONNECTIVITY_THETA = 0.15


def sum_of_absolute_differences(
    prediction: FloatMap, truth: FloatMap, trimap: NDArray[np.uint8]
) -> float:
    """SAD, in thousands: Σ |α − α*| / 1000 over the unknown pixels.

    Args:
        prediction: α, ``(H, W)`` in [0, 1].
        truth: α*, ``(H, W)`` in [0, 1].
        trimap: 0 background, 128 unknown, 255 foreground, ``(H, W)``.

    Raises:
        OptionError: The maps differ in size, or the trimap has other values or no unknown pixel.

    Example:
        >>> trimap = np.full((10, 10), 128, np.uint8)
        >>> white, grey = np.ones((10, 10), np.float32), np.full((10, 10), 0.5, np.float32)
        >>> sum_of_absolute_differences(grey, white, trimap)
        0.05
    """
    return float(np.abs(_differences(prediction, truth, trimap)).sum() / 1000)


def mean_squared_error(prediction: FloatMap, truth: FloatMap, trimap: NDArray[np.uint8]) -> float:
    """MSE: the mean of (α − α*)² over the unknown pixels. Tables print it times 1000.

    Args and errors as for `sum_of_absolute_differences`.

    Example:
        >>> trimap = np.array([[0, 128, 255]], np.uint8)
        >>> shown = np.array([[0.3, 0.5, 0.0]], np.float32)  # what the trimap knows takes no part
        >>> mean_squared_error(shown, np.ones_like(shown), trimap)
        0.25
    """
    return float(np.square(_differences(prediction, truth, trimap)).mean())


def gradient_error(prediction: FloatMap, truth: FloatMap, trimap: NDArray[np.uint8]) -> float:
    """Grad, in thousands: Σ (|∇α| − |∇α*|)² / 1000 over the unknown pixels.

    ∇ is the correlation with the first derivatives of a Gaussian, σ = 1.4, cut to 9 × 9 pixels
    and scaled to unit energy (their squares sum to 1). Pixels of the border continue beyond it.

    Args and errors as for `sum_of_absolute_differences`.
    """
    unknown = _unknown(prediction, truth, trimap)
    shown = _slope(_with_known(prediction, trimap))
    return float(np.square(shown - _slope(truth))[unknown].sum() / 1000)


def connectivity_error(prediction: FloatMap, truth: FloatMap, trimap: NDArray[np.uint8]) -> float:
    """Conn, in thousands: Σ |φ(α) − φ(α*)| / 1000 over the unknown pixels.

    The source at a level is the largest 4-connected part of where both α and α* reach it (of
    equal ones the first in row order). l is the last of the levels 0, 0.1 … 1 before a pixel
    leaves the source. φ(α) = 1 − d where d = α − l is at least θ = 0.15, else 1: how well a
    pixel is connected to the source.

    Args and errors as for `sum_of_absolute_differences`.
    """
    unknown = _unknown(prediction, truth, trimap)
    shown = _with_known(prediction, trimap)
    level = _connected_level(shown, truth)
    lack_shown, lack_true = (_lack(alpha - level) for alpha in (shown, truth))
    return float(np.abs(lack_shown - lack_true)[unknown].sum(dtype=np.float64) / 1000)


def _differences(
    prediction: FloatMap, truth: FloatMap, trimap: NDArray[np.uint8]
) -> NDArray[np.float64]:
    unknown = _unknown(prediction, truth, trimap)
    return prediction[unknown].astype(np.float64) - truth[unknown]


def _unknown(prediction: FloatMap, truth: FloatMap, trimap: NDArray[np.uint8]) -> Mask:
    """The pixels that count; refuses what cannot be compared."""
    check_sizes(prediction, {"truth": truth, "trimap": trimap})
    values = np.flatnonzero(np.bincount(trimap.ravel(), minlength=256)).tolist()
    others = sorted(set(values) - {0, UNKNOWN, 255})
    if others:
        raise OptionError(
            f"The trimap holds the value {others[0]}. Allowed are 0 for background, 128 for "
            "unknown and 255 for foreground; round other values to these."
        )
    if UNKNOWN not in values:
        raise OptionError(
            "The trimap has no unknown pixel, so nothing is counted. At least one pixel must be "
            "128; check that the trimap is the one of this photo."
        )
    return np.equal(trimap, UNKNOWN)


def _with_known(prediction: FloatMap, trimap: NDArray[np.uint8]) -> FloatMap:
    return np.where(trimap == UNKNOWN, prediction, (trimap == 255).astype(np.float32))


def _slope(alpha: FloatMap) -> NDArray[np.float64]:
    """The length of the gradient of ``alpha`` (H, W)."""
    at = np.arange(-GRADIENT_REACH_PX, GRADIENT_REACH_PX + 1)
    smooth = np.exp(-(at**2) / (2 * GRADIENT_SIGMA_PX**2))
    derive = at * smooth
    smooth, derive = smooth / np.linalg.norm(smooth), derive / np.linalg.norm(derive)
    along_x, along_y = (
        correlate1d(
            correlate1d(alpha.astype(np.float64), derive, axis=axis, mode="nearest"),
            smooth,
            axis=1 - axis,
            mode="nearest",
        )
        for axis in (1, 0)
    )
    length: NDArray[np.float64] = np.hypot(along_x, along_y)
    return length


def _connected_level(one: FloatMap, other: FloatMap) -> FloatMap:
    """The level l of `connectivity_error`, ``(H, W)``."""
    level = np.ones_like(one)
    connected = np.ones(one.shape, np.bool_)
    for step in range(1, CONNECTIVITY_LEVELS + 1):
        # As float32, like the alphas, so that an alpha of 0.7 reaches the level 0.7.
        reached = np.float32(step / CONNECTIVITY_LEVELS)
        source = _largest_part((one >= reached) & (other >= reached))
        level[connected & ~source] = (step - 1) / CONNECTIVITY_LEVELS
        connected &= source
    return level


def _largest_part(mask: Mask) -> Mask:
    _, parts, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    sizes = facts[1:, cv2.CC_STAT_AREA]
    if not sizes.size:
        return mask
    largest: Mask = parts == 1 + int(sizes.argmax())
    return largest


def _lack(distance: FloatMap) -> FloatMap:
    return np.where(distance >= np.float32(CONNECTIVITY_THETA), distance, np.float32(0))
