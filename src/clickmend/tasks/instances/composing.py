"""Which object has which pixel of a photo: who is on top where masks overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from clickmend.core.types import Labels
from clickmend.correction.rectangles import Place, around_all, common, meet, seen_from
from clickmend.tasks.instances.entries import Entry
from clickmend.tasks.places import pixel


def compose(entries: Sequence[Entry], found: Labels) -> Labels:
    """The number of each pixel's object, ``(H, W)``.

    What was added or mended last has the pixel. A mask that was given loses none to a point, but
    that of a point inside it; one that is protected loses none at all. Of masks given together the
    smaller one is on top.

    Args:
        entries: The objects, numbered from 1.
        found: What the points find, by the same numbers, ``(H, W)``; not to be changed.
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
    """The same as ``compose``, made of the numbers before where only some masks differ.

    It looks at what is near these masks alone, so it takes as long beside hundreds of objects.

    Args:
        entries: The objects, numbered from 1.
        before: Those that the numbers are of.
        index: The number of each pixel's object among those, ``(H, W)``; not to be changed.

    Returns:
        ``(H, W)``; ``None`` where more than masks differ, or what points find counts.
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
    """Numbered objects, the one on top last."""
    return sorted(numbered, key=lambda one: _height(one[1]))


def _height(entry: Entry) -> tuple[bool, int, int]:
    """What decides who is on top."""
    size = (
        0
        if entry.mask is not None or entry.given is None
        else int(np.count_nonzero(entry.given.values))
    )
    return entry.protected, entry.turn, -size


def _lay(index: Labels, found: Labels, numbers: Sequence[int], entries: Sequence[Entry]) -> None:
    """Lay masks from points on what is there."""
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
