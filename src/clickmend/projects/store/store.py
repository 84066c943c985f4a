"""Everything that is kept, in one folder: the database, the blobs, the thumbnails."""

from __future__ import annotations

from pathlib import Path

from clickmend.core.files import make_folder
from clickmend.projects.store.blobs import Blobs
from clickmend.projects.store.database import Database
from clickmend.projects.store.images import Images
from clickmend.projects.store.project_rows import Projects
from clickmend.projects.store.sessions import Sessions

DATABASE = "projects.sqlite"


class Store:
    """The projects of one folder.

    Args:
        home: Holds the database, unless that has a URL, and the files beside it; made where it is
            missing.
        url: Of another database, such as PostgreSQL's.

    Raises:
        ProjectError: The URL is none of a database.
        OutputError: The folder cannot be made.
    """

    def __init__(self, home: Path, *, url: str | None = None) -> None:
        make_folder(home)
        self.home = home
        self.url = url
        self.database = Database(url or f"sqlite:///{home / DATABASE}")
        self.blobs = Blobs(home / "blobs")
        self.projects = Projects(self.database)
        self.images = Images(self.database)
        self.sessions = Sessions(self.database)

    def close(self) -> None:
        """Let go of the database; the next use opens it again."""
        self.database.close()
