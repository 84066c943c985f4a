"""Who made each object of a photo, and when: told by the steps that touched it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from clickmend.feedback import Mark
from clickmend.projects.actions import FOUND, Body, as_collecting
from clickmend.projects.contracts import Editing, HasObjects
from clickmend.projects.formats.maker import MadeBy, Maker

DRAWN = ("merge", "split")
"""The kinds of steps by which a person says, without a mark, what an object is made of."""

Looks: TypeAlias = Mapping[int, tuple[tuple[float, float], str | None, bool, tuple[Mark, ...]]]
"""Of each object by its key: its point, its label, whether it is protected, its marks."""


@dataclass(frozen=True)
class Step:
    """One entry of the history: what was done, with what, by whom and when."""

    kind: str
    body: Body
    by: str
    at: datetime


def looks_of(session: Editing) -> Looks:
    """What can be touched of the objects of a session; nothing where it has none."""
    if not isinstance(session, HasObjects):
        return {}
    entries = as_collecting(session).entries
    return {one.key: (one.point, one.label, one.protected, tuple(one.marks)) for one in entries}


def touched_by(step: Step, before: Looks, after: Looks) -> frozenset[int]:
    """The keys of the objects that a step has made or changed.

    Args:
        step: What was done.
        before: The objects before it.
        after: Those that are there since.
    """
    named = {step.body.get("key")}
    return frozenset(key for key in after if key in named or after[key] != before.get(key))


def makers_of(
    session: Editing, steps: Sequence[tuple[Step, frozenset[int]]]
) -> Mapping[int, Maker]:
    """Who made each object that is there, by its key.

    Args:
        session: The session as it is after all steps.
        steps: Each with the keys of the objects that it touched, in order, from the session's
            start.
    """
    if not isinstance(session, HasObjects):
        return {}
    last: dict[int, Step] = {}
    drawn: set[int] = set()
    detected: set[int] = set()
    for step, keys in steps:
        last.update(dict.fromkeys(keys, step))
        if step.kind in DRAWN:
            drawn |= keys
        if step.kind == FOUND:
            detected |= keys
    found = {}
    for entry in as_collecting(session).entries:
        made: MadeBy = "ai" if entry.given is None or entry.key in detected else "import"
        if entry.marks or entry.key in drawn:
            made = "human"
        newest = last.get(entry.key)
        found[entry.key] = Maker(made, newest.by, newest.at) if newest else Maker(made)
    return found
