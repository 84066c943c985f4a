"""New objects from masks, such as those of a detector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from clickmend.core.types import Labels
from clickmend.tasks.instances.entries import Entry, Found, State
from clickmend.tasks.instances.given import object_of
from clickmend.tasks.patches import Patch

LEAST_NEW = 0.5
"""A mask with a smaller share of free pixels counts as an existing object."""


def found(state: State, index: Labels, action: Found) -> State:
    """The state with an object for each new mask; existing objects keep their pixels.

    Args:
        state: The objects.
        index: The number of each pixel's object, ``(H, W)``; not to be changed.
        action: The masks and their labels, in order of decreasing score; the first one gets pixels
            of several.
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
    """The new masks without the pixels of existing objects, each with its index among the masks.

    Args:
        masks: In order of decreasing score.
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
