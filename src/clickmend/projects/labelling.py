"""Projects made from folders: photos found, priors paired with them by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from clickmend.core.errors import ClickmendError, ImageError, ProjectError
from clickmend.data.photos import photo_size
from clickmend.data.picture_files import PHOTO_SUFFIXES
from clickmend.data.planes import Size
from clickmend.projects.before import Before
from clickmend.projects.folders import (
    check_apart,
    keep_earlier,
    photo_folder,
    photos_in,
    place_of_priors,
)
from clickmend.projects.moving import followed
from clickmend.projects.own_classes import check_names, check_own
from clickmend.projects.photos import Photos
from clickmend.projects.priors import priors_at
from clickmend.projects.results import ALL, format_of
from clickmend.projects.store import LOOSE, Project, Query, Store


def open_project(
    store: Store,
    name: str,
    *,
    photos: Sequence[Path],
    task: str,
    classes: Sequence[Mapping[str, Any]] = (),
    priors: Path | None = None,
    out: Path | None = None,
    format: str | None = None,  # noqa: A002  # the word that a user types
) -> Project:
    """The project of a name, made where it is new; photos that were added since are taken up.

    Photos that were moved are followed, see `clickmend.projects.moving`.

    Args:
        store: Where it is kept.
        name: Of the project.
        photos: Folders of photos, with those in folders below.
        task: Of its sessions.
        classes: ``{name, colour, key}`` of each; those of a project that is there when left out.
        priors: Predictions to start from: a folder of pictures or arrays named like the photos,
            or the file or folder of ``format``.
        out: Folder that the labels are written to.
        format: Of the labels; the task's own files when left out.

    Raises:
        ProjectError: A folder is missing or holds no photos, the name is taken by a project with
            other photos or another task, or is no name; or the classes would change what labels
            that are there mean.
        OptionError: The classes cannot be those of a class map.
    """
    folders = [photo_folder(folder) for folder in photos]
    if not name.strip() or name == LOOSE or not folders:
        raise ProjectError(
            f"A project needs a name, which is not {LOOSE!r}, and at least one folder of photos. "
            "Give both."
        )
    names = [str(one["name"]) for one in classes]
    check_classes(names)
    check_names(task, names)
    format_of(task, format)
    project = store.projects.named(name)
    new = project is None
    if project is None:
        hidden = [one.resolve() for one in (out, priors) if one]
        found = photos_in(folders, hidden=hidden)
        if not found:
            raise ProjectError(
                f"There are no photos in {', '.join(map(str, folders))}. Photos end in "
                f"{', '.join(PHOTO_SUFFIXES)}; give their folder."
            )
        project = store.projects.add(
            Project(
                name=name,
                task=task,
                classes=[dict(one) for one in classes],
                folders=[str(folder) for folder in folders],
                priors=None if priors is None else str(place_of_priors(priors)),
                out=None if out is None else str(out.resolve()),
                format=format,
            )
        )
    else:
        _check_same(project, task=task, form=format)
        if project.folders != [str(folder) for folder in folders]:
            project = followed(store, project, folders)
        if out is not None and str(out.resolve()) != project.out:
            project = _moved(store, project, out.resolve())
        if names and names != [str(one["name"]) for one in project.classes]:
            check_own(store, project, names)
            looks = {str(one["name"]): one for one in project.classes}
            more = [looks.get(name, dict(one)) for name, one in zip(names, classes, strict=True)]
            project = store.projects.change(project.id, classes=more)
    try:
        take_up(store, project, priors=priors)
    except ClickmendError:
        if not store.images.count(project.id):  # nothing is left of what could not be made
            store.projects.remove(project.id)
        raise
    if new and out is not None:
        aside = earlier(store, project)
        keep_earlier(out.resolve(), folders=folders, form=format_of(task, format), to=aside)
    return store.projects.get(project.id)


def move_photos(
    store: Store, project: Project, photos: Sequence[Path], *, may_use: Callable[[Path], bool]
) -> Project:
    """A project whose photos are in other folders now, see `clickmend.projects.moving`.

    Args:
        store: Where it is kept.
        project: It.
        photos: The folders, in the order of its own.
        may_use: Whether what lay beside the photos may be followed to a place.

    Raises:
        ProjectError: One is no folder, or the photos in them are others.
    """
    folders = [photo_folder(folder) for folder in photos]
    project = followed(store, project, folders, may_use=may_use)
    take_up(store, project)
    return store.projects.get(project.id)


def earlier(store: Store, project: Project) -> Path:
    """Where the label files are kept that were in a project's folder before it."""
    return store.home / "earlier" / str(project.id)


def _check_same(project: Project, *, task: str, form: str | None) -> None:
    """Refuse to continue a project as another one."""
    if project.task != task:
        raise ProjectError(
            f"The project {project.name!r} is there already, of the task {project.task!r} on the "
            f"photos of {', '.join(project.folders)}. Give the same task to continue it, or "
            "another name."
        )
    now = format_of(task, project.format)
    if form is not None and format_of(task, form) is not now:
        raise ProjectError(
            f"The project {project.name!r} writes its labels as {now.name}, not as {form}. Leave "
            "the format out to continue it; clickmend export writes the labels in any other."
        )


def _moved(store: Store, project: Project, out: Path) -> Project:
    """A project whose folder of labels is another one: that which all of it lies in now."""
    if out not in store.home.resolve().parents:
        raise ProjectError(
            f"The project {project.name!r} writes its labels to {project.out or 'no folder'}, not "
            f"to {out}. Give the same folder to continue it; clickmend export writes to any other."
        )
    return store.projects.change(project.id, out=str(out))


def check_classes(names: Sequence[str]) -> None:
    """Refuse classes of which two have one name.

    Raises:
        ProjectError: With that name.
    """
    for name, times in Counter(names).items():
        if times > 1:
            raise ProjectError(
                f"The class {name!r} appears {times} times. Labels identify classes by name, so "
                "names have to be unique; rename the others."
            )


def classes_of(text: str) -> list[dict[str, Any]]:
    """Classes as they are typed: names between commas, or the file of ``read_classes``.

    Raises:
        ProjectError: As for ``read_classes``, or a name is empty.
    """
    file = Path(text)
    if file.suffix == ".txt" or _is_file(file):
        return read_classes(file)
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise ProjectError(
            f"{text!r} has an empty name. Write names between commas, such as soil,crop,weed, or "
            "give a file with one in each line."
        )
    check_classes(names)
    return [{"name": name, "colour": None, "key": None} for name in names]


def _is_file(place: Path) -> bool:
    try:
        return place.is_file()
    except OSError:  # many names between commas are too long for one of a file
        return False


def read_classes(file: Path) -> list[dict[str, Any]]:
    """Classes from a text file, one a line: the name, and behind a tab a colour ``#rrggbb``.

    Raises:
        ProjectError: It cannot be read, names none, or two alike.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(
            f"The classes cannot be read from {file} ({error}). A text file in UTF-8 with a name "
            "in each line is needed; check it."
        ) from error
    parted = [line.rpartition("\t") for line in lines if line.strip()]
    found = [
        {"name": (name or last).strip(), "colour": last.strip() if name else None, "key": None}
        for name, _, last in parted
    ]
    if not found:
        raise ProjectError(f"{file} names no classes. Write the name of one in each line.")
    for one in found:
        if one["colour"] and not re.fullmatch("#[0-9a-fA-F]{6}", one["colour"]):
            raise ProjectError(
                f"{file}: {one['colour']!r} is no colour. A colour is #rrggbb, as in #ff8800; "
                "write it so, or leave it out."
            )
    check_classes([str(one["name"]) for one in found])
    return found


def take_up(store: Store, project: Project, *, priors: Path | None = None) -> int:
    """Add the photos that a project does not have yet.

    Args:
        store: Where it is kept.
        project: It.
        priors: Predictions that photos begin with which nobody has marked; those of the project
            when left out.

    Returns:
        How many were added.

    Raises:
        ProjectError: Labels of two photos would be one file.
        DataError: The priors cannot be read.
    """
    folders = [Path(folder) for folder in project.folders]
    old = None if project.priors is None else Path(project.priors)
    place = old if priors is None else place_of_priors(priors)
    out = None if project.out is None else Path(project.out)
    found = photos_in(folders, hidden=[one for one in (out, old, place) if one is not None])
    if out is not None:
        check_apart(folders, found, out=out, form=format_of(project.task, project.format))
    known = store.images.names(project.id)
    _look_again(store, project, gone=known.difference(found))
    seen = {(at, name): _seen(folders[at] / name) for at, name in found if (at, name) not in known}
    new = {name: size for (_, name), (size, _) in seen.items() if size}
    unmarked = () if place == old else store.images.listed(project.id, _NEW)[1]
    asked = new | {
        one.name: (one.width, one.height) for one in unmarked if one.width and one.height
    }
    starts: Mapping[str, Mapping[str, Any]] = {}
    if place is not None:
        needed = not known or place != old
        starts = priors_at(place, store, project, photos=asked, needed=needed)
    rows = [
        {
            "project_id": project.id,
            "folder": number,
            "name": name,
            "width": size and size[0],
            "height": size and size[1],
            "fault": fault,
            **starts.get(name, _NO_PRIOR),
        }
        for (number, name), (size, fault) in seen.items()
    ]
    store.images.add(rows)
    for image in unmarked:
        if image.name in starts:
            store.images.note(image.id, **starts[image.name])
            for key in store.sessions.on([image.id])[image.id].values():
                store.sessions.close(key)  # nobody has marked it, so it is opened anew
    listed = _listed(store, project) if starts else ()
    if place != old or listed:
        classes = listed or project.classes
        store.projects.change(project.id, priors=str(place), classes=classes)
    return len(rows)


def _listed(store: Store, project: Project) -> list[dict[str, Any]]:
    """The classes of a project without its own, from the list that files of each photo count in."""
    if project.classes or format_of(project.task, project.format).shared:
        return []
    names = Before(store.home, project.id).classes
    if len(set(names)) < len(names):
        return []
    return [{"name": name, "colour": None, "key": None} for name in names]


_NEW = Query(statuses=("new",), limit=ALL)

_NO_PRIOR: Mapping[str, Any] = {"prior": None, "uncertainty": None}


def _look_again(
    store: Store, project: Project, *, gone: Collection[tuple[int | None, str]]
) -> None:
    """Keep which photos are gone, and which can be read by now that could not be.

    Args:
        store: Where it is kept.
        project: It.
        gone: Photos that are not found, each with the number of its folder.
    """
    read = Photos(store)
    images = store.images.listed(project.id, Query(limit=ALL, faulty=None if gone else True))[1]
    for image in images:
        if image.fault is None and (image.folder, image.name) not in gone:
            continue
        with suppress(ImageError, ProjectError):  # which is kept with the image
            read.pixels(image)


def _seen(photo: Path) -> tuple[Size | None, str | None]:
    """The size of a photo, or why it cannot be read."""
    try:
        return photo_size(photo), None
    except ImageError as error:
        return None, str(error)
