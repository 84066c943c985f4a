"""What a new project can be made of: the folders that may be used, and the formats of labels."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from clickmend.core.errors import ProjectError
from clickmend.core.natural import natural
from clickmend.data.picture_files import PHOTO_SUFFIXES
from clickmend.projects.formats import FORMATS, limits_of
from clickmend.projects.results import USUAL
from clickmend.server.catalogue import API

MOST_FOLDERS = 1000
"""In one answer."""


class FolderState(BaseModel):
    """A folder, and how many photos lie in it; those in folders below are not counted."""

    name: str
    path: str
    photos: int


class FolderList(BaseModel):
    """The folders in ``path``, or without one those that may be used; ``above`` leads back."""

    path: str | None
    above: str | None
    photos: int
    folders: list[FolderState]


class FormatState(BaseModel):
    """A format of labels, the tasks whose labels it holds, and those that use it by default.

    ``limits`` says by task what it cannot hold of the labels.
    """

    name: str
    title: str
    tasks: list[str]
    usual: list[str]
    limits: dict[str, str]


class FormatList(BaseModel):
    """All formats."""

    formats: list[FormatState]


def folder_routes(*, roots: Sequence[Path]) -> APIRouter:
    """The routes of what projects are made of.

    Args:
        roots: Folders that those of a new project have to lie in.
    """
    routes = APIRouter(prefix=API, tags=["projects"])

    @routes.get("/folders")
    def list_folders(path: Annotated[str | None, Query(max_length=4000)] = None) -> FolderList:
        """Look into a folder that projects may use."""
        if path is None:
            whole = [root.resolve() for root in roots]
            states = [_state(root, str(root)) for root in dict.fromkeys(whole)]
            return FolderList(path=None, above=None, photos=0, folders=states)
        folder = confined(path, roots)
        if not folder.is_dir():
            raise ProjectError(f"There is no folder {path!r}. Choose one that is there.")
        above = folder.parent if is_confined(folder.parent, roots) else None
        below = natural(_folders_in(folder), name=lambda one: one.name)
        return FolderList(
            path=str(folder),
            above=None if above is None else str(above),
            photos=_photos_in(folder),
            folders=[_state(one, one.name) for one in below[:MOST_FOLDERS]],
        )

    @routes.get("/formats")
    def list_formats() -> FormatList:
        """The formats that labels are read from and written in."""
        states = [
            FormatState(
                name=name,
                title=form.title,
                tasks=sorted(form.tasks),
                usual=sorted(task for task, own in USUAL.items() if own == name),
                limits={task: limits_of(form, task) for task in sorted(form.tasks)},
            )
            for name, form in ((name, FORMATS[name]) for name in FORMATS)
        ]
        return FormatList(formats=states)

    return routes


def confined(folder: str, roots: Sequence[Path]) -> Path:
    """A folder that the server may use.

    Raises:
        ProjectError: It lies in none of the roots.
    """
    path = Path(folder)
    if "\0" in folder or not path.is_absolute() or not is_confined(path, roots):
        allowed = ", ".join(map(str, roots)) or "none"
        raise ProjectError(
            f"The folder {folder!r} is none that this server may use. Allowed are folders in: "
            f"{allowed}. Start it with clickmend run PHOTOS, or name further folders with --root."
        )
    return path.resolve()


def is_confined(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a path lies in one of the roots, wherever links lead."""
    whole = path.resolve()
    return any(whole.is_relative_to(root.resolve()) for root in roots)


def _folders_in(folder: Path) -> Iterator[Path]:
    for entry in _looked(folder):
        if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
            yield Path(entry.path)


def _photos_in(folder: Path) -> int:
    try:
        return sum(entry.name.lower().endswith(PHOTO_SUFFIXES) for entry in _looked(folder))
    except ProjectError:
        return 0


def _looked(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise ProjectError(
            f"The folder {folder} cannot be looked into ({error.strerror}). Choose another, or "
            "let whoever runs the server read it."
        ) from error


def _state(folder: Path, name: str) -> FolderState:
    return FolderState(name=name, path=str(folder), photos=_photos_in(folder))
