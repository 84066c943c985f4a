"""The feedback of one session given to another, which infers in another way."""

from __future__ import annotations

from typing import cast

from clickmend.feedback import Click
from clickmend.server.contracts import Collecting, Editing, HasObjects, Marking


def give_again(before: Editing, after: Editing) -> None:
    """Give ``after``, a new session on the same photo, all feedback that ``before`` has.

    Objects are numbered anew, from 1.

    Raises:
        ClickmendError: The new session refuses a mark.
    """
    if isinstance(before, HasObjects):
        _give_objects(cast("Collecting", before), cast("Collecting", after))
    else:
        for mark in before.feedback:
            cast("Marking", after).add(mark)


def _give_objects(before: Collecting, after: Collecting) -> None:
    if not before.entries:
        return
    entries = before.entries
    keys = after.add([entry.point for entry in entries], [entry.label for entry in entries])
    for entry, key in sorted(
        zip(entries, keys, strict=True), key=lambda one: (one[0].turn, one[1])
    ):
        for mark in entry.marks:
            assert isinstance(mark, Click)
            label = None if mark.label is None else str(mark.label)
            after.click(key, mark.x, mark.y, label=label, radius_px=mark.radius_px)
