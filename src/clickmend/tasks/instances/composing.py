"""The object of each pixel: the stacking order of masks that overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from clickmend.core.types import Labels
from clickmend.correction.rectangles import Place, around_all, common, meet, seen_from
from clickmend.tasks.instances.entries import Entry
from clickmend.tasks.places import pixel


def compose(entries: Sequence[Entry], found: Labels) -> Labels:
    """The number of each pixel's object, ``(H, W)``.

    A pixel goes to the object that was added or corrected last. A given mask loses pixels to a
    point only if it contains the point, and a protected mask loses none. Among masks given together
    the smaller one is on top.

    Args:
        entries: The objects, numbered from 1.
        found: The masks from points, by the same numbers, ``(H, W)``; not to be changed.
    """
    if all(entry.known is None for entry in entries):
        return found
    index = np.zeros_like(found)
    waiting: list[int] = []
    for number, entry in _upwards(enumerate(entries, start=1)):
        if entry.known is None:
            waiting.append(number)
            continue
        _lay(index, found, waiting, entries)
        waiting = []
        index[entry.known.place][entry.known.values] = number
    _lay(index, found, waiting, entries)
    return index


def recomposed(entries: Sequence[Entry], before: Sequence[Entry], index: Labels) -> Labels | None:
    """The result of ``compose``, updated from an earlier one if only some masks differ.

    Only the surroundings of these masks are processed, so the cost does not depend on the number of
    objects.

    Args:
        entries: The objects, numbered from 1.
        before: The objects of the earlier result.
        index: The earlier result, ``(H, W)``; not to be changed.

    Returns:
        ``(H, W)``; ``None`` if more than masks differ, or masks from points are involved.
    """
    if len(entries) != len(before):
        return None
    places: list[Place] = []
    for old, new in zip(before, entries, strict=True):
        if old is not new:
            if old.key != new.key or old.known is None or new.known is None:
                return None
            places += [old.known.place, new.known.place]
    place = around_all(places)
    near: list[tuple[int, Entry]] = []
    for number, entry in enumerate(entries, start=1):
        if entry.known is None:
            return None
        if meet(entry.known.place, place):
            near.append((number, entry))
    index = index.copy()
    index[place] = 0
    for number, entry in _upwards(near):
        assert entry.known is not None
        part = common(entry.known.place, place)
        index[part][entry.known.values[seen_from(entry.known.place, part)]] = number
    return index


def _upwards(numbered: Iterable[tuple[int, Entry]]) -> list[tuple[int, Entry]]:
    """Numbered objects from bottom to top."""
    return sorted(numbered, key=lambda one: _height(one[1]))


def _height(entry: Entry) -> tuple[bool, int, int]:
    """The sort key of the stacking order."""
    size = (
        0
        if entry.mask is not None or entry.given is None
        else int(np.count_nonzero(entry.given.values))
    )
    return entry.protected, entry.turn, -size


def _lay(index: Labels, found: Labels, numbers: Sequence[int], entries: Sequence[Entry]) -> None:
    """Put masks from points on top of an index."""
    if not numbers:
        return
    stays = np.array([False, *(entry.given is not None for entry in entries)])
    own, host = np.zeros((2, len(entries) + 1), np.int32)
    for number in numbers:
        own[number] = number
        host[number] = index[pixel(*entries[number - 1].point, index.shape)]
    layer = own[found]
    laid = layer > 0
    if stays.any():
        laid &= ~stays[index] | (host[layer] == index)
    np.copyto(index, layer, where=laid)
