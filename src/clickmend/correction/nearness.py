"""Metres from a depth map whose inverse is known but for a scale and a shift.

Networks trained on many data sets at once predict d = a / depth + b with a and b of each photo
unknown [Ranftl20, Sec. 5]. Two marks settle both, one only the scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import FloatMap

NOISE = 0.03
"""The relative deviation of a mark; the shift, in inverse depths of a usual mark, deviates by 1."""

FARTHER = 10.0
"""Nothing is said to be more than so many times as far as the farthest mark."""


def settled(
    depth: FloatMap,
    places: Float[NDArray[np.float32], "K 2"],
    metres: Float[NDArray[np.float32], " K"],
) -> FloatMap:
    """The map in metres whose inverse, scaled and shifted, agrees best with the marks.

    Minimises Σ_k (z_k (a / d_k + b) − 1)² and a penalty on b, by which marks at like depths settle
    the scale alone.

    Args:
        depth: In no unit, above 0, ``(H, W)``.
        places: (x, y) of the marks, pixels.
        metres: z, what holds there.

    Returns:
        Metres, ``(H, W)``.
    """
    pixels = np.floor(places).astype(int)
    inverse = 1 / depth.astype(np.float64)
    here = inverse[pixels[:, 1], pixels[:, 0]]
    middle, usual = np.median(here), np.median(metres)
    u, v = here / middle, metres.astype(np.float64) / usual
    rows = np.stack([u * v, v], axis=1) / NOISE
    scale, shift = np.linalg.lstsq(
        np.vstack([rows, [0.0, 1.0]]), np.append(np.full(len(v), 1 / NOISE), 0.0)
    )[0]
    if scale <= 0:  # the marks say that near is far, which no scale does
        scale, shift = 1 / np.median(u * v), 0.0
    near = scale * inverse / middle + shift
    least = (scale * u + shift).min()
    if least <= 0:
        scale, shift = 1 / np.median(u * v), 0.0
        near, least = scale * inverse / middle, scale * u.min()
    found: FloatMap = (usual / near.clip(min=least / FARTHER)).astype(np.float32)
    return found
