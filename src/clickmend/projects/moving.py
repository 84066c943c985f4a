"""A project whose folders lie elsewhere by now: known by its photos, and followed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from clickmend.core.errors import ImageError, ProjectError
from clickmend.data.photos import photo_size
from clickmend.data.picture_files import file_bytes
from clickmend.projects.priors import is_file_of_many
from clickmend.projects.results import ALL
from clickmend.projects.store import Image, Project, Query, Store


def gone(project: Project) -> list[str]:
    """The folders of a project that are not there."""
    return [folder for folder in project.folders if not Path(folder).is_dir()]


def followed(
    store: Store,
    project: Project,
    folders: Sequence[Path],
    *,
    may_use: Callable[[Path], bool] = lambda _: True,
) -> Project:
    """A project with its photos in other folders, which hold the photos that it was made on.

    What lay beside the photos and is gone, the old predictions and the labels, is followed where it
    lies beside them again.

    Args:
        store: Where it is kept.
        project: It.
        folders: Where its photos are now, in full, in the order of its own.
        may_use: Whether what lay beside the photos may be followed to a place.

    Raises:
        ProjectError: There are more or fewer folders, or photos in them are others, or missing
            although somebody has worked on them.
    """
    if len(folders) != len(project.folders):
        raise _another(project, folders, f"of {len(project.folders)} folders")
    images = store.images.listed(project.id, Query(limit=ALL))[1]
    lost, there = [], 0
    for image in images:
        assert image.folder is not None
        file = folders[image.folder] / image.name
        if not file.is_file():
            lost += [f"{image.name} (missing)"] if image.status != "new" else []
        elif _is_same(file, image):
            there += 1
        else:
            lost.append(f"{image.name} (another photo)")
    if lost or (images and not there):
        which = ", ".join(lost[:3]) or images[0].name
        count = f"{len(lost)} of its photos are" if lost else "none of its photos is"
        raise _another(project, folders, f"{count} as they were, such as {which}")
    moves = [(Path(old), new) for old, new in zip(project.folders, folders, strict=True)]
    for image in images:
        if image.prior is not None and not is_file_of_many(image.prior):
            beside = _beside(Path(image.prior), moves, may_use)
            if str(beside) != image.prior:
                store.images.note(image.id, prior=str(beside))
    places = {
        name: str(_beside(Path(place), moves, may_use))
        for name, place in (("priors", project.priors), ("out", project.out))
        if place is not None
    }
    return store.projects.change(project.id, folders=[str(one) for one in folders], **places)


def project_at(store: Store, photos: Path) -> str:
    """What the project on a folder of photos is called, where nobody says it.

    Args:
        store: Where it may be kept.
        photos: The folder, in full.

    Returns:
        The name of the project with this folder, or of the only one whose folders are gone and of
        which a photo lies in it; else that of the folder.
    """
    there = store.projects.listed()
    if any(one.name == photos.name for one in there):
        return photos.name
    found = [one.name for one in there if one.folders == [str(photos)]]
    if not found:
        lost = [one for one in there if len(gone(one)) == len(one.folders)]
        found = [one.name for one in lost if _has_photos_of(photos, store, one)]
    return found[0] if len(found) == 1 else photos.name


def _has_photos_of(folder: Path, store: Store, project: Project) -> bool:
    """Whether a photo of a project lies in a folder."""
    images = store.images.listed(project.id, Query(limit=ALL))[1]
    files = ((folder / image.name, image) for image in images)
    return any(file.is_file() and _is_same(file, image) for file, image in files)


def _is_same(file: Path, image: Image) -> bool:
    """Whether a file is the photo of an image: by its content where somebody has opened it."""
    try:
        if image.sha256 is not None:
            content = file_bytes(file, error=ImageError)
            return hashlib.sha256(content).hexdigest() == image.sha256
        return image.width is None or photo_size(file) == (image.width, image.height)
    except ImageError:
        return image.fault is not None


def _beside(
    place: Path, moves: Sequence[tuple[Path, Path]], may_use: Callable[[Path], bool]
) -> Path:
    """Where a place that is gone lies now, if it was moved together with a folder."""
    if place.exists():
        return place
    for old, new in moves:
        kept = 0
        while old.parts[-1 - kept :] == new.parts[-1 - kept :] and kept < len(old.parts) - 1:
            kept += 1
        head = Path(*old.parts[: len(old.parts) - kept])
        if place.is_relative_to(head):
            now = Path(*new.parts[: len(new.parts) - kept]) / place.relative_to(head)
            if now.exists() and may_use(now):
                return now
    return place


def _another(project: Project, folders: Sequence[Path], why: str) -> ProjectError:
    return ProjectError(
        f"The project {project.name!r} is there already, on the photos of "
        f"{', '.join(project.folders)}, and {', '.join(map(str, folders))} does not continue it: "
        f"{why}. Give the folder that holds all of its photos, or another name for a new project."
    )
