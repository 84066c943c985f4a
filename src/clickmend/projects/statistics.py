"""What a project has cost: clicks and seconds, by photo and by class, read from the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from clickmend.projects.own_classes import own_classes
from clickmend.projects.store import Event, Image, Query, SessionRow, Store

UNNAMED = "object"
"""What stands for the class of objects that have none."""

PAUSE_S = 60.0
"""Between two events; a longer one is no work on the photo."""


@dataclass
class Cost:
    """Clicks, the seconds that they took, and on how many photos."""

    clicks: int = 0
    seconds: float = 0.0
    images: int = 0


@dataclass
class Statistics:
    """Of one project: its images by status, the sum, the cost of each photo and of each class.

    ``faulty`` is how many of the images have a photo that cannot be read, whatever their status.
    """

    counts: dict[str, int]
    faulty: int
    total: Cost = field(default_factory=Cost)
    images: dict[int, Cost] = field(default_factory=dict)
    classes: dict[str, Cost] = field(default_factory=dict)


def statistics(store: Store, project_id: int) -> Statistics:
    """Count what was done in a project.

    The seconds of an event are those since the one before on the same photo, ``PAUSE_S`` at most;
    those of a photo are the page's own where it has told them, for it sees the looking too, and
    its events share them.
    """
    faulty = store.images.listed(project_id, Query(faulty=True, limit=0))[0]
    found = Statistics(dict(store.projects.counts().get(project_id, {})), faulty)
    told = _told(store, project_id)
    own = own_classes(store, store.projects.get(project_id)) or ()
    last: dict[int, datetime] = {}
    parts: dict[tuple[str, int], Cost] = {}
    for image_id, kind, body, at in _events(store, project_id):
        before = last.get(image_id)
        seconds = 0.0 if before is None else min((at - before).total_seconds(), PAUSE_S)
        last[image_id] = at
        cost = found.images.setdefault(image_id, Cost(images=1))
        names = list(_classes(kind, body, own))
        cost.clicks += len(names)
        cost.seconds += seconds
        for name in names:
            part = parts.setdefault((name, image_id), Cost())
            part.clicks += 1
            part.seconds += seconds / len(names)
    for (name, image_id), part in parts.items():
        between = found.images[image_id].seconds
        share = told[image_id] / between if image_id in told and between else 1.0
        of = found.classes.setdefault(name, Cost())
        of.clicks += part.clicks
        of.seconds += share * part.seconds
        of.images += 1
    for image_id, cost in found.images.items():
        cost.seconds = told.get(image_id) or cost.seconds
        found.total.clicks += cost.clicks
        found.total.seconds += cost.seconds
        found.total.images += 1
    return found


def _events(
    store: Store, project_id: int
) -> Iterator[tuple[int, str, Mapping[str, Any], datetime]]:
    wanted = (
        select(SessionRow.image_id, Event.kind, Event.body, Event.at)
        .join(Event, Event.session_key == SessionRow.key)
        .join(Image, Image.id == SessionRow.image_id)
        .where(Image.project_id == project_id)
        .order_by(Event.at, Event.number)
    )
    with store.database.reading() as session:
        yield from ((one[0], one[1], one[2], one[3]) for one in session.execute(wanted))


def _told(store: Store, project_id: int) -> dict[int, float]:
    wanted = select(Image.id, Image.seconds).where(
        Image.project_id == project_id, Image.seconds > 0
    )
    with store.database.reading() as session:
        return {one.id: one.seconds for one in session.execute(wanted)}


def _classes(kind: str, body: Mapping[str, Any], own: Sequence[str]) -> Iterator[str]:
    """The class of each click of an event, of an object its own; of one without, what it is.

    Args:
        kind: Of the event.
        body: Likewise.
        own: The names of the project's classes by number, where they are its own.
    """
    if kind == "points":
        yield from (str(label or UNNAMED) for label in body["labels"])
    elif kind == "mend":
        yield str(body.get("label") or UNNAMED)
    elif kind == "mark":
        label = body.get("label")
        if isinstance(label, int) and 0 <= label < len(own):
            yield own[label]
        else:
            yield str(body["type"] if label is None else label)
