"""Projects made from folders: photos found, priors paired with them by name."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from clickmend.core.addresses import Place
from clickmend.core.errors import ClickmendError, ImageError, PriorError, ProjectError
from clickmend.data.photos import photo_size
from clickmend.data.picture_files import PHOTO_SUFFIXES, file_bytes
from clickmend.data.planes import Size
from clickmend.projects.kept import import_priors
from clickmend.projects.opening import Start
from clickmend.projects.own_classes import check_names, check_own, classes_by_number
from clickmend.projects.results import format_of
from clickmend.projects.store import LOOSE, Image, Project, Store

_BLOB = "blob:"
"""What the place of a prior begins with that was read out of a file of many."""

PRIOR_SUFFIXES = (*PHOTO_SUFFIXES, ".npy")
"""What the names of priors end in, one file for each photo."""

AnyPlace = TypeVar("AnyPlace", bound=Place)


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
    folders = [_folder(folder, "photos") for folder in photos]
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
    if project is None:
        found = _found(folders, set(), hidden=[one.resolve() for one in (out, priors) if one])
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
                priors=None if priors is None else str(_place(priors)),
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
    elif names and names != [str(one["name"]) for one in project.classes]:
        check_own(store, project, names)
        looks = {str(one["name"]): one for one in project.classes}
        new = [looks.get(name, dict(one)) for name, one in zip(names, classes, strict=True)]
        project = store.projects.change(project.id, classes=new)
    try:
        take_up(store, project)
    except ClickmendError:
        if not store.images.count(project.id):  # nothing is left of what could not be made
            store.projects.remove(project.id)
        raise
    return project


def start_of(store: Store, image: Image, own: bool) -> Start:
    """What a session on an image starts from: its prior, where it is of the project's task."""
    if image.prior is None or not own:
        return Start()
    if image.prior.startswith(_BLOB):
        return Start(prior=store.blobs.get(image.prior.removeprefix(_BLOB)))
    prior = file_bytes(image.prior, error=PriorError)
    project = store.projects.get(image.project_id)
    form = None if project.format is None else format_of(project.task, project.format)
    if form is None or Path(image.prior).suffix.lower() not in form.suffixes:
        return Start(prior=prior)
    return Start(prior=prior, depth_scale=form.depth_scale(prior, error=PriorError))


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


def take_up(store: Store, project: Project) -> int:
    """Add the photos that a project does not have yet; how many."""
    folders = [Path(folder) for folder in project.folders]
    hidden = [Path(one) for one in (project.out, project.priors) if one is not None]
    found = _found(folders, store.images.names(project.id), hidden=hidden)
    sizes = {(number, name): _size(folders[number] / name) for number, name in found}
    priors = _priors(store, project, {name: size for (_, name), size in sizes.items() if size})
    doubts = _doubts(project)
    rows = [
        {
            "project_id": project.id,
            "folder": number,
            "name": name,
            "prior": priors.get(name),
            "uncertainty": doubts.get(name) if name in priors else None,
            "width": size and size[0],
            "height": size and size[1],
        }
        for (number, name), size in sizes.items()
    ]
    store.images.add(rows)
    return len(rows)


def _doubts(project: Project) -> Mapping[str, float]:
    """How uncertain priors are said to be by the list that lies with them, as of a sequence."""
    file = Path(project.priors or "") / "labels.jsonl"
    if project.priors is None or not file.is_file():
        return {}
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        match _of_json(line):
            case {"photo": str(name), "confidence": float(sure) | int(sure)} if 0 <= sure <= 1:
                found[name] = 1.0 - sure
    return found


def _of_json(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None  # a list of somebody else's, which says nothing


def _priors(store: Store, project: Project, photos: Mapping[str, Size]) -> Mapping[str, str]:
    """Where the prior of each photo is: the path of a file named like it, or a blob."""
    if project.priors is None or not photos:
        return {}
    place = Path(project.priors)
    form = format_of(project.task, project.format)
    classes = classes_by_number(store, project) if form.lists_classes(place) else ()
    paired = pair(place, list(photos)) if place.is_dir() and not classes else {}
    if paired:
        return {name: str(path) for name, path in paired.items()}
    found = import_priors(
        store.blobs, place, form, task=project.task, photos=photos, classes=classes
    )
    return {name: _BLOB + blob for name, blob in found.items()}


def pair(priors: AnyPlace, names: Sequence[str]) -> Mapping[str, AnyPlace]:
    """The prior of each photo that has one.

    Named like the photo but for the ending, in the same folder below ``priors``, or anywhere below
    it where that name is there once among the photos and once among the priors. Small and capital
    letters are the same where no name tells them apart.

    Args:
        priors: The folder of priors.
        names: The photos, paths relative to their folder.
    """
    below: Iterator[Any] = iter(priors.rglob("*"))
    files: list[AnyPlace] = sorted(
        file
        for file in below
        if file.suffix.lower() in PRIOR_SUFFIXES and not file.name.startswith(".")
    )
    exact: dict[str, AnyPlace] = {}
    folded: dict[str, AnyPlace] = {}
    for file in files:
        place = file.relative_to(str(priors)).with_suffix("").as_posix()
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


def _found(
    folders: Sequence[Path], known: set[tuple[int | None, str]], *, hidden: Sequence[Path]
) -> list[tuple[int, str]]:
    """The photos that are not known yet: the number of their folder, and their path below it.

    Pictures in the ``hidden`` folders, of labels and of priors, are none.
    """
    return [
        (number, name)
        for number, folder in enumerate(folders)
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in PHOTO_SUFFIXES
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and (number, name := file.relative_to(folder).as_posix()) not in known
        and not any(file.is_relative_to(place) for place in hidden)
        and file.is_file()
    ]


def _size(photo: Path) -> Size | None:
    """Of a photo that can be read; who opens another is told why not."""
    try:
        return photo_size(photo)
    except ImageError:
        return None


def _place(priors: Path) -> Path:
    if not priors.exists():
        raise ProjectError(
            f"{priors} is not there. Give the folder, or the file, that holds the priors."
        )
    return priors.resolve()


def _folder(folder: Path, what: str) -> Path:
    if not folder.is_dir():
        raise ProjectError(f"{folder} is no folder. Give the one that holds the {what}.")
    return folder.resolve()
