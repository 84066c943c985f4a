"""The labels of a project in any format, from all images or those of some statuses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from clickmend.core.errors import ProjectError
from clickmend.projects.formats import PhotoLabels
from clickmend.projects.kept import KEPT, kept_objects
from clickmend.projects.labelling import start_of
from clickmend.projects.opening import SessionFactory
from clickmend.projects.own_classes import options_for
from clickmend.projects.photos import Photos
from clickmend.projects.rebuild import work_of
from clickmend.projects.results import ALL, format_of, labels_of
from clickmend.projects.store import STATUSES, Image, Project, Query, Store
from clickmend.projects.work import Work

NOT_REJECTED = tuple(status for status in STATUSES if status != "rejected")


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
) -> tuple[Sequence[Path], Path]:
    """Write the labels of a project; images that have neither marks nor a prior are left out.

    Args:
        store: Where it is kept.
        project: Whose labels are written.
        factory: Starts a session, where one has to be made again.
        form: The name of the format; the project's own when left out.
        out: The folder; the project's own when left out.
        statuses: Only images of these.
        tell: Told how many images are done, and of how many: before each and after the last.

    Returns:
        The files, and the folder.

    Raises:
        ProjectError: The project has no folder of its own, and none is given.
        OutputError: The format cannot hold the labels, or they cannot be written.
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
    labels = _labels(store, project, factory=factory, statuses=statuses, tell=tell)
    return chosen.write(place, labels), place


def _labels(
    store: Store,
    project: Project,
    *,
    factory: SessionFactory,
    statuses: Collection[str],
    tell: Callable[[int, int], None],
) -> Iterator[PhotoLabels]:
    images = store.images.listed(project.id, Query(statuses=statuses, limit=ALL))[1]
    sessions = store.sessions.on([one.id for one in images])
    kept = store.sessions.kept(project.id, kind=KEPT)
    photos = Photos(store)
    for done, image in enumerate(images):
        tell(done, len(images))
        key = sessions[image.id].get(project.task)
        if key is None:
            if image.prior is not None:
                start = start_of(store, image, own=True)
                work = Work(
                    photos.pixels(image),
                    options_for(store, project),
                    start,
                    factory=factory,
                    blob=store.blobs.get,
                )
                yield labels_of(work.session.prediction, image, project)
            continue
        number, blob = kept.get(image.id, (None, ""))
        if number == store.sessions.head(key):
            yield _of_kept(store, image, blob)
            continue
        work = work_of(store, store.sessions.get(key), photos.pixels(image), factory=factory)
        yield labels_of(work.session.prediction, image, project)
    tell(len(images), len(images))


def _of_kept(store: Store, image: Image, blob: str) -> PhotoLabels:
    assert image.width is not None
    assert image.height is not None
    project = store.projects.get(image.project_id)
    return PhotoLabels(
        file_name=image.name,
        size=(image.width, image.height),
        objects=kept_objects(store.blobs.get(blob)),
        classes=tuple(str(one["name"]) for one in project.classes),
        photo=None if image.folder is None else Path(project.folders[image.folder]) / image.name,
    )
