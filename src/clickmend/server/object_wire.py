"""What a state tells of the objects of a photo: all of them, or those that differ from a version.

A client that knows the state of a version says so in the header ``Clickmend-Known``. An answer then
need not tell hundreds of objects again of which a click has changed one. Where that version is not
the one that was told last, all are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from clickmend.projects.actions import body_of
from clickmend.projects.contracts import Thing
from clickmend.projects.formats.maker import MadeBy, Maker
from clickmend.server.opened import Opened
from clickmend.server.pictures import screen
from clickmend.server.wire import example


class ObjectState(BaseModel):
    """One of many objects; ``marks`` are what mends it, ``given`` says that it is of a prior.

    ``made_by`` says whose its mask is: "import", that of a prior; "ai", that which its point finds;
    "human", somebody has corrected, merged or split it. ``by`` is who touched it last, and ``at``
    when.
    """

    key: int
    x: float
    y: float
    label: str | None
    given: bool
    protected: bool
    marks: list[dict[str, Any]]
    made_by: MadeBy
    by: str
    at: datetime | None


class ObjectsDiffer(BaseModel):
    """What makes the objects of those of the version ``since``, which ``Clickmend-Known`` named.

    ``objects`` are new, or in place of those of the same keys; those of the keys ``gone`` are not
    there any more. All are in the order of their keys.
    """

    model_config = example(since=3, objects=[], gone=[2])
    since: int
    objects: list[ObjectState]
    gone: list[int]


def all_objects(opened: Opened) -> list[ObjectState]:
    """Each object of a session that has objects."""
    return _told(opened.collecting.entries, opened.work.makers())


def objects_differ(opened: Opened) -> ObjectsDiffer | None:
    """What differs from the objects that whoever asks knows; ``None`` where that is not known.

    An object is never changed, but another takes its place, so those that are the same are.
    """
    since, last = screen().known, opened.told
    entries = opened.collecting.entries
    opened.told = opened.version, entries
    if last is None or since is None or last[0] != since:
        return None
    before = {one.key: one for one in last[1]}
    new = [one for one in entries if before.pop(one.key, None) is not one]
    gone = sorted(before)
    makers = opened.work.makers({one.key for one in new})
    return ObjectsDiffer(since=since, objects=_told(new, makers), gone=gone)


def _told(entries: Iterable[Thing], makers: Mapping[int, Maker]) -> list[ObjectState]:
    return [
        ObjectState(
            key=entry.key,
            x=entry.point[0],
            y=entry.point[1],
            label=entry.label,
            given=entry.given is not None,
            protected=entry.protected,
            marks=[body_of(mark) for mark in entry.marks],
            made_by=makers[entry.key].made_by,
            by=makers[entry.key].by,
            at=makers[entry.key].at,
        )
        for entry in entries
    ]
