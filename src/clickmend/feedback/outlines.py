"""Outlines with fewer corners, by Douglas and Peucker's algorithm (1973)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = tuple[tuple[float, float], ...]


def simplified(corners: Points, *, tolerance_px: float) -> Points:
    """The corners of a closed outline that are needed to stay near all of them.

    The outline is parted at its first corner and at the one farthest from it; each part keeps of
    its corners the one farthest from the straight line between its ends, and so do the two parts
    on either side, until none is farther than the tolerance. The page draws by the same rule.

    Args:
        corners: (x, y) of each; the last is joined to the first.
        tolerance_px: How far a corner that goes may lie from what is left.

    Returns:
        Some of them in their order, the first always.
    """
    ring = np.array([*corners, corners[0]], np.float64)
    away = np.hypot(*(ring[:-1] - ring[0]).T)
    far = int(away.argmax())
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
    return tuple(corners[at] for at in sorted(kept))


def _distances(
    places: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far places ``(K, 2)`` are from the segment between two others, ``(K,)``."""
    along = end - start
    length = float(along @ along)
    share = ((places - start) @ along / length).clip(0, 1) if length else np.zeros(len(places))
    off: NDArray[np.float64] = np.hypot(*(places - start - share[:, None] * along).T)
    return off
