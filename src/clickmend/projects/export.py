"""The labels of a project in any format, from all images or those of some statuses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import final

from clickmend.core.errors import ImageError, OutputError, PriorError, ProjectError
from clickmend.projects.before import Before
from clickmend.projects.folders import label_name
from clickmend.projects.formats import Format, PhotoLabels
from clickmend.projects.kept import KEPT
from clickmend.projects.opening import SessionFactory
from clickmend.projects.own_classes import options_for
from clickmend.projects.photos import Photos
from clickmend.projects.priors import named_prior, start_of
from clickmend.projects.rebuild import work_of
from clickmend.projects.results import ALL, format_of, labels_of, labels_of_kept
from clickmend.projects.store import STATUSES, Image, Project, Query, Store
from clickmend.projects.work import Work

NOT_REJECTED = tuple(status for status in STATUSES if status != "rejected")

OF_ONE_PHOTO = (ImageError, OutputError, PriorError, ProjectError)
"""What goes wrong with one photo, and leaves the others as they are."""


@final
@dataclass(frozen=True)
class Written:
    """What an export has written.

    Attributes:
        files: The files.
        place: The folder.
        refused: The name of each photo that is not in them, and why.
    """

    files: Sequence[Path]
    place: Path
    refused: Sequence[tuple[str, str]]


def unheard(done: int, of: int) -> None:
    """Whom nobody listens to."""


def export(
    store: Store,
    project: Project,
    *,
    factory: SessionFactory,
    form: str | None = None,
    out: Path | None = None,
    statuses: Collection[str] = NOT_REJECTED,
    tell: Callable[[int, int], None] = unheard,
) -> Written:
    """Write the labels of a project; images that have neither marks nor a prior are left out.

    A photo that cannot be read, or whose labels the format cannot hold, is left out and told.

    Args:
        store: Where it is kept.
        project: Whose labels are written.
        factory: Starts a session, where one has to be made again.
        form: The name of the format; the project's own when left out.
        out: The folder; the project's own when left out.
        statuses: Only images of these.
        tell: Told how many images are done, and of how many: before each and after the last.

    Raises:
        ProjectError: The project has no folder of its own, and none is given.
        OutputError: No photo's labels can be written, or nothing can be written there.
    """
    for status in statuses:
        if status not in STATUSES:
            raise ProjectError(f"There is no status {status!r}. Available: {', '.join(STATUSES)}.")
    place = out or (None if project.out is None else Path(project.out))
    if place is None:
        raise ProjectError(
            f"The project {project.name!r} has no folder for its labels. Say where they go."
        )
    chosen = format_of(project.task, form or project.format)
    refused: list[tuple[str, str]] = []
    labels = _labels(
        store,
        project,
        factory=factory,
        statuses=statuses,
        form=chosen,
        refused=refused,
        tell=tell,
    )
    return Written(chosen.write(place, labels), place, refused)


def _labels(
    store: Store,
    project: Project,
    *,
    factory: SessionFactory,
    statuses: Collection[str],
    form: Format,
    refused: list[tuple[str, str]],
    tell: Callable[[int, int], None],
) -> Iterator[PhotoLabels]:
    images = store.images.listed(project.id, Query(statuses=statuses, limit=ALL))[1]
    sessions = store.sessions.on([one.id for one in images])
    kept = store.sessions.kept(project.id, kind=KEPT)
    shown = partial(_shown, store, project, photos=Photos(store), factory=factory)
    given = False
    taken: dict[str, tuple[int, str]] = {}
    before = Before(store.home, project.id)
    for done, image in enumerate(images):
        tell(done, len(images))
        try:
            with named_prior(image):
                labels = shown(image, sessions[image.id].get(project.task), kept.get(image.id))
            if labels is not None:
                labels = before.joined(labels, alone=not form.shared)
                form.check(labels)
                _check_alone(image, taken, form=form)
        except OF_ONE_PHOTO as error:
            refused.append((image.name, str(error).removeprefix(image.name).lstrip(",: ")))
            continue
        if labels is not None:
            given = True
            yield labels
    tell(len(images), len(images))
    if refused and not given:  # no empty file takes the place of another one
        name, why = refused[0]
        raise OutputError(f"No photo can be written, such as {name}: {why}")


def _check_alone(image: Image, taken: dict[str, tuple[int, str]], *, form: Format) -> None:
    """Refuse a photo whose labels would be written over those of another one."""
    first, other = taken.setdefault(label_name(image.name, form=form), (image.id, image.name))
    if first != image.id:
        raise OutputError(
            f"{image.name}: Its labels would be written over those of {other}. Rename one of the "
            "two, or write a format with one file for all photos."
        )


def _shown(
    store: Store,
    project: Project,
    image: Image,
    key: str | None,
    kept: tuple[int, str] | None,
    *,
    photos: Photos,
    factory: SessionFactory,
) -> PhotoLabels | None:
    """What is shown of an image; ``None`` where nothing is."""
    if key is None:
        if image.prior is None:
            return None
        work = Work(
            photos.pixels(image),
            options_for(store, project),
            start_of(store, image, own=True),
            factory=factory,
            blob=store.blobs.get,
        )
    elif kept is not None and kept[0] == store.sessions.head(key):
        return labels_of_kept(store, image, project, kept[1])
    else:
        work = work_of(store, store.sessions.get(key), photos.pixels(image), factory=factory)
    return labels_of(work.session.prediction, image, project, made=work.made())
