"""The old predictions of photos: found by name or in a file of many, and begun from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from clickmend.core.addresses import Place
from clickmend.core.errors import NoLabelsError, PriorError
from clickmend.core.types import Labels
from clickmend.data.picture_files import PHOTO_SUFFIXES, file_bytes
from clickmend.data.planes import Size
from clickmend.projects.before import Before
from clickmend.projects.formats import Format, PhotoLabels
from clickmend.projects.kept import prior_bytes
from clickmend.projects.opening import Start
from clickmend.projects.own_classes import classes_by_number
from clickmend.projects.results import format_of
from clickmend.projects.store import Blobs, Image, Project, Store
from clickmend.tasks.semantic.prediction import VOID

_BLOB = "blob:"
"""What the place of a prior begins with that was read out of a file of many."""

PRIOR_SUFFIXES = (*PHOTO_SUFFIXES, ".npy")
"""What the names of priors end in, one file for each photo."""

_EXACT = (".png", ".npy", ".tif", ".tiff")
"""What priors end in that lose nothing; of two named alike one of these is the prior."""

AnyPlace = TypeVar("AnyPlace", bound=Place)


def is_file_of_many(prior: str) -> bool:
    """Whether the place of a prior is among the blobs, for it was read out of a file of many."""
    return prior.startswith(_BLOB)


def start_of(store: Store, image: Image, own: bool) -> Start:
    """What a session on an image starts from: its prior, where it is of the project's task."""
    if image.prior is None or not own:
        return Start()
    if is_file_of_many(image.prior):
        return Start(prior=store.blobs.get(image.prior.removeprefix(_BLOB)))
    prior = file_bytes(image.prior, error=PriorError)
    project = store.projects.get(image.project_id)
    form = None if project.format is None else format_of(project.task, project.format)
    if form is None or Path(image.prior).suffix.lower() not in form.suffixes:
        return Start(prior=prior)
    return Start(prior=prior, depth_scale=form.depth_scale(prior, error=PriorError))


@contextmanager
def named_prior(image: Image) -> Iterator[None]:
    """Say which file it is where the prior of a photo cannot be used.

    Raises:
        PriorError: In place of one that speaks of a picture.
    """
    try:
        yield
    except PriorError as error:
        if image.prior is None or is_file_of_many(image.prior):
            raise
        raise PriorError(
            f"{image.name} cannot begin from its old prediction {image.prior}. {error}"
        ) from error


def priors_at(
    place: Path, store: Store, project: Project, *, photos: Mapping[str, Size], needed: bool
) -> Mapping[str, Mapping[str, Any]]:
    """What the rows of those photos say that have a prior: where it is, and how uncertain.

    Args:
        place: The folder of pictures or arrays named like the photos, or the file or folder of the
            project's format.
        store: Keeps what is read out of a file of many.
        project: Of the photos.
        photos: Each photo's name, and its width and height.
        needed: Whether one of them has to have a prior.

    Raises:
        DataError: The priors cannot be read, are of another size, or none is of a photo.
        PriorError: They are of another kind than the task's, or have another class.
    """
    if not photos:
        return {}
    form = format_of(project.task, project.format)
    classes = classes_by_number(store, project) if form.lists_classes(place) else ()
    pictures = place.is_dir() and not classes and not _is_of(project, place, form)
    found = _paired(place, project, list(photos)) if pictures else {}
    before = Before(store.home, project.id)
    for name in found:
        before.forget(name)
    if not found:
        try:
            read = _imported(
                store.blobs, before, place, form, task=project.task, photos=photos, classes=classes
            )
        except NoLabelsError:
            if needed:
                raise
            read = {}
        found = {name: _BLOB + blob for name, blob in read.items()}
    doubts = _doubts(place)
    return {name: {"prior": at, "uncertainty": doubts.get(name)} for name, at in found.items()}


def _is_of(project: Project, place: Path, form: Format) -> bool:
    """Whether a folder holds files of the format that is named, beside pictures maybe."""
    own = set(form.suffixes).difference(PRIOR_SUFFIXES)
    return project.format is not None and any(
        file.suffix.lower() in own for file in place.rglob("*")
    )


def _paired(place: Path, project: Project, names: Sequence[str]) -> dict[str, str]:
    """Photo → the picture or array in a folder that is named like it, and is no photo itself."""
    photos = {Path(folder) / name for folder in project.folders for name in names}
    found = pair(place, names)
    return {name: str(path) for name, path in found.items() if path not in photos}


def _imported(
    blobs: Blobs,
    before: Before,
    place: Path,
    form: Format,
    *,
    task: str,
    photos: Mapping[str, Size],
    classes: Sequence[str] = (),
) -> dict[str, str]:
    """Read priors from any format and keep each for its photo.

    Args:
        blobs: Keeps them.
        before: Keeps what they say beside.
        place: Of the priors.
        form: Reads them.
        task: What they are a prior of.
        photos: Each photo's name, and its width and height.
        classes: What the numbers of a class map are to mean; as they are read when left out.

    Returns:
        Photo → the name of its prior among the blobs.

    Raises:
        DataError: They cannot be read, or are of another size.
        PriorError: They are of another kind than the task's, or have another class.
    """
    found = {}
    labels: PhotoLabels | None = None
    for labels in form.read(place, photos=photos):
        if labels.plane is None:
            before.keep(labels)
        elif classes:
            labels = replace(labels, plane=_numbered(labels, labels.plane, classes))  # noqa: PLW2901
        found[labels.file_name] = blobs.put(prior_bytes(labels, task))
    if labels is not None:
        before.keep_shared(labels)
    return found


def _numbered(labels: PhotoLabels, plane: Labels, classes: Sequence[str]) -> Labels:
    """The class map of a file with the numbers that its classes have elsewhere."""
    found = plane.copy()
    for number in (int(one) for one in np.unique(plane) if one != VOID):
        name = labels.classes[number] if number < len(labels.classes) else "without a name"
        if name not in classes:
            raise PriorError(
                f"The labels of {labels.file_name} have the class {number}, {name}. Allowed are "
                f"{', '.join(classes)}; name it so in their list, or give the project that class."
            )
        found[plane == number] = classes.index(name)
    return found


def _doubts(priors: Path) -> Mapping[str, float]:
    """How uncertain priors are said to be by the list that lies with them, as of a sequence."""
    file = priors / "labels.jsonl"
    if not file.is_file():
        return {}
    found = {}
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        match _of_json(line):
            case {"photo": str(name), "confidence": float(sure) | int(sure)} if 0 <= sure <= 1:
                found[name] = 1.0 - sure
    return found


def _of_json(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None  # a list of somebody else's, which says nothing


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
    files.sort(key=lambda file: file.suffix.lower() not in _EXACT)
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
