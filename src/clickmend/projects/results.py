"""The labels of a project, written as they come: each image's, soon after each change of it."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clickmend.core.errors import ClickmendError, ProjectError
from clickmend.projects.before import Before
from clickmend.projects.formats import FORMATS, Format, LabelObject, Maker, PhotoLabels, formats_of
from clickmend.projects.kept import KEPT, kept_bytes, kept_objects
from clickmend.projects.problems import Problems
from clickmend.projects.store import Image, Project, Query, Store
from clickmend.tasks.instances.prediction import InstancesPrediction
from clickmend.tasks.prediction import Prediction

logger = logging.getLogger(__name__)

USUAL: Mapping[str, str] = {
    "interactive": "mask-png",
    "instances": "coco",
    "semantic": "index-png",
    "matting": "alpha-png",
    "depth": "depth-png",
}
"""The format of each task when none is named: what its session writes itself."""


ALL = 2**31 - 1
"""More images than a project has."""


def format_of(task: str, name: str | None) -> Format:
    """The format that the labels of a task are written in.

    Raises:
        ProjectError: The format does not hold such labels.
        OptionError: There is no such format.
    """
    form = FORMATS[USUAL[task] if name is None else name]
    if task not in form.tasks:
        able = ", ".join(one.name for one in formats_of(task))
        raise ProjectError(
            f"{form.title} cannot hold labels of the task {task!r}. Available: {able}."
        )
    return form


def labels_of(
    prediction: Prediction, image: Image, project: Project, *, made: Sequence[Maker] = ()
) -> PhotoLabels:
    """What is shown of an image, as formats take it.

    Args:
        prediction: What is shown.
        image: Of the photo.
        project: Of the image.
        made: Who made each object, where that is known.
    """
    height, width = prediction.pixels.shape
    given: dict[str, Any] = {"file_name": image.name, "size": (width, height)}
    if image.folder is not None:
        given["photo"] = Path(project.folders[image.folder]) / image.name
    classes = tuple(str(one["name"]) for one in project.classes)
    if isinstance(prediction, InstancesPrediction):
        names = prediction.labels or (None,) * len(prediction.points)
        ids = getattr(prediction, "ids", ()) or range(1, len(names) + 1)
        makers = made or (None,) * len(names)
        objects = [
            LabelObject(mask=prediction.mask(number), label=name, id=own, maker=maker)
            for number, (name, own, maker) in enumerate(
                zip(names, ids, makers, strict=True), start=1
            )
        ]
        return PhotoLabels(**given, objects=tuple(objects), classes=classes)
    if prediction.pixels.dtype == np.bool_:
        maker = made[0] if made else None
        mask = LabelObject(mask=prediction.pixels.astype(np.bool_), maker=maker)
        return PhotoLabels(**given, objects=(mask,), classes=classes)
    own = getattr(prediction, "classes", ())
    return PhotoLabels(**given, plane=prediction.pixels, classes=tuple(own) or classes)


def labels_of_kept(store: Store, image: Image, project: Project, blob: str) -> PhotoLabels:
    """The objects of an image that were kept, as formats take them."""
    assert image.width is not None
    assert image.height is not None
    return PhotoLabels(
        file_name=image.name,
        size=(image.width, image.height),
        objects=kept_objects(store.blobs.get(blob)),
        classes=tuple(str(one["name"]) for one in project.classes),
        photo=None if image.folder is None else Path(project.folders[image.folder]) / image.name,
    )


@dataclass(frozen=True)
class _Change:
    key: str
    head: int
    prediction: Prediction
    made: Sequence[Maker]


QUIET_S = 1.0
"""So long nothing has to change before labels are written, so that writing does not slow marks."""

LONGEST_S = 10.0
"""After which they are written nevertheless."""


class Results:
    """Writes in a thread of its own; of several changes of an image only the newest is written.

    It waits for a pause in the work, but not for long, nor where somebody waits for it. What was
    not written when a server ended is found by ``Images.unwritten``.

    Args:
        store: Where the projects are kept.
    """

    def __init__(self, store: Store) -> None:
        self.problems = Problems(store.home / "problems")
        self._store = store
        self._waiting: dict[int, _Change] = {}
        self._shared: dict[int, dict[int, int]] = {}
        self._busy = False
        self._ended = False
        self._hurried = 0
        self._changed_at = 0.0
        self._turn = threading.Condition()
        self._thread: threading.Thread | None = None

    def changed(
        self,
        image_id: int,
        key: str,
        head: int,
        prediction: Prediction,
        *,
        made: Sequence[Maker] = (),
    ) -> None:
        """Have the labels of an image written, as they are after an event of a session.

        Args:
            image_id: Of the image.
            key: Of the session.
            head: The number of the event.
            prediction: What is shown then.
            made: Who made each of its objects, where that is known.
        """
        with self._turn:
            self._waiting[image_id] = _Change(key, head, prediction, made)
            self._changed_at = time.monotonic()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="results", daemon=True)
                self._thread.start()
            self._turn.notify_all()

    def flush(self) -> None:
        """Wait until everything is written, or cannot be."""
        with self._turn:
            self._hurried += 1
            self._turn.notify_all()
            self._turn.wait_for(lambda: not self._waiting and not self._busy)
            self._hurried -= 1

    def close(self) -> None:
        """Write what waits, and end."""
        self.flush()
        with self._turn:
            self._ended = True
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._turn:
                self._busy = False
                self._turn.notify_all()
                self._turn.wait_for(lambda: self._waiting or self._ended)
                if not self._waiting:
                    return
                self._busy = True
                image_ids = list(self._waiting)
            for image_id in image_ids:
                with self._turn:
                    self._wait_for_a_pause()
                    change = self._waiting.pop(image_id)
                with self._telling([image_id]):
                    self._write(image_id, change)
            while self._shared:  # also where others work on, so that a file of all is never old
                project_id, heads = self._shared.popitem()
                with self._telling(heads):
                    self._write_shared(project_id, heads)

    def _wait_for_a_pause(self) -> None:
        """Return when nothing has changed for a while, or somebody waits; the turn is held."""
        last = time.monotonic() + LONGEST_S
        while not (self._hurried or self._ended):
            left = min(self._changed_at + QUIET_S, last) - time.monotonic()
            if left <= 0:
                return
            self._turn.wait(left)

    @contextmanager
    def _telling(self, image_ids: Collection[int]) -> Iterator[None]:
        """Keep what goes wrong until the labels of these images are written."""
        problem = None
        try:
            yield
        except ClickmendError as error:
            problem = str(error)
        except Exception:
            logger.exception("The labels of the images %s could not be written", list(image_ids))
            problem = "The labels could not be written; the log of the server says why."
        for image_id in image_ids:
            before = self.problems.get(image_id)
            if problem is None:
                self.problems.pop(image_id, None)
            else:
                self.problems[image_id] = problem
            if problem != before:
                with suppress(ClickmendError):  # a database without room: told when it has some
                    self._store.images.told(image_id)

    def _write(self, image_id: int, change: _Change) -> None:
        image = self._store.images.get(image_id)
        project = self._store.projects.get(image.project_id)
        if project.out is None:
            return
        form = format_of(project.task, project.format)
        shown = labels_of(change.prediction, image, project, made=change.made)
        before = Before(self._store.home, project.id)
        labels = before.joined(shown, alone=not form.shared)
        form.check(labels)
        if shown.plane is None:
            sha256 = self._store.blobs.put(kept_bytes(shown))
            self._store.sessions.keep_prediction(
                change.key, number=change.head, kind=KEPT, sha256=sha256
            )
        if form.shared:
            self._shared.setdefault(project.id, {})[image_id] = change.head
            return
        form.write(Path(project.out), [labels])
        self._store.images.note(image_id, written=change.head)

    def _labels_of_all(
        self, project: Project, images: Sequence[Image], kept: Mapping[int, tuple[int, str]]
    ) -> Iterator[PhotoLabels]:
        """What was kept of each image, else what it had before."""
        before = Before(self._store.home, project.id)
        for image in images:
            if image.id in kept:
                shown = labels_of_kept(self._store, image, project, kept[image.id][1])
                yield before.joined(shown, alone=False)
            elif (old := before.of(image.name)) is not None:
                yield old

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process reads and writes the labels of all photos meanwhile."""
        with (self._store.home / "labels.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write_shared(self, project_id: int, heads: Mapping[int, int]) -> None:
        """Write the one file of all photos anew."""
        project = self._store.projects.get(project_id)
        assert project.out is not None
        with self._alone():
            images = self._store.images.listed(project_id, Query(limit=ALL))[1]
            kept = self._store.sessions.kept(project_id, kind=KEPT)
            labels = self._labels_of_all(project, images, kept)
            format_of(project.task, project.format).write(Path(project.out), labels)
        for image_id, head in heads.items():
            self._store.images.note(image_id, written=head)
