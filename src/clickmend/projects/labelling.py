"""Projects made from folders: photos found, priors paired with them by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clickmend.core.errors import ImageError, PriorError, ProjectError
from clickmend.data.photos import photo_size
from clickmend.data.picture_files import PHOTO_SUFFIXES, file_bytes
from clickmend.projects.opening import Start
from clickmend.projects.store import LOOSE, Image, Project, Store

PRIOR_SUFFIXES = (*PHOTO_SUFFIXES, ".npy")
"""What the names of priors end in, one file for each photo."""


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

    Args:
        store: Where it is kept.
        name: Of the project.
        photos: Folders of photos, with those in folders below.
        task: Of its sessions.
        classes: ``{name, colour, key}`` of each.
        priors: Folder of predictions to start from, each named like its photo.
        out: Folder that the labels are written to.
        format: Of the labels; the task's own files when left out.

    Raises:
        ProjectError: A folder is missing or holds no photos, the name is taken by a project with
            other photos or another task, or is no name.
    """
    folders = [_folder(folder, "photos") for folder in photos]
    if not name.strip() or name == LOOSE or not folders:
        raise ProjectError(
            f"A project needs a name, which is not {LOOSE!r}, and at least one folder of photos. "
            "Give both."
        )
    check_classes([str(one["name"]) for one in classes])
    project = store.projects.named(name)
    if project is None:
        found = _found(folders, set())
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
                priors=None if priors is None else str(_folder(priors, "priors")),
                out=None if out is None else str(out.resolve()),
                format=format,
            )
        )
    elif project.task != task or project.folders != [str(folder) for folder in folders]:
        raise ProjectError(
            f"The project {name!r} is there already, of the task {project.task!r} on the photos of "
            f"{', '.join(project.folders)}. Give the same task and photos to continue it, or "
            "another name."
        )
    take_up(store, project)
    return project


def start_of(image: Image, own: bool) -> Start:
    """What a session on an image starts from: its prior, where it is of the project's task."""
    if image.prior is None or not own:
        return Start()
    return Start(prior=file_bytes(image.prior, error=PriorError))


def check_classes(names: Sequence[str]) -> None:
    """Refuse classes of which two have one name.

    Raises:
        ProjectError: With that name.
    """
    for name, times in Counter(names).items():
        if times > 1:
            raise ProjectError(
                f"The class {name!r} is there {times} times. Labels tell classes by their names; "
                "give each a name of its own."
            )


def take_up(store: Store, project: Project) -> int:
    """Add the photos that a project does not have yet; how many."""
    folders = [Path(folder) for folder in project.folders]
    found = _found(folders, store.images.names(project.id))
    paired = pair(Path(project.priors), [name for _, name in found]) if project.priors else {}
    rows = []
    for number, name in found:
        width, height = _size(folders[number] / name)
        prior = paired.get(name)
        row = {
            "project_id": project.id,
            "folder": number,
            "name": name,
            "prior": None if prior is None else str(prior),
            "width": width,
            "height": height,
        }
        rows.append(row)
    store.images.add(rows)
    return len(rows)


def pair(priors: Path, names: Sequence[str]) -> Mapping[str, Path]:
    """The prior of each photo that has one.

    Named like the photo but for the ending, in the same folder below ``priors``, or anywhere below
    it where that name is there once among the photos and once among the priors. Small and capital
    letters are the same where no name tells them apart.

    Args:
        priors: The folder of priors.
        names: The photos, paths relative to their folder.
    """
    files = sorted(
        file
        for file in priors.rglob("*")
        if file.suffix.lower() in PRIOR_SUFFIXES and not file.name.startswith(".")
    )
    exact: dict[str, Path] = {}
    folded: dict[str, Path] = {}
    for file in files:
        place = file.relative_to(priors).with_suffix("").as_posix()
        exact.setdefault(place, file)
        folded.setdefault(place.casefold(), file)
    bare = Counter(file.stem.casefold() for file in files)
    alone = {file.stem.casefold(): file for file in files if bare[file.stem.casefold()] == 1}
    asked = Counter(Path(name).stem.casefold() for name in names)
    found = {}
    for name in names:
        place = Path(name).with_suffix("").as_posix()
        stem = Path(name).stem.casefold()
        prior = exact.get(place) or folded.get(place.casefold())
        if prior is None and asked[stem] == 1:
            prior = alone.get(stem)
        if prior is not None:
            found[name] = prior
    return found


def _found(folders: Sequence[Path], known: set[tuple[int | None, str]]) -> list[tuple[int, str]]:
    """The photos that are not known yet: the number of their folder, and their path below it."""
    return [
        (number, name)
        for number, folder in enumerate(folders)
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in PHOTO_SUFFIXES
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and (number, name := file.relative_to(folder).as_posix()) not in known
        and file.is_file()
    ]


def _size(photo: Path) -> tuple[int | None, int | None]:
    """Of a photo that can be read; who opens another is told why not."""
    try:
        return photo_size(photo)
    except ImageError:
        return None, None


def _folder(folder: Path, what: str) -> Path:
    if not folder.is_dir():
        raise ProjectError(f"{folder} is no folder. Give the one that holds the {what}.")
    return folder.resolve()
