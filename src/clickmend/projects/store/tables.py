"""The tables: projects, their images, the sessions on these, and every event of a session.

A session is never stored as pixels. It is the photo, what it started from and its events in order;
whoever gives these again has the session again. Events are added and never changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from clickmend.core.natural import natural_key


class Utc(TypeDecorator[datetime]):
    """A time in UTC; SQLite, which keeps no zone, is given and gives UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time with its zone."""
        del dialect
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


def now() -> datetime:
    """The time of a change."""
    return datetime.now(UTC)


def _key_of_name(context: Any) -> str:
    """The place of a new image among the names of its project."""
    name: str = context.get_current_parameters()["name"]
    return natural_key(name)


class Base(DeclarativeBase):
    """What all tables share: names of constraints that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, datetime: Utc()}  # noqa: RUF012


def table_of(rows: type[Base]) -> Table:
    """The table that rows of a class are in."""
    return Base.metadata.tables[rows.__tablename__]


class Project(Base):
    """Photos with a task.

    ``classes`` are ``{name, colour, key}``; ``folders`` those of the photos, absolute. ``changes``
    counts what happened to its images, so that who watches can ask for what is newer.
    """

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    task: Mapped[str]
    classes: Mapped[list[Any]]
    folders: Mapped[list[Any]]
    priors: Mapped[str | None]
    out: Mapped[str | None]
    format: Mapped[str | None]
    changes: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(default=now)


class Image(Base):
    """One photo of a project.

    Its file is ``name`` below ``folders[folder]`` of the project, or the ``blob`` of an upload.
    ``prior`` is the path of a prediction to start from. ``version`` grows with what people decide
    (status, comment, seconds) and guards it; ``changed`` is the project's count at the last change
    of any kind, and ``written`` says after which event of its session the labels were written.
    ``done_by`` is who said last that it is done, as far as they said who they are. ``name_key`` is
    what the images of a project are in order by, see ``clickmend.core.natural``, and ``fault`` says
    why the photo could not be read when it was last tried.
    """

    __tablename__ = "image"
    __table_args__ = (UniqueConstraint("project_id", "folder", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    folder: Mapped[int | None]
    name: Mapped[str]
    blob: Mapped[str | None]
    sha256: Mapped[str | None]
    prior: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="new", index=True)
    comment: Mapped[str] = mapped_column(default="")
    seconds: Mapped[float] = mapped_column(default=0.0)
    clicks: Mapped[int] = mapped_column(default=0)
    uncertainty: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0, index=True)
    written: Mapped[int | None]
    updated: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(default="")
    done_by: Mapped[str] = mapped_column(default="", server_default="")
    fault: Mapped[str | None]
    name_key: Mapped[str] = mapped_column(
        String().with_variant(String(collation="C"), "postgresql"), default=_key_of_name
    )


class SessionRow(Base):
    """A session on an image.

    ``options`` are those of its opening and ``start`` what it began with: the hashes of ``prior``
    and ``trimap`` among the blobs, and ``depth_scale``. ``head`` is the number of its last event.
    """

    __tablename__ = "session"

    key: Mapped[str] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id", ondelete="CASCADE"), index=True)
    task: Mapped[str]
    options: Mapped[dict[str, Any]]
    start: Mapped[dict[str, Any]]
    head: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(default=now)
    closed: Mapped[datetime | None]


class Event(Base):
    """One change of a session, numbered from 1 in the order in which they were made."""

    __tablename__ = "event"

    session_key: Mapped[str] = mapped_column(
        ForeignKey("session.key", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(default="human")
    at: Mapped[datetime] = mapped_column(default=now)


class PredictionRow(Base):
    """A file of a session's prediction after an event, kept among the blobs."""

    __tablename__ = "prediction"
    __table_args__ = (UniqueConstraint("session_key", "number", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_key: Mapped[str] = mapped_column(
        ForeignKey("session.key", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    kind: Mapped[str]
    sha256: Mapped[str]
