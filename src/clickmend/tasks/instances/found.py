"""Masks that were found, as by a detector: what of them is new becomes objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from clickmend.core.types import Labels
from clickmend.tasks.instances.entries import Entry, Found, State
from clickmend.tasks.instances.given import object_of
from clickmend.tasks.patches import Patch

LEAST_NEW = 0.5
"""A mask of which a smaller share is new is of an object that is there already."""


def found(state: State, index: Labels, action: Found) -> State:
    """The state with an object for each mask that is new; those that are there keep their pixels.

    Args:
        state: The objects.
        index: The number of each pixel's object, ``(H, W)``; not to be changed.
        action: The masks and their labels, the surest first, which has the pixels of several.
    """
    new: list[Entry] = []
    for number, mask in new_masks(action.masks, index):
        one = object_of(
            state.next_key + len(new), mask.values, mask.place, label=action.labels[number]
        )
        new.append(Entry(one.id, one.point, one.label, state.turn + 1, given=one.mask))
    next_key = state.next_key + len(new)
    return state.after(action, [*state.entries, *new], next_key=next_key)


def new_masks(masks: Sequence[Patch], index: Labels) -> Iterator[tuple[int, Patch]]:
    """What is left of masks where objects are, each with its place among the masks.

    Args:
        masks: The surest first.
        index: As for :func:`found`.
    """
    taken = index > 0
    for number, mask in enumerate(masks):
        under = taken[mask.place]
        left = mask.values & ~under
        count = np.count_nonzero(left)
        if count and count >= LEAST_NEW * np.count_nonzero(mask.values):
            under |= left
            yield number, Patch(mask.rows, mask.columns, left)
