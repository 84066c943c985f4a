"""The outline of a mask along the edges of its pixels, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from clickmend.core.types import Mask

Ring: TypeAlias = NDArray[np.float64]
"""The corners ``(N, 2)`` of a closed outline, (x, y), the first not repeated."""

_EIGHT = np.ones((3, 3), bool)


def count_parts(mask: Mask) -> int:
    """How many parts a mask has; pixels that touch at a corner are of one part."""
    return int(ndimage.label(mask[_box(mask)], _EIGHT)[1])


def has_hole(mask: Mask) -> bool:
    """Whether pixels of the background are shut in; a way out over a corner counts as open."""
    around = np.pad(~mask[_box(mask)], 1, constant_values=True)
    return bool(ndimage.label(around, _EIGHT)[1] > 1)


def _box(mask: Mask) -> tuple[slice, slice]:
    """The smallest box around the mask; all of it, if the mask is empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return slice(None), slice(None)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


@final
@dataclass(frozen=True, slots=True)
class Outline:
    """The rings of a mask.

    Attributes:
        outer: One around each part.
        holes: One around each hole.
    """

    outer: tuple[Ring, ...]
    holes: tuple[Ring, ...]


def outline(mask: Mask, *, inset_px: float = 0.0) -> Outline:
    """The outline of a mask along the edges of its pixels, corners alone.

    Where pixels touch only at a corner the outline crosses over if that joins two parts, so that
    there are as few rings as can be, and stays outside otherwise, so that a hole that is open at a
    corner is none.

    Args:
        mask: ``(H, W)``.
        inset_px: How far the outline is moved into the pixels. With a small one every corner lies
            in a pixel of the mask, so that tools that cut coordinates to whole pixels, and paint
            the outline with the inside, paint just the mask.

    Example:
        >>> outline(np.array([[False, True, True], [False, True, False]])).outer[0].tolist()
        [[1.0, 0.0], [3.0, 0.0], [3.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0]]
    """
    rows, columns = _box(mask)
    rings = _trace(np.pad(mask[rows, columns], 1))
    offset = np.array([columns.start or 0, rows.start or 0], np.float64)
    outer: list[Ring] = []
    holes: list[Ring] = []
    for corners, signs in rings:
        moved = corners + inset_px * signs + offset
        if not inset_px:
            moved = moved[(moved != np.roll(moved, 1, axis=0)).any(axis=1)]
        (outer if _area(corners) > 0 else holes).append(moved)
    return Outline(tuple(outer), tuple(holes))


def _area(corners: Ring) -> float:
    """Twice the area, positive if the ring runs clockwise on the screen."""
    x, y = corners.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


_RIGHT, _DOWN, _LEFT, _UP = range(4)

# Which pixels at a corner are of the mask: 1 upper left, 2 upper right, 4 lower left, 8 lower
# right. The outline has the mask on its right hand. Arriving in a direction, it leaves in:
_TURNS: dict[int, dict[int, int]] = {
    1: {_DOWN: _LEFT},
    2: {_LEFT: _UP},
    4: {_RIGHT: _DOWN},
    8: {_UP: _RIGHT},
    14: {_RIGHT: _UP},
    13: {_DOWN: _RIGHT},
    11: {_UP: _LEFT},
    7: {_LEFT: _DOWN},
}
_APART = {9: {_DOWN: _LEFT, _UP: _RIGHT}, 6: {_LEFT: _UP, _RIGHT: _DOWN}}
_JOINED = {9: {_DOWN: _RIGHT, _UP: _LEFT}, 6: {_LEFT: _DOWN, _RIGHT: _UP}}

_SIGNS = {_RIGHT: (0, 1), _LEFT: (0, -1), _DOWN: (-1, 0), _UP: (1, 0)}
"""Where the mask lies from an edge that runs in a direction, (x, y)."""


def _trace(padded: Mask) -> list[tuple[Ring, NDArray[np.float64]]]:
    """The corners of each ring, and to which side the mask lies of each, −1 or 1 in x and y."""
    bits = padded.astype(np.uint8)
    kinds = bits[:-1, :-1] + 2 * bits[:-1, 1:] + 4 * bits[1:, :-1] + 8 * bits[1:, 1:]
    is_corner = np.isin(kinds, [*_TURNS, *_APART])
    ys, xs = np.nonzero(is_corner)
    kind = kinds[ys, xs].tolist()
    by_column = np.lexsort((ys, xs))
    place = np.empty_like(by_column)
    place[by_column] = np.arange(len(by_column))
    joined = _joined(padded, ys, xs, kind)
    turns = [
        _TURNS.get(code) or (_JOINED if corner in joined else _APART)[code]
        for corner, code in enumerate(kind)
    ]
    column, at = by_column.tolist(), place.tolist()

    def follow(corner: int, direction: int) -> int:
        if direction in (_RIGHT, _LEFT):
            return corner + (1 if direction == _RIGHT else -1)
        neighbour: int = column[at[corner] + (1 if direction == _DOWN else -1)]
        return neighbour

    rings = []
    left = {(corner, arriving) for corner, turn in enumerate(turns) for arriving in turn}
    for start in [(corner, arriving) for corner, turn in enumerate(turns) for arriving in turn]:
        if start not in left:
            continue
        corners: list[tuple[int, tuple[int, int]]] = []
        corner, arriving = start
        while (corner, arriving) in left:
            left.remove((corner, arriving))
            leaving = turns[corner][arriving]
            before, after = _SIGNS[arriving], _SIGNS[leaving]
            sides = (before[0] + after[0], before[1] + after[1])
            if corner in joined:  # from one pixel over the corner to the other
                first = _inner(kind[corner], before)
                corners += [(corner, first), (corner, (-first[0], -first[1]))]
            else:
                corners.append((corner, sides))
            corner, arriving = follow(corner, leaving), leaving
        which = [corner for corner, _ in corners]
        points = np.column_stack((xs[which], ys[which])).astype(np.float64)
        rings.append((points, np.array([sides for _, sides in corners], np.float64)))
    return rings


def _inner(kind: int, side: tuple[int, int]) -> tuple[int, int]:
    """The one of the two pixels at a double corner that lies on this side of an edge."""
    diagonal = ((-1, -1), (1, 1)) if kind == 9 else ((1, -1), (-1, 1))
    return next(
        (dx, dy)
        for dx, dy in diagonal
        if (side[0] and dx == side[0]) or (side[1] and dy == side[1])
    )


def _joined(padded: Mask, ys: NDArray[np.intp], xs: NDArray[np.intp], kind: list[int]) -> set[int]:
    """The double corners at which two parts touch that nothing before joined."""
    doubles = [corner for corner, code in enumerate(kind) if code in _APART]
    if not doubles:
        return set()
    parts, count = ndimage.label(padded)
    root = list(range(count + 1))

    def find(part: int) -> int:
        while root[part] != part:
            root[part] = part = root[root[part]]
        return part

    joined = set()
    for corner in doubles:
        y, x = ys[corner], xs[corner]
        first, second = (0, 0), (1, 1)
        if kind[corner] == 6:
            first, second = (0, 1), (1, 0)
        a = find(int(parts[y + first[0], x + first[1]]))
        b = find(int(parts[y + second[0], x + second[1]]))
        if a != b:
            root[a] = b
            joined.add(corner)
    return joined
