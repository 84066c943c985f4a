"""Who made each object of a photo, and when: told by the steps that touched it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from clickmend.projects.actions import FOUND, Body, as_collecting
from clickmend.projects.contracts import Editing, HasObjects, Thing
from clickmend.projects.formats.maker import MadeBy, Maker

DRAWN = ("merge", "split")
"""The kinds of steps by which a person says, without a mark, what an object is made of."""

Looks: TypeAlias = Mapping[int, Thing]
"""The objects by their keys. One that is changed is another."""


@dataclass(frozen=True)
class Step:
    """One entry of the history: what was done, with what, by whom and when."""

    kind: str
    body: Body
    by: str
    at: datetime


def looks_of(session: Editing) -> Looks:
    """The objects of a session; nothing where it has none."""
    if not isinstance(session, HasObjects):
        return {}
    return {one.key: one for one in as_collecting(session).entries}


def touched_by(step: Step, before: Looks, after: Looks) -> frozenset[int]:
    """The keys of the objects that a step has made or changed.

    Args:
        step: What was done.
        before: The objects before it.
        after: Those that are there since.
    """
    named = {step.body.get("key")}
    return frozenset(
        key for key, one in after.items() if key in named or not _look_alike(one, before.get(key))
    )


def _look_alike(one: Thing, other: Thing | None) -> bool:
    """Whether nothing that can be touched of an object differs."""
    return one is other or (other is not None and _touchable(one) == _touchable(other))


def _touchable(one: Thing) -> tuple[object, ...]:
    return one.point, one.label, one.protected, tuple(one.marks)


def makers_of(
    session: Editing,
    steps: Sequence[tuple[Step, frozenset[int]]],
    *,
    keys: Set[int] | None = None,
) -> Mapping[int, Maker]:
    """Who made each object that is there, by its key.

    Args:
        session: The session as it is after all steps.
        steps: Each with the keys of the objects that it touched, in order, from the session's
            start.
        keys: Of the objects that are meant; all when left out.
    """
    if not isinstance(session, HasObjects):
        return {}
    entries = as_collecting(session).entries
    if keys is not None:
        entries = [one for one in entries if one.key in keys]
        steps = [(step, touched & keys) for step, touched in steps]
    last: dict[int, Step] = {}
    drawn: set[int] = set()
    detected: set[int] = set()
    for step, touched in steps:
        last.update(dict.fromkeys(touched, step))
        if step.kind in DRAWN:
            drawn |= touched
        if step.kind == FOUND:
            detected |= touched
    found = {}
    for entry in entries:
        made: MadeBy = "ai" if entry.given is None or entry.key in detected else "import"
        if entry.marks or entry.key in drawn:
            made = "human"
        newest = last.get(entry.key)
        found[entry.key] = Maker(made, newest.by, newest.at) if newest else Maker(made)
    return found
