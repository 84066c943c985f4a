"""The old predictions of photos: found by name or in a file of many, and begun from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from clickmend.core.addresses import Place
from clickmend.core.errors import NoLabelsError, PriorError
from clickmend.data.picture_files import PHOTO_SUFFIXES, file_bytes
from clickmend.data.planes import Size
from clickmend.projects.kept import import_priors
from clickmend.projects.opening import Start
from clickmend.projects.own_classes import classes_by_number
from clickmend.projects.results import format_of
from clickmend.projects.store import Image, Project, Store

_BLOB = "blob:"
"""What the place of a prior begins with that was read out of a file of many."""

PRIOR_SUFFIXES = (*PHOTO_SUFFIXES, ".npy")
"""What the names of priors end in, one file for each photo."""

AnyPlace = TypeVar("AnyPlace", bound=Place)


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


@contextmanager
def named_prior(image: Image) -> Iterator[None]:
    """Say which file it is where the prior of a photo cannot be used.

    Raises:
        PriorError: In place of one that speaks of a picture.
    """
    try:
        yield
    except PriorError as error:
        if image.prior is None or image.prior.startswith(_BLOB):
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
    paired = pair(place, list(photos)) if place.is_dir() and not classes else {}
    found = {name: str(path) for name, path in paired.items()}
    if not found:
        try:
            read = import_priors(
                store.blobs, place, form, task=project.task, photos=photos, classes=classes
            )
        except NoLabelsError:
            if needed:
                raise
            read = {}
        found = {name: _BLOB + blob for name, blob in read.items()}
    doubts = _doubts(place)
    return {name: {"prior": at, "uncertainty": doubts.get(name)} for name, at in found.items()}


def _doubts(priors: Path) -> Mapping[str, float]:
    """How uncertain priors are said to be by the list that lies with them, as of a sequence."""
    file = priors / "labels.jsonl"
    if not file.is_file():
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
