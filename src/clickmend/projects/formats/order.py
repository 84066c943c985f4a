"""Entries of a file that are no objects, put back between the objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

Entry = TypeVar("Entry")


def interleaved(objects: Iterable[Entry], others: Sequence[tuple[int, Entry]]) -> list[Entry]:
    """The entries in their order.

    Args:
        objects: Those of the objects.
        others: Those that are no objects, each with its place among all entries that were read.

    Example:
        >>> interleaved(["a", "b", "new"], [(1, "box"), (9, "tag")])
        ['a', 'box', 'b', 'new', 'tag']
    """
    entries = list(objects)
    for place, entry in others:
        entries.insert(place, entry)
    return entries
