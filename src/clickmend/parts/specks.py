"""A map of instances without specks: what is too small to be meant goes to what lies around it."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clickmend.core.types import Labels

_Numbers: TypeAlias = NDArray[np.int64]

SPECK_SHARE = 0.001
"""A piece below this share of a mask is a speck; a hole that is larger is real."""


def without_specks(labels: Labels, *, share: float = SPECK_SHARE) -> Labels:
    """The map with every speck given to the neighbour that it has the longest border with.

    A speck is a piece of an object (4-neighbours) below ``share`` of that object's mask, or a
    piece of background below ``share`` of the mask that it borders on most.

    Args:
        labels: 0 background, 1…K objects, ``(H, W)``.
        share: Between 0, which keeps everything, and 1.

    Example:
        >>> labels = np.zeros((50, 50), np.int32)
        >>> labels[5:45, 5:45] = 1
        >>> labels[20, 20] = 0
        >>> int((without_specks(labels) == 1).sum())
        1600
    """
    width = labels.shape[1]
    rows = _with_objects(labels)
    flat = labels[rows].ravel()
    begins = np.ones(flat.size, np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=begins[1:])
    begins[::width] = True
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=flat.size)
    one, other, sides = _touching(starts, lengths, width=width)
    areas_px = lengths.copy()  # with the rows beyond, which go on the first and the last run
    areas_px[0] += width * rows.start
    areas_px[-1] += width * (len(labels) - rows.stop)
    kinds = flat[starts]
    while True:
        pieces = _connected(kinds, one, other)
        count = int(pieces.max(initial=0)) + 1
        kind_of = np.zeros(count, kinds.dtype)
        kind_of[pieces] = kinds
        inner, outer, border = _borders(pieces[one], pieces[other], sides, count=count)
        of_object = np.bincount(kinds, areas_px)
        of_object[0] = 0
        neighbour = _longest(inner, outer, border, count=count)
        meant = of_object[np.where(kind_of > 0, kind_of, kind_of[neighbour])]
        small = np.bincount(pieces, areas_px) < share * meant
        lasting = small[inner] & ~small[outer]
        taker = _longest(inner[lasting], outer[lasting], border[lasting], count=count)
        if not taker.any():
            drawn = labels.copy()
            _draw(drawn[rows].ravel(), kinds, starts, lengths)
            if kinds[0] or kinds[-1]:  # the rows beyond are a speck
                drawn[: rows.start], drawn[rows.stop :] = kinds[0], kinds[-1]
            return drawn
        kinds = kind_of[np.where(taker > 0, taker, np.arange(count))][pieces]


def _with_objects(labels: Labels) -> slice:
    """The rows that hold objects, and one more above and below, as far as the map goes.

    What is beyond them is of the background, and goes on in the row beside it.
    """
    held = np.flatnonzero(labels.any(axis=1))
    if not held.size:
        return slice(0, min(1, len(labels)))
    return slice(max(0, int(held[0]) - 1), min(len(labels), int(held[-1]) + 2))


def _draw(
    flat: NDArray[np.int32], kinds: NDArray[np.int32], starts: _Numbers, lengths: _Numbers
) -> None:
    """Draw the runs that are of another kind now, in place."""
    for run in np.flatnonzero(kinds != flat[starts]):
        flat[starts[run] : starts[run] + lengths[run]] = kinds[run]


def _touching(
    starts: _Numbers, lengths: _Numbers, *, width: int
) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Every two runs that lie side by side or one below the other, and how many sides they share.

    Args:
        starts: The first pixel of each run, counted along the rows; none goes on in the next row.
        lengths: Their pixels.
        width: Of the map.
    """
    after = np.flatnonzero(starts % width)
    size = int(lengths.sum())
    above = np.concatenate([starts, starts[starts >= width] - width])
    above.sort(kind="stable")  # quicker than np.union1d, as each half is in order
    above = above[np.diff(above, prepend=-1) > 0]
    above = above[above < size - width]
    upper, lower = (np.searchsorted(starts, at, "right") - 1 for at in (above, above + width))
    beside = np.ones_like(after)
    below = np.diff(above, append=size - width)
    return (
        np.concatenate([after - 1, upper]),
        np.concatenate([after, lower]),
        np.concatenate([beside, below]),
    )


def _connected(kinds: NDArray[np.int32], one: _Numbers, other: _Numbers) -> _Numbers:
    """A number for the piece of each run, from 1 on, in the order of their first runs.

    That order decides between borders of one length.
    """
    same = kinds[one] == kinds[other]
    edges = np.ones(int(same.sum()), np.bool_), (one[same], other[same])
    graph = coo_array(edges, shape=(len(kinds), len(kinds)))
    _, found = connected_components(graph, directed=False)
    return np.asarray(found, np.int64) + 1


def _borders(
    one: _Numbers, other: _Numbers, sides: _Numbers, *, count: int
) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Every piece with every neighbour, and how many pixels' sides they share.

    Args:
        one: The pieces of runs that touch.
        other: Those that they touch.
        sides: How many sides these runs share.
        count: Numbers of pieces are below it.
    """
    apart = one != other
    one, other, sides = one[apart], other[apart], sides[apart]
    both = np.concatenate([one * count + other, other * count + one])
    pairs, place = np.unique(both, return_inverse=True)
    length = np.bincount(place, np.tile(sides, 2), minlength=len(pairs)).astype(np.int64)
    return pairs // count, pairs % count, length


def _longest(
    inner: _Numbers,
    outer: _Numbers,
    length: _Numbers,
    *,
    count: int,
) -> _Numbers:
    """For each piece the neighbour of the longest border; 0 for a piece without one."""
    order = np.argsort(length, kind="stable")
    neighbour = np.zeros(count, np.int64)
    neighbour[inner[order]] = outer[order]
    return neighbour
