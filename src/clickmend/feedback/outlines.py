"""Outlines with fewer corners, by Douglas and Peucker's algorithm (1973)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

LEAST_CORNERS = 3
"""An outline of fewer encloses nothing."""

Points: TypeAlias = tuple[tuple[float, float], ...]


def simplified(corners: Points, *, tolerance_px: float) -> Points:
    """The corners of a closed outline that are needed to stay near all of them.

    The outline is parted at its first corner and at the one farthest from it; each part keeps of
    its corners the one farthest from the straight line between its ends, and so do the two parts
    on either side, until none is farther than the tolerance. Where that leaves a line, the corner
    farthest from it stays too. The page draws by the same rule, with the same arithmetic.

    Args:
        corners: (x, y) of each; the last is joined to the first.
        tolerance_px: How far a corner that goes may lie from what is left.

    Returns:
        Some of them in their order, the first always; three or more, but where all lie on one line.
    """
    ring = np.array([*corners, corners[0]], np.float64)
    far = int(_distances(ring[:-1], ring[0], ring[0]).argmax())
    kept = {0, far}
    parts = [(0, far), (far, len(ring) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        off = _distances(ring[first + 1 : last], ring[first], ring[last])
        worst = int(off.argmax())
        if off[worst] > tolerance_px:
            middle = first + 1 + worst
            kept.add(middle)
            parts += [(first, middle), (middle, last)]
    if len(kept) < LEAST_CORNERS:
        off = _distances(ring[:-1], ring[0], ring[far])
        if off.max() > 0:
            kept.add(int(off.argmax()))
    return tuple(corners[at] for at in sorted(kept))


def _distances(
    places: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far places ``(K, 2)`` are from the segment between two others, ``(K,)``."""
    # Written out, for a sum of products in BLAS, or hypot, would round otherwise than JavaScript.
    (along_x, along_y), (x, y) = end - start, (places - start).T
    length = along_x * along_x + along_y * along_y
    share = ((x * along_x + y * along_y) / length).clip(0, 1) if length else np.zeros(len(places))
    off_x, off_y = x - share * along_x, y - share * along_y
    off: NDArray[np.float64] = np.sqrt(off_x * off_x + off_y * off_y)
    return off
