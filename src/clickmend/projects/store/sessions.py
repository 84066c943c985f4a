"""The rows of sessions and their events: a log that only grows."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from clickmend.core.errors import NotFoundError
from clickmend.projects.store.database import Database
from clickmend.projects.store.images import counted, mark, missing
from clickmend.projects.store.tables import (
    Event,
    Image,
    PredictionRow,
    SessionRow,
    now,
    table_of,
)

_ASKED_AT_ONCE = 10_000
"""Images in one query: SQLite takes 32,766 parameters as a rule, PostgreSQL 65,535."""


# What every mark does is said of the tables: of the classes it would take twice as long.
_SESSION = table_of(SessionRow)
_MOVED = update(_SESSION).where(_SESSION.c.closed.is_(None)).returning(_SESSION.c.image_id)
_IMAGE_OF = select(_SESSION.c.image_id)
_ADDED = insert(table_of(Event))


class Conflict(Exception):  # noqa: N818  # no failure: the caller looks again and repeats
    """Another process has added events; what is known of the session is old."""


@dataclass(frozen=True)
class NewEvent:
    """A change that is to be kept.

    Args:
        kind: What is done.
        body: With what.
        by: Who did it.
        made_by: "human", "ai" or "import".
        at: When.
    """

    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    made_by: str = "human"
    at: datetime = field(default_factory=now)


def new_key() -> str:
    """A key for a session, which nobody guesses."""
    return secrets.token_urlsafe(12)


class Sessions:
    """The sessions on all images."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        image: Image,
        *,
        task: str,
        options: Mapping[str, Any],
        start: Mapping[str, Any],
        only: bool = False,
        key: str | None = None,
    ) -> SessionRow:
        """Keep a new session, and its image where that is new.

        Args:
            image: What it is on.
            task: Of the session.
            options: Of its opening.
            start: What it begins with.
            only: Whether the image has one in this task at most; then that may be the answer.
            key: Of the session; a new one when left out.

        Raises:
            NotFoundError: The image was removed with its project.
        """
        row = SessionRow(key=key or new_key(), task=task, options=dict(options), start=dict(start))
        with self._database.writing() as session:
            if sqlalchemy.inspect(image).transient:
                session.add(image)
                session.flush()
            elif session.get(Image, image.id, with_for_update=True) is None:
                raise missing(image.id)
            elif only:
                there = select(SessionRow).where(
                    SessionRow.image_id == image.id,
                    SessionRow.task == task,
                    SessionRow.closed.is_(None),
                )
                found = session.scalars(there.order_by(SessionRow.created.desc())).first()
                if found is not None:
                    return found
            row.image_id = image.id
            session.add(row)
        return row

    def get(self, key: str) -> SessionRow:
        """One session that is not closed.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.reading() as session:
            row = session.get(SessionRow, key)
        if row is None or row.closed is not None:
            raise NotFoundError(
                "This photo is no longer open: it was closed, or this server keeps its projects in "
                "another folder. Open it again."
            )
        return row

    def head(self, key: str) -> int | None:
        """The number of the last event; ``None`` when the session is closed or not there."""
        wanted = select(SessionRow.head).where(SessionRow.key == key, SessionRow.closed.is_(None))
        with self._database.reading() as session:
            return session.scalar(wanted)

    def close(self, key: str) -> None:
        """Close a session; its events stay.

        Raises:
            NotFoundError: There is none that is open.
        """
        self.get(key)
        with self._database.writing() as session:
            session.execute(update(SessionRow).where(SessionRow.key == key).values(closed=now()))

    def on(self, image_ids: Collection[int]) -> Mapping[int, Mapping[str, str]]:
        """The newest open session of each task on each image."""
        wanted = (
            select(SessionRow.image_id, SessionRow.task, SessionRow.key)
            .where(SessionRow.closed.is_(None))
            .order_by(SessionRow.created)
        )
        found: dict[int, dict[str, str]] = {image_id: {} for image_id in image_ids}
        asked = iter(found)
        with self._database.reading() as session:
            while some := list(islice(asked, _ASKED_AT_ONCE)):
                for image_id, task, key in session.execute(
                    wanted.where(SessionRow.image_id.in_(some))
                ):
                    found[image_id][task] = key
        return found

    def first_options(self, project_id: int, *, task: str) -> Mapping[str, Any] | None:
        """The options of the first session of a project that labels were made in."""
        wanted = (
            select(SessionRow.options)
            .join(Image, Image.id == SessionRow.image_id)
            .where(
                Image.project_id == project_id,
                SessionRow.task == task,
                SessionRow.closed.is_(None),
                (SessionRow.head > 0) | Image.written.is_not(None),
            )
            .order_by(SessionRow.created)
            .limit(1)
        )
        with self._database.reading() as session:
            found: Mapping[str, Any] | None = session.scalar(wanted)
        return found

    def events(self, key: str, *, after: int = 0) -> Sequence[Event]:
        """The events of a session after that of the number ``after``, in order."""
        wanted = (
            select(Event)
            .where(Event.session_key == key, Event.number > after)
            .order_by(Event.number)
        )
        with self._database.reading() as session:
            return session.scalars(wanted).all()

    def append(
        self, key: str, events: Sequence[NewEvent], *, after: int, clicks: int | None = None
    ) -> int:
        """Keep events, all or none; for good when this returns.

        Args:
            key: Of the session.
            events: In order.
            after: The number of the last event that their maker knows.
            clicks: How many marks count after them.

        Returns:
            The number of the last one.

        Raises:
            Conflict: There are events that their maker does not know.
            NotFoundError: The session is closed.
        """
        last = after + len(events)
        rows = [
            {
                "session_key": key,
                "number": number,
                "kind": event.kind,
                "body": dict(event.body),
                "by": event.by,
                "made_by": event.made_by,
                "at": event.at,
            }
            for number, event in enumerate(events, start=after + 1)
        ]
        moves = _MOVED.where(_SESSION.c.key == key, _SESSION.c.head == after)
        worked_on = _IMAGE_OF.where(_SESSION.c.key == key).scalar_subquery()
        try:
            with self._database.writing() as session:
                change = counted(session, worked_on)  # the project is locked before its session
                image_id = session.execute(moves.values(head=last)).scalar_one_or_none()
                if change is None or image_id is None:
                    raise Conflict
                session.execute(_ADDED, rows)
                mark(session, image_id, change=change, by=events[-1].by, clicks=clicks)
        except (Conflict, IntegrityError):
            self.get(key)
            raise Conflict from None
        return last

    def kept(self, project_id: int, *, kind: str) -> Mapping[int, tuple[int, str]]:
        """The newest kept file of a kind of each image of a project: its event, its blob."""
        wanted = (
            select(SessionRow.image_id, PredictionRow.number, PredictionRow.sha256)
            .join(SessionRow, SessionRow.key == PredictionRow.session_key)
            .join(Image, Image.id == SessionRow.image_id)
            .where(
                Image.project_id == project_id,
                PredictionRow.kind == kind,
                SessionRow.closed.is_(None),
            )
            .order_by(SessionRow.created, PredictionRow.number)
        )
        with self._database.reading() as session:
            return {row[0]: (row[1], row[2]) for row in session.execute(wanted)}

    def keep_prediction(self, key: str, *, number: int, kind: str, sha256: str) -> None:
        """Say which blob holds a file of the prediction after an event."""
        row = PredictionRow(session_key=key, number=number, kind=kind, sha256=sha256)
        try:
            with self._database.writing() as session:
                session.add(row)
        except IntegrityError:  # the same event gives the same prediction
            return
