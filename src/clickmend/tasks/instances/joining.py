"""Two objects that become one, and one that becomes several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clickmend.core.errors import ClickError, OptionError
from clickmend.core.types import Labels, Mask
from clickmend.correction.tidying import count_parts, parts_of
from clickmend.feedback.annotator import distance_inside
from clickmend.feedback.pointing import Point
from clickmend.tasks.instances.entries import Entry, Merged, Split, State
from clickmend.tasks.patches import Patch
from clickmend.tasks.places import pixel

MOST_PARTS = 200
"""An object with more is full of specks."""


def merged(state: State, index: Labels, action: Merged) -> State:
    """The state in which one object has the pixels of another, which is gone.

    It keeps its key, and its label where it has one. All others keep their masks, though the
    network may have found them beside the point of the one that is gone.

    Args:
        state: The objects.
        index: The number of each pixel's object, ``(H, W)``.
        action: Which they are.

    Raises:
        OptionError: There is no such object, or both are the same.
        ClickError: One is protected.
    """
    entry, other = state.entry(action.key), state.entry(action.other)
    if entry is other:
        raise OptionError(
            f"Object {entry.key} cannot be merged with itself. Give two different objects."
        )
    for one in (entry, other):
        _check_free(one)
    both = _shown(state, index, entry) | _shown(state, index, other)
    whole = replace(
        entry,
        turn=state.turn + 1,
        label=other.label if entry.label is None else entry.label,
        mask=Patch.where(both),
        mend=None,
    )
    kept = {entry.key: whole}
    for one in state.entries:
        if one.known is None and one.key not in (entry.key, other.key):
            kept[one.key] = replace(one, mask=Patch.where(_shown(state, index, one)))
    entries = [kept.get(one.key, one) for one in state.entries if one is not other]
    return state.after(action, entries)


def split(state: State, index: Labels, action: Split) -> State:
    """The state in which each connected part of an object is an object.

    The part that holds its point keeps the key, else the largest does; the others have new keys,
    the larger the smaller, and the same label.

    Args:
        state: The objects.
        index: The number of each pixel's object, ``(H, W)``.
        action: Which it is.

    Raises:
        OptionError: There is no such object, or it has one part or too many.
        ClickError: It is protected.
    """
    entry = state.entry(action.key)
    _check_free(entry)
    shown = _shown(state, index, entry)
    count = count_parts(shown)
    if not 2 <= count <= MOST_PARTS:
        raise OptionError(
            f"Object {entry.key} has {count} connected parts. Allowed for a split are 2 to "
            f"{MOST_PARTS}; erase what connects them, or remove specks first."
        )
    parts = parts_of(shown)
    at = pixel(*entry.point, shown.shape)
    own = next((part for part in parts if part[at]), parts[0])
    turn = state.turn + 1
    first = replace(entry, turn=turn, mask=Patch.where(own), mend=None)
    others = [part for part in parts if part is not own]
    new = [
        Entry(key, _middle(part), entry.label, turn, given=Patch.where(part))
        for key, part in enumerate(others, start=state.next_key)
    ]
    entries = [first if one is entry else one for one in state.entries]
    return state.after(action, [*entries, *new], next_key=state.next_key + len(new))


def _shown(state: State, index: Labels, entry: Entry) -> Mask:
    return np.asarray(index == state.entries.index(entry) + 1)


def _check_free(entry: Entry) -> None:
    if entry.protected:
        raise ClickError(
            f"object {entry.key} is protected, so it cannot be merged or split. Remove the "
            f"protection with protect({entry.key}, False)."
        )


def _middle(part: Mask) -> Point:
    """The place of a part that is farthest inside."""
    row, column = np.unravel_index(int(distance_inside(part).argmax()), part.shape)
    return int(column) + 0.5, int(row) + 0.5
