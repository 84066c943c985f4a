"""The database of projects and the files beside it: written before a change is acknowledged."""

from clickmend.projects.store.blobs import Blobs
from clickmend.projects.store.database import Database
from clickmend.projects.store.images import STATUSES, Images, Query, Status
from clickmend.projects.store.project_rows import LOOSE, Projects
from clickmend.projects.store.sessions import Conflict, NewEvent, Sessions, new_key
from clickmend.projects.store.store import Store
from clickmend.projects.store.tables import Event, Image, Project, SessionRow

__all__ = [
    "LOOSE",
    "STATUSES",
    "Blobs",
    "Conflict",
    "Database",
    "Event",
    "Image",
    "Images",
    "NewEvent",
    "Project",
    "Projects",
    "Query",
    "SessionRow",
    "Sessions",
    "Status",
    "Store",
    "new_key",
]
