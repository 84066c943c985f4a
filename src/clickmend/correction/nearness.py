"""Metric depth from a map whose inverse is known up to scale and shift.

Networks trained on many data sets at once predict d = a / depth + b, with a and b unknown for each
photo [Ranftl20, Sec. 5]. Two marks determine both, one only the scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import FloatMap

NOISE = 0.03
"""Relative σ of a mark; the σ of the shift is 1 inverse depth of a typical mark."""

FARTHER = 10.0
"""Maximum depth, as a multiple of the farthest mark."""


def settled(
    depth: FloatMap,
    places: Float[NDArray[np.float32], "K 2"],
    metres: Float[NDArray[np.float32], " K"],
) -> FloatMap:
    """The map in metres whose inverse, scaled and shifted, agrees best with the marks.

    Minimises Σ_k (z_k (a / d_k + b) − 1)² and a penalty on b, so that marks at similar depths
    determine the scale alone.

    Args:
        depth: Relative depth, above 0, ``(H, W)``.
        places: (x, y) of the marks, pixels.
        metres: z, the depth there.

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
