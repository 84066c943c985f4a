"""Rectangles of a map as the pair of slices that cuts them out, rows first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from clickmend.core.types import Mask

Place: TypeAlias = tuple[slice, slice]
"""Index of a rectangle into a map ``(H, W)``; its starts and stops are within the map."""


def all_of(shape: tuple[int, ...]) -> Place:
    """All of a map."""
    return slice(0, shape[0]), slice(0, shape[1])


def box_of(mask: Mask) -> Place:
    """The bounding box of a mask; empty if the mask is."""
    rows = np.flatnonzero(mask.any(axis=1))
    if rows.size == 0:
        return slice(0, 0), slice(0, 0)
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def grown(place: Place, by_px: int, shape: tuple[int, ...]) -> Place:
    """A rectangle grown by some pixels on each side, clipped to the map."""
    rows, columns = place
    return (
        slice(max(0, rows.start - by_px), min(shape[0], rows.stop + by_px)),
        slice(max(0, columns.start - by_px), min(shape[1], columns.stop + by_px)),
    )


def common(one: Place, other: Place) -> Place:
    """The intersection of two rectangles; may be empty."""
    starts = [max(a.start, b.start) for a, b in zip(one, other, strict=True)]
    stops = [min(a.stop, b.stop) for a, b in zip(one, other, strict=True)]
    rows, columns = (slice(a, max(a, b)) for a, b in zip(starts, stops, strict=True))
    return rows, columns


def meet(one: Place, other: Place) -> bool:
    """Whether two rectangles share a pixel."""
    return all(max(a.start, b.start) < min(a.stop, b.stop) for a, b in zip(one, other, strict=True))


def around_all(places: Iterable[Place]) -> Place:
    """The bounding box of all rectangles; empty ones do not count."""
    seen = [(r, c) for r, c in places if r.stop > r.start and c.stop > c.start]
    if not seen:
        return slice(0, 0), slice(0, 0)
    rows, columns = zip(*seen, strict=True)
    return (
        slice(min(r.start for r in rows), max(r.stop for r in rows)),
        slice(min(c.start for c in columns), max(c.stop for c in columns)),
    )


def seen_from(outer: Place, inner: Place) -> Place:
    """Index of a rectangle relative to one that contains it."""
    rows, columns = (
        slice(i.start - o.start, i.stop - o.start) for o, i in zip(outer, inner, strict=True)
    )
    return rows, columns
