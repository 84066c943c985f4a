"""The rows of images: listed, filtered, and changed without a lost update."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from clickmend.core.errors import ConflictError, NotFoundError, ProjectError
from clickmend.projects.store.database import Database
from clickmend.projects.store.tables import Image, Project, SessionRow, now, table_of

Status: TypeAlias = Literal["new", "in_progress", "needs_review", "done", "accepted", "rejected"]

STATUSES: tuple[Status, ...] = get_args(Status)
"""What an image can be, in the order of the work."""

FINISHED: tuple[Status, ...] = ("done", "accepted")
"""Those of images whose labels are as somebody wants them; of the accepted a second person."""

Sort = Literal["name", "uncertainty", "updated"]


@dataclass(frozen=True)
class Query:
    """Which images of a project are listed, and in which order.

    Args:
        statuses: Only these; all when empty.
        name: Only those with this in their name, small and capital letters alike.
        sort: The most uncertain and the last updated come first.
        offset: How many are left out at the beginning.
        limit: How many are listed at most.
        not_by: Only those that somebody else than this person has finished, or nobody known.
        faulty: Only those whose photo cannot be read, or only those whose photo can.
    """

    statuses: Collection[str] = ()
    name: str = ""
    sort: Sort = "name"
    offset: int = 0
    limit: int = 200
    not_by: str = ""
    faulty: bool | None = None


_IMAGE, _PROJECT = table_of(Image), table_of(Project)

# The row of a project is locked by this, so no two changes get the same number.
_COUNTED = update(_PROJECT).values(changes=_PROJECT.c.changes + 1).returning(_PROJECT.c.changes)


class Images:
    """The images of all projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep new images, all or none.

        Args:
            rows: The fields of each.
        """
        if rows:
            with self._database.writing() as session:
                session.execute(insert(Image), list(rows))

    def get(self, image_id: int, *, project_id: int | None = None) -> Image:
        """One image.

        Raises:
            NotFoundError: There is none, or it is another project's.
        """
        with self._database.reading() as session:
            image = session.get(Image, image_id)
        if image is None or project_id not in (None, image.project_id):
            raise missing(image_id)
        return image

    def count(self, project_id: int, *, prior: bool = False) -> int:
        """How many images a project has, or how many of them have a prior."""
        counted = select(func.count(Image.id)).where(Image.project_id == project_id)
        if prior:
            counted = counted.where(Image.prior.is_not(None))
        with self._database.reading() as session:
            return session.scalar(counted) or 0

    def with_prior(self, task: str) -> Sequence[Image]:
        """The images in folders that have a prior, of all projects of a task."""
        with self._database.reading() as session:
            return session.scalars(_with_prior(select(Image), task)).all()

    def count_with_prior(self, task: str) -> int:
        """How many images `with_prior` finds."""
        with self._database.reading() as session:
            return session.scalar(_with_prior(select(func.count(Image.id)), task)) or 0

    def names(self, project_id: int) -> set[tuple[int | None, str]]:
        """The folder and the name of each image of a project."""
        wanted = select(Image.folder, Image.name).where(Image.project_id == project_id)
        with self._database.reading() as session:
            return {(folder, name) for folder, name in session.execute(wanted)}

    def listed(self, project_id: int, query: Query) -> tuple[int, Sequence[Image]]:
        """How many there are in all, and those of the page that was asked for."""
        found = _filtered(select(Image), project_id, query)
        counted = _filtered(select(func.count(Image.id)), project_id, query)
        page = found.order_by(*_order(query)).offset(query.offset).limit(query.limit)
        with self._database.reading() as session:
            return session.scalar(counted) or 0, session.scalars(page).all()

    def place(self, image_id: int, project_id: int, query: Query) -> int | None:
        """How many images come before one in the list that a query asks for.

        Args:
            image_id: Of the image.
            project_id: Of its project.
            query: Which images are listed; its page is not looked at.

        Returns:
            ``None`` where the image is not in that list.
        """
        number = func.row_number().over(order_by=_order(query)).label("number")
        listed = _filtered(select(Image.id, number), project_id, query).subquery()
        with self._database.reading() as session:
            found = session.scalar(select(listed.c.number).where(listed.c.id == image_id))
        return None if found is None else found - 1

    def unwritten(self) -> Sequence[tuple[int, str]]:
        """Images whose labels are older than a session on them, with the key of that session.

        Of a session without a mark there are labels once the image is done.
        """
        wanted = (
            select(Image.id, SessionRow.key)
            .join(SessionRow, SessionRow.image_id == Image.id)
            .join(Project, Project.id == Image.project_id)
            .where(
                SessionRow.task == Project.task,
                Project.out.is_not(None),
                SessionRow.closed.is_(None),
                Image.written.is_distinct_from(SessionRow.head),
                or_(SessionRow.head > 0, Image.status.in_(FINISHED)),
            )
            .order_by(Image.id, SessionRow.created)
        )
        with self._database.reading() as session:
            return [(image_id, key) for image_id, key in session.execute(wanted)]

    def changed_after(self, project_id: int, number: int, *, limit: int = 500) -> Sequence[Image]:
        """The images that changed after the project's count ``number``, in that order."""
        wanted = (
            select(Image)
            .where(Image.project_id == project_id, Image.changed > number)
            .order_by(Image.changed)
            .limit(limit)
        )
        with self._database.reading() as session:
            return session.scalars(wanted).all()

    def decide(
        self,
        image_id: int,
        *,
        version: int,
        by: str = "",
        project_id: int | None = None,
        **fields: Any,
    ) -> Image:
        """Change what people decide: status, comment, seconds.

        Args:
            image_id: Of the image.
            version: That the decision was made on.
            by: Who decides.
            project_id: Of the project that it has to be in.
            fields: What becomes different.

        Raises:
            NotFoundError: There is no such image.
            ConflictError: Somebody else has decided meanwhile.
            ProjectError: It is to be done, and its photo cannot be read; or it is to be accepted,
                and is not done, or by whoever decides.
        """
        with self._database.writing() as session:
            change = counted(session, image_id)
            image = session.get(Image, image_id, with_for_update=True)
            if change is None or image is None or project_id not in (None, image.project_id):
                raise missing(image_id)
            if image.version != version:
                raise ConflictError(
                    f"{image.name} was changed meanwhile"
                    f"{f' by {image.by}' if image.by else ''}: it is at version {image.version}, "
                    f"and {version} was sent. Look at it again, then decide."
                )
            if fields.get("status") in FINISHED:
                _check_seen(image)
            if fields.get("status") == "done":
                fields["done_by"] = by
            if fields.get("status") == "accepted":
                _check_second(image, by)
            image.changed, image.updated, image.by = change, now(), by or image.by
            image.version = version + 1
            for name, value in fields.items():
                setattr(image, name, value)
        return image

    def unmeasured(self, project_id: int) -> Sequence[Image]:
        """The images of a project of which it is not known how uncertain they are, by name."""
        wanted = select(Image).where(
            Image.project_id == project_id, Image.uncertainty.is_(None), Image.status == "new"
        )
        with self._database.reading() as session:
            return session.scalars(wanted.order_by(Image.name_key, Image.id)).all()

    def measured(self, image_id: int, *, uncertainty: float) -> None:
        """Keep how uncertain an image is; who watches its project is told."""
        self._change(image_id, uncertainty=uncertainty)

    def faulty(self, image_id: int, fault: str | None) -> None:
        """Keep why a photo cannot be read, or that it can; who watches its project is told."""
        with self._database.reading() as session:
            image = session.get(Image, image_id)
        if image is not None and image.fault != fault:
            self._change(image_id, fault=fault)

    def told(self, image_id: int) -> None:
        """Have who watches its project look at an image again."""
        self._change(image_id)

    def _change(self, image_id: int, **fields: Any) -> None:
        """Change an image and count that; nothing is done to one that is gone."""
        changes = update(_IMAGE).where(_IMAGE.c.id == image_id)
        with self._database.writing() as session:
            change = counted(session, image_id)
            session.execute(changes.values(changed=change, **fields))

    def note(self, image_id: int, **fields: Any) -> None:
        """Keep what the program found out; nobody needs to be told."""
        with self._database.writing() as session:
            session.execute(update(Image).where(Image.id == image_id).values(**fields))


def mark(
    session: Session, image_id: int, *, change: int, by: str, clicks: int | None = None
) -> None:
    """Note marks on an image, inside a transaction.

    A new one is in progress from then on. What is changed of an accepted one nobody else has seen,
    so it is done, by who changed it.

    Args:
        session: The transaction.
        image_id: Of the image.
        change: The number of this change, see ``counted``.
        by: Who made them; empty where that is not known.
        clicks: How many marks count by now; as many as before where left out.
    """
    status, accepted = _IMAGE.c.status, _IMAGE.c.status == "accepted"
    changes: dict[str, Any] = {
        "changed": change,
        "updated": now(),
        "status": case((status == "new", "in_progress"), (accepted, "done"), else_=status),
        "done_by": case((accepted, by), else_=_IMAGE.c.done_by),
    }
    if by:
        changes["by"] = by
    if clicks is not None:
        changes["clicks"] = clicks
    session.execute(update(_IMAGE).where(_IMAGE.c.id == image_id).values(changes))


def counted(session: Session, image_id: int | ScalarSelect[Any]) -> int | None:
    """The number of a change of an image among those of its project; ``None`` of no image.

    The project is locked from here to the end of the transaction. Whoever locks several locks the
    project first, then images, then sessions, as the removal of a project does: two in another
    order would wait for each other, until PostgreSQL ends one of them.
    """
    project_id = select(_IMAGE.c.project_id).where(_IMAGE.c.id == image_id).scalar_subquery()
    changes = _COUNTED.where(_PROJECT.c.id == project_id)
    number: int | None = session.execute(changes).scalar_one_or_none()
    return number


def _filtered(wanted: Select[Any], project_id: int, query: Query) -> Select[Any]:
    wanted = wanted.where(Image.project_id == project_id)
    if query.statuses:
        wanted = wanted.where(Image.status.in_(query.statuses))
    if query.not_by:
        wanted = wanted.where(Image.done_by != query.not_by)
    if query.faulty is not None:
        wanted = wanted.where(Image.fault.is_not(None) if query.faulty else Image.fault.is_(None))
    if query.name:
        wanted = wanted.where(Image.name.icontains(query.name, autoescape=True))
    return wanted


def _order(query: Query) -> Sequence[ColumnElement[Any]]:
    orders: Mapping[Sort, Sequence[Any]] = {
        "name": (Image.name_key, Image.id),
        "uncertainty": (Image.uncertainty.desc().nulls_last(), Image.name_key, Image.id),
        "updated": (Image.updated.desc(), Image.id.desc()),
    }
    return orders[query.sort]


def _with_prior(wanted: Select[Any], task: str) -> Select[Any]:
    of_task = wanted.join(Project, Project.id == Image.project_id).where(Project.task == task)
    return of_task.where(Image.prior.is_not(None), Image.folder.is_not(None))


def _check_seen(image: Image) -> None:
    """Refuse to finish what nobody can have seen."""
    if image.fault is not None:
        raise ProjectError(
            f"The photo {image.name} cannot be read, and done are photos whose labels somebody has "
            f"seen on them. Reject it, or put a photo that can be read in its place. {image.fault}"
        )


def _check_second(image: Image, by: str) -> None:
    """Refuse a second look that is none."""
    if image.status not in FINISHED:
        raise ProjectError(
            f"{image.name} is {image.status}, and accepted is what somebody else has done. Say "
            "'done' first."
        )
    if by and by == image.done_by:
        raise ProjectError(
            f"{by} has done {image.name}, and the second look is somebody else's. Leave it done."
        )


def missing(image_id: int) -> NotFoundError:
    """What is said of an image that is not there."""
    return NotFoundError(
        f"There is no image {image_id} in this project. The project lists its images; choose one "
        "of them."
    )
