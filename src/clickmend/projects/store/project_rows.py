"""The rows of projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from clickmend.core.errors import NotFoundError, ProjectError
from clickmend.projects.store.database import Database
from clickmend.projects.store.tables import Image, Project

LOOSE = "loose"
"""The project of photos that are opened one by one."""


class Projects:
    """All projects of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, project: Project) -> Project:
        """Keep a new project.

        Raises:
            ProjectError: Its name is taken.
        """
        try:
            with self._database.writing() as session:
                session.add(project)
        except IntegrityError as error:
            raise ProjectError(
                f"There is a project {project.name!r} already. Each has a name of its own; choose "
                "another, or open that one."
            ) from error
        return project

    def get(self, project_id: int) -> Project:
        """One project.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.reading() as session:
            project = session.get(Project, project_id)
        if project is None:
            raise NotFoundError(
                f"There is no project {project_id}. Projects are listed at /api/v1/projects; "
                "choose one of them."
            )
        return project

    def named(self, name: str) -> Project | None:
        """The project of a name."""
        with self._database.reading() as session:
            return session.scalar(select(Project).where(Project.name == name))

    def loose(self) -> Project:
        """The project of photos that belong to none; made when first asked for."""
        found = self.named(LOOSE)
        if found is None:
            try:
                found = self.add(Project(name=LOOSE, task="", classes=[], folders=[]))
            except ProjectError:  # another server on the same database was quicker
                found = self.named(LOOSE)
                assert found is not None
        return found

    def listed(self) -> Sequence[Project]:
        """All but the loose one, the newest first."""
        wanted = select(Project).where(Project.name != LOOSE).order_by(Project.id.desc())
        with self._database.reading() as session:
            return session.scalars(wanted).all()

    def counts(self) -> Mapping[int, Mapping[str, int]]:
        """How many images of each status each project has."""
        counted = select(Image.project_id, Image.status, func.count()).group_by(
            Image.project_id, Image.status
        )
        found: dict[int, dict[str, int]] = {}
        with self._database.reading() as session:
            for project_id, status, number in session.execute(counted):
                found.setdefault(project_id, {})[status] = number
        return found

    def remove(self, project_id: int) -> None:
        """Forget a project with all that was done in it; its photos and labels stay."""
        with self._database.writing() as session:
            session.execute(delete(Project).where(Project.id == project_id))

    def change(self, project_id: int, **fields: Any) -> Project:
        """Change fields of a project.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.writing() as session:
            session.execute(update(Project).where(Project.id == project_id).values(**fields))
        return self.get(project_id)
