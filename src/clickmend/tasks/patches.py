"""Patches: the rectangle of a map that a mark changes; its values are kept or recomputed."""

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
"""Size from which a patch is recomputed on demand, where possible."""

KEPT = 3
"""Number of large patches per session whose values are cached."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A rectangle of a map and its values.

    Args:
        rows: Rows of the map.
        columns: Columns of the map.
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
        """The same values at a shifted position."""
        rows, columns = self.rows, self.columns
        return Patch(
            slice(rows.start + down, rows.stop + down),
            slice(columns.start + right, columns.stop + right),
            self.values,
        )

    @classmethod
    def where(cls, mask: Mask) -> Patch:
        """The bounding box of a mask as a patch; empty if the mask is."""
        place = box_of(mask)
        return cls(*place, mask[place].copy())

    def holds(self, row: int, column: int) -> bool:
        """Whether a patch of a mask contains a pixel of the map."""
        row, column = row - self.rows.start, column - self.columns.start
        height, width = self.values.shape
        return 0 <= row < height and 0 <= column < width and bool(self.values[row, column])

    def mask(self, shape: tuple[int, ...]) -> Mask:
        """A patch of a mask as the mask of a whole map, ``(H, W)``."""
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
        """The smallest patch that turns one map into another; ``None`` if they are equal.

        Args:
            before: A map, ``(H, W)``.
            after: The map after the change, of the same type.
            within: The rectangle in which they may differ.
        """
        rows, columns = (
            slice(*part.indices(side)[:2]) for part, side in zip(within, before.shape, strict=True)
        )
        return cls.put(before, after[rows, columns], (rows, columns))

    @classmethod
    def put(cls, before: NDArray[Any], values: NDArray[Any], place: Place) -> Patch | None:
        """The smallest patch that writes values to a map; ``None`` if it has them already.

        Args:
            before: A map, ``(H, W)``.
            values: New values of a rectangle, ``(h, w)``, of the same type; not changed afterwards.
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
"""Returns a function that recomputes the values of a patch, or ``None``."""


class Remade(Patch):
    """A large patch whose values can be recomputed, bit for bit.

    Args:
        patch: The patch with its values.
        make: Recomputes the values.
        large: The cache of the newest values.
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
        """The patch, or a ``Remade`` in its place if it is large.

        Args:
            patch: The patch, or ``None``.
            how: Returns the function that recomputes its values; ``None`` if caching takes less.
        """
        if patch is None or patch.values.nbytes < LARGE_BYTES:
            return patch
        make = how(patch)
        return patch if make is None else Remade(patch, make, self)

    def keep(self, patch: Remade) -> None:
        """Cache the values of a patch and drop those of the oldest."""
        self._kept.append(patch)
        if len(self._kept) > KEPT:
            self._kept.popleft().forget()
