"""Large maps worked on in bands of rows that fit a core's cache.

Only for what is done to every pixel by itself, so that no bit depends on where a band ends. From
one step to the next a band stays where it is quick to reach, and of what is between the steps
there is never more than a band. At 12 megapixels memory takes longer than arithmetic, so that
several threads bring nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator

BAND_PX = 1 << 17
"""Pixels of a band, at least a row; as floats half a megabyte."""


def bands(shape: tuple[int, ...]) -> Iterator[slice]:
    """The rows of a map ``(H, W)``, some after the other.

    Example:
        >>> from clickmend.core.bands import bands
        >>> [(rows.start, rows.stop) for rows in bands((100, 4000))]
        [(0, 32), (32, 64), (64, 96), (96, 100)]
    """
    height, width = shape[:2]
    step = max(1, BAND_PX // max(1, width))
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))
