"""What a mark changes of a map: a rectangle of it, whose values are kept or made anew."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import Mask
from clickmend.correction.rectangles import Place, box_of

LARGE_BYTES = 1 << 20
"""A patch of so many bytes is made anew where it can be."""

KEPT = 3
"""The values of so many large patches of a session are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A rectangle of a map, and what stands there.

    Args:
        rows: Of the map.
        columns: Likewise.
        values: ``(h, w)``.
    """

    rows: slice
    columns: slice
    values: NDArray[Any]

    @property
    def place(self) -> tuple[slice, slice]:
        """Index of the rectangle into a map ``(H, W)``."""
        return self.rows, self.columns

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w)."""
        return self.rows.stop - self.rows.start, self.columns.stop - self.columns.start

    def moved(self, down: int, right: int) -> Patch:
        """The same values elsewhere on the map."""
        rows, columns = self.rows, self.columns
        return Patch(
            slice(rows.start + down, rows.stop + down),
            slice(columns.start + right, columns.stop + right),
            self.values,
        )

    @classmethod
    def where(cls, mask: Mask) -> Patch:
        """The smallest patch that holds all pixels of a mask; an empty one of an empty mask."""
        place = box_of(mask)
        return cls(*place, mask[place].copy())

    def holds(self, row: int, column: int) -> bool:
        """Whether a pixel of the map is one of a patch of a mask."""
        row, column = row - self.rows.start, column - self.columns.start
        height, width = self.values.shape
        return 0 <= row < height and 0 <= column < width and bool(self.values[row, column])

    def mask(self, shape: tuple[int, ...]) -> Mask:
        """The pixels of a map of a shape that a patch of a mask holds, ``(H, W)``."""
        mask = np.zeros(shape, np.bool_)
        mask[self.place] = self.values
        return mask

    @classmethod
    def between(
        cls,
        before: NDArray[Any],
        after: NDArray[Any],
        *,
        within: tuple[slice, slice] = (slice(None), slice(None)),
    ) -> Patch | None:
        """The smallest patch that makes one map of another; ``None`` where they are the same.

        Args:
            before: A map, ``(H, W)``.
            after: What it becomes, of the same type.
            within: Where they may differ.
        """
        rows, columns = (
            slice(*part.indices(side)[:2]) for part, side in zip(within, before.shape, strict=True)
        )
        return cls.put(before, after[rows, columns], (rows, columns))

    @classmethod
    def put(cls, before: NDArray[Any], values: NDArray[Any], place: Place) -> Patch | None:
        """The smallest patch that puts values on a map; ``None`` where they stand there already.

        Args:
            before: A map, ``(H, W)``.
            values: What its pixels in a rectangle become, ``(h, w)``, of the same type; nothing
                else changes them afterwards.
            place: The rectangle.
        """
        bits = np.dtype(f"u{before.dtype.itemsize}")
        differ = before.view(bits)[place] != values.view(bits)
        inner = box_of(differ)
        if inner[0].stop == 0:
            return None
        rows, columns = (
            slice(o.start + i.start, o.start + i.stop) for o, i in zip(place, inner, strict=True)
        )
        part = values[inner]
        return cls(rows, columns, part if part.shape == values.shape else part.copy())


How: TypeAlias = Callable[[Patch], Callable[[], NDArray[Any]] | None]
"""Tells what makes the values of a patch anew."""


class Remade(Patch):
    """A large patch that another can be made of anew, to the bit.

    Args:
        patch: It, with its values.
        make: Gives them again.
        large: Keeps the values of the newest few.
    """

    __slots__ = ("_large", "_make", "_ready")
    _large: ReferenceType[Large]
    _make: Callable[[], NDArray[Any]]
    _ready: NDArray[Any] | None

    def __init__(self, patch: Patch, make: Callable[[], NDArray[Any]], large: Large) -> None:
        for name, value in (
            ("rows", patch.rows),
            ("columns", patch.columns),
            ("_make", make),
            ("_large", ref(large)),  # which holds it
        ):
            object.__setattr__(self, name, value)
        self._keep(patch.values)

    @property
    def values(self) -> NDArray[Any]:
        """``(h, w)``."""
        return self._keep(self._make()) if self._ready is None else self._ready

    def forget(self) -> None:
        """Leave the values to be made."""
        object.__setattr__(self, "_ready", None)

    def _keep(self, values: NDArray[Any]) -> NDArray[Any]:
        object.__setattr__(self, "_ready", values)
        large = self._large()
        if large is not None:
            large.keep(self)
        return values


class Large:
    """The large patches of a session: the newest few are kept, the others are made when asked for.

    So the memory of a session does not grow by a map with each mark that changes all of it.
    """

    def __init__(self) -> None:
        self._kept: deque[Remade] = deque()

    def patch(self, patch: Patch | None, how: How) -> Patch | None:
        """The patch, or one in its place that may forget its values, where it is large.

        Args:
            patch: It, or ``None``.
            how: Tells how its values are made again; ``None`` if keeping them takes less.
        """
        if patch is None or patch.values.nbytes < LARGE_BYTES:
            return patch
        make = how(patch)
        return patch if make is None else Remade(patch, make, self)

    def keep(self, patch: Remade) -> None:
        """Keep the values of a patch, and let those of the oldest go."""
        self._kept.append(patch)
        if len(self._kept) > KEPT:
            self._kept.popleft().forget()
