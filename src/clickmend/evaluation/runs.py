"""The runs of a bench, images × settings, and their records.

Their order is fixed: image by image, and for each image setting by setting. They are executed by
:mod:`clickmend.evaluation.scheduling`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import DataError, OptionError
from clickmend.data import LabelDataset, PhotoDataset
from clickmend.evaluation import protocol
from clickmend.evaluation.baselines import BASELINES
from clickmend.evaluation.datasets import choose_images, dataset_name
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.protocol import UNREFINED, ClickSession, Facts, SessionFactory, Setting
from clickmend.evaluation.subjects import TASKS, LabelSubject, Subject
from clickmend.feedback.marks import Click
from clickmend.jobs import Record

if TYPE_CHECKING:
    from clickmend.networks import Model

DatasetOpener: TypeAlias = Callable[[str], PhotoDataset[Any]]

Finder: TypeAlias = Callable[[PhotoDataset[Any], str, str], Sequence[int | None]]
"""Returns the objects to run in an image (dataset, its spec, image); None is the whole image."""


def run_key(setting: type[Any] = Setting) -> tuple[str, ...]:
    """The fields of a record that identify its run; missing ones are left out."""
    return ("dataset", "image", "object", "trial", *(field.name for field in fields(setting)))


@dataclass(frozen=True, slots=True)
class Run:
    """One image or object in one setting, and one trial of it if there are several."""

    dataset: str
    image: str
    object_id: int | None
    setting: Any
    trial: int | None = None

    def facts(self) -> dict[str, Any]:
        """The fields of a record that identify the run."""
        place = {"image": self.image, "object": self.object_id, "trial": self.trial}
        known = {name: value for name, value in place.items() if value is not None}
        return {"dataset": dataset_name(self.dataset), **known, **self.setting.facts()}

    @property
    def name(self) -> tuple[Hashable, ...]:
        """Its key in a log, see :func:`run_key`."""
        return tuple(map(self.facts().get, run_key(type(self.setting))))


def plan_runs(
    datasets: Sequence[str],
    settings: Sequence[Facts],
    *,
    ids: Finder,
    open_dataset: DatasetOpener,
    limit: int | None = None,
    seed: int = 0,
    trials: int | None = None,
) -> list[Run]:
    """All objects of the chosen images in all settings, in the order of execution.

    The images of a dataset are ``limit`` ones drawn by the seed, or all. Each is run once, or
    ``trials`` times if runs are random.

    Raises:
        DataError: A dataset has no object.
        OptionError: A list is empty or has duplicates.
    """
    for kind, wanted in (
        ("dataset", [dataset_name(spec) for spec in datasets]),
        ("setting", [str(setting) for setting in settings]),
    ):
        if not wanted or len(set(wanted)) < len(wanted):
            raise OptionError(
                f"The bench has the {kind}s {', '.join(wanted) or '(none)'}. Allowed is one "
                f"or more, each once; name every {kind} once."
            )
    runs: list[Run] = []
    for spec in datasets:
        dataset = open_dataset(spec)
        subjects = [
            (image, object_id)
            for image in choose_images(dataset.names, limit=limit, seed=seed)
            for object_id in ids(dataset, spec, image)
        ]
        if not subjects:
            raise DataError(
                f"No object is marked in the images of {dataset_name(spec)}. At least one is "
                "needed to click on; check the folder or raise the limit."
            )
        runs += [
            Run(spec, *which, setting, trial)
            for which in subjects
            for trial in ([None] if trials is None else range(trials))
            for setting in settings
        ]
    return runs


def subjects_in(task: str, *, largest_only: bool = False) -> Finder:
    """The ids of the objects in an image: all, or the largest one."""

    def find(dataset: PhotoDataset[Any], _spec: str, image: str) -> list[int | None]:
        if task != "interactive":  # One subject per image, so nothing has to be read for it.
            return [None]
        subjects = TASKS[task].subjects(dataset.read(image))
        ids = sorted(subjects, key=lambda name: -np.count_nonzero(subjects[name].truth))
        return ids[:1] if largest_only else list(subjects)

    return find


def stream_of(image: str, object_id: int | None) -> int:
    """The random stream of an object, combined with the seed; independent of other draws."""
    return zlib.crc32(f"{image}/{object_id}".encode())


@dataclass(frozen=True, slots=True)
class ClickRuns:
    """Executes runs: a number of clicks on an image in a new session."""

    task: str
    open_dataset: DatasetOpener
    make_session: SessionFactory
    clicks: int

    def __call__(self, run: Run) -> Record:
        """The record of the run, see :func:`record_of`."""
        subject = self.subject(run)
        return record_of(run, self.trace(run, subject), subject.measure)

    def trace(self, run: Run, subject: Subject[Any], prior: Any = None) -> protocol.Trace:
        """The clicks of a run."""
        setting: Setting = run.setting
        return protocol.simulate(
            self.begin(subject, setting, prior),
            subject,
            clicks=self.clicks,
            radius=setting.radius,
            similar=bool(setting.similar),
        )

    def begin(self, subject: Subject[Any], setting: Setting, prior: Any = None) -> ClickSession:
        """A new session, or the baseline of the setting."""
        start = subject.start(prior)
        if setting.refine not in BASELINES:
            return self.make_session(start, setting)

        def network() -> NDArray[Any]:
            plain = Setting(UNREFINED, setting.radius)
            shown: NDArray[Any] = subject.pixels(
                self.make_session(subject.start(), plain).prediction
            )
            return shown

        return BASELINES[setting.refine](subject, start, network)

    def subject(self, run: Run) -> Subject[Any]:
        """The subject of a run."""
        dataset = self.open_dataset(run.dataset)
        subject = TASKS[self.task].subjects(dataset.read(run.image))[run.object_id]
        if isinstance(subject, LabelSubject) and isinstance(dataset, LabelDataset):
            return replace(subject, classes=dataset.classes)
        return subject


def record_of(run: Run, trace: protocol.Trace, measure: Measure) -> Record:
    """The record of a run.

    Returns:
        The run's facts, the measure from its first click on, seconds per click, the clicks as ``[x,
        y, label or value, r]`` with the annotator's radius r, and the task's further measures, if
        any, at the start and the end.
    """
    others = {"start": trace.start, "end": trace.end} if trace.start else {}
    return {
        **run.facts(),
        measure.name: list(trace.scores[measure.first_click :]),
        "seconds": list(trace.seconds),
        "clicks": [_written(click) for click in trace.clicks],
        **others,
    }


def _written(click: Click) -> list[float | str | None]:
    said = click.label if click.value is None else click.value
    return [click.x, click.y, said, click.radius_px]


class Runner(Protocol):
    """The interface of a runner for benches that need further runs."""

    @property
    def models(self) -> Sequence[Model]:
        """The weights of the bench."""

    @property
    def clicks(self) -> ClickRuns:
        """Executes runs, with their datasets and sessions."""

    @property
    def open_dataset(self) -> DatasetOpener:
        """Opens datasets by spec."""

    def plan(self, settings: Sequence[Any], **options: Any) -> list[Run]:
        """See :func:`plan_runs`; by default on all datasets of the bench."""

    def make(self, runs: Sequence[Run]) -> list[Record]:
        """The records of runs; those in the log are not executed again."""
