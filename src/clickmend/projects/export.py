"""The labels of a project in any format, from all images or those of some statuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple, final

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
from clickmend.projects.store.images import FINISHED
from clickmend.projects.work import Work

NOT_REJECTED = tuple(status for status in STATUSES if status != "rejected")

TOUCHED = tuple(status for status in NOT_REJECTED if status != "new")

NAMES: Mapping[frozenset[str], str] = {
    frozenset(NOT_REJECTED): "",
    frozenset(TOUCHED): "touched",
    frozenset(FINISHED): "done",
}
"""What a folder is called that only images of some statuses are in."""

OF_ONE_PHOTO = (ImageError, OutputError, PriorError, ProjectError)
"""What goes wrong with one photo, and leaves the others as they are."""


class Refusal(NamedTuple):
    """A photo that is left out, why, and the object that it is about, as "object 3"."""

    name: str
    why: str
    part: str = ""


@final
@dataclass(frozen=True)
class Written:
    """What an export has written.

    Attributes:
        files: The files.
        place: The folder.
        refused: The photos that are not in them.
        untouched: How many photos are in them with their old predictions, which nobody has touched
            nor said to be done.
    """

    files: Sequence[Path]
    place: Path
    refused: Sequence[Refusal]
    untouched: int = 0

    @property
    def reasons(self) -> Mapping[str, Sequence[str]]:
        """The photos that are not in them, each with its object, by why."""
        found: dict[str, list[str]] = {}
        for one in self.refused:
            found.setdefault(one.why, []).append(", ".join(filter(None, (one.name, one.part))))
        return found


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

    So are those that were only opened. A photo that cannot be read, or whose labels the format
    cannot hold, is left out and told; where none is left nothing is written.

    Args:
        store: Where it is kept.
        project: Whose labels are written.
        factory: Starts a session, where one has to be made again.
        form: The name of the format; the project's own when left out.
        out: The folder; when left out see `place_of`.
        statuses: Only images of these.
        tell: Told how many images are done, and of how many: before each and after the last.

    Raises:
        ProjectError: The project has no folder of its own, and none is given.
        OutputError: Nothing can be written there.
    """
    for status in statuses:
        if status not in STATUSES:
            raise ProjectError(f"There is no status {status!r}. Available: {', '.join(STATUSES)}.")
    place = out or place_of(project, form=form, statuses=statuses)
    chosen = format_of(project.task, form or project.format)
    told = _Told()
    labels = _labels(
        store,
        project,
        factory=factory,
        statuses=statuses,
        form=chosen,
        told=told,
        tell=tell,
    )
    first = next(labels, None)
    if first is None and told.refused:  # no empty file takes the place of another one
        return Written((), place, told.refused)
    files = chosen.write(place, chain(() if first is None else [first], labels))
    return Written(files, place, told.refused, told.untouched)


def place_of(
    project: Project,
    *,
    form: str | None = None,
    statuses: Collection[str] = NOT_REJECTED,
    own: Path | None = None,
) -> Path:
    """Where an export goes when nobody says so: to the project's labels, or beside them.

    What is written there as one goes is all of one format. Another format, or the images of some
    statuses alone, have a folder beside it, which is named for what is in it.

    Args:
        project: Whose labels are written.
        form: The name of the format; the project's own when left out.
        statuses: Only images of these.
        own: The folder of the project's labels; as it was last known when left out.

    Raises:
        ProjectError: The project has no folder of its own.
    """
    own = own or (None if project.out is None else Path(project.out))
    if own is None:
        raise ProjectError(
            f"The project {project.name!r} has no folder for its labels. Say where they go."
        )
    chosen = format_of(project.task, form or project.format)
    other = "" if chosen is format_of(project.task, project.format) else chosen.name
    which = NAMES.get(frozenset(statuses), "-".join(one for one in STATUSES if one in statuses))
    return own.with_name("-".join(filter(None, (own.name, other, which))))


@final
@dataclass
class _Told:
    """What is found out while labels are written."""

    refused: list[Refusal] = field(default_factory=list)
    untouched: int = 0


def _labels(
    store: Store,
    project: Project,
    *,
    factory: SessionFactory,
    statuses: Collection[str],
    form: Format,
    told: _Told,
    tell: Callable[[int, int], None],
) -> Iterator[PhotoLabels]:
    images = store.images.listed(project.id, Query(statuses=statuses, limit=ALL))[1]
    sessions = store.sessions.on([one.id for one in images])
    kept = store.sessions.kept(project.id, kind=KEPT)
    shown = partial(_shown, store, project, photos=Photos(store), factory=factory)
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
            told.refused.append(_refusal(image.name, str(error)))
            continue
        if labels is not None:
            told.untouched += not _is_worked_on(store, image, sessions[image.id].get(project.task))
            yield labels
    tell(len(images), len(images))


def _refusal(name: str, problem: str) -> Refusal:
    """A photo that is left out, and of what is wrong with it the object by itself."""
    problem = problem.removeprefix(name).lstrip(",: ")
    found = re.match(r"(object \d+(?: \(id [^)]*\))?): ", problem)
    return Refusal(name, problem[found.end() :], found[1]) if found else Refusal(name, problem)


def _is_worked_on(store: Store, image: Image, key: str | None) -> bool:
    """Whether somebody has marked an image, or said that it is done."""
    return image.status in FINISHED or bool(key is not None and store.sessions.head(key))


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
    """What is shown of an image; ``None`` where that is nothing but the network's own answer."""
    if image.prior is None and not _is_worked_on(store, image, key):
        return None
    if key is None:
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
