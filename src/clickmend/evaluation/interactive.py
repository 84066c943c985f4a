"""The bench of interactive segmentation: objects × settings, made once each and resumable.

The runs are made in one fixed order, object by object and for each object setting by setting, and
written in that order also when processes share them. So an interrupted bench, started again, ends
with the file of an uninterrupted one, but for the seconds.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TypeAlias

from clickmend.core.errors import DataError, OptionError
from clickmend.data import ObjectDataset
from clickmend.evaluation.datasets import choose_images, dataset_name
from clickmend.evaluation.protocol import SessionFactory, Setting, simulate_clicks
from clickmend.evaluation.runlog import Record, RunLog

RUN_KEY = ("dataset", "image", "object", "refine", "radius")
"""The fields of a record that name its run."""

DatasetOpener: TypeAlias = Callable[[str], ObjectDataset]

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many runs are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Run:
    """One object clicked in one setting."""

    dataset: str
    image: str
    object_id: int
    setting: Setting

    @property
    def name(self) -> tuple[str, str, int, str, str]:
        """Its key in a log, see ``RUN_KEY``."""
        refine, radius = self.setting.refine, self.setting.radius
        return dataset_name(self.dataset), self.image, self.object_id, refine, radius


def plan_runs(
    datasets: Sequence[str],
    settings: Sequence[Setting],
    *,
    open_dataset: DatasetOpener,
    limit: int | None = None,
    seed: int = 0,
) -> list[Run]:
    """Every object of the chosen images in every setting, in the order in which they are run.

    Args:
        datasets: What ``open_dataset`` opens.
        settings: The rows of the table.
        open_dataset: Opens a dataset.
        limit: Images of each dataset; None takes all. All objects of a chosen image are run.
        seed: Of the choice.

    Raises:
        DataError: A dataset has no object.
        OptionError: Nothing is asked for, or something is asked for twice.
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
        objects = [
            (image, object_id)
            for image in choose_images(dataset.names, limit=limit, seed=seed)
            for object_id, _ in dataset.read(image).masks()
        ]
        if not objects:
            raise DataError(
                f"No object is marked in the images of {dataset_name(spec)}. At least one is "
                "needed to click on; check the folder or raise the limit."
            )
        runs += [Run(spec, *which, setting) for which in objects for setting in settings]
    return runs


def make_runs(
    runs: Sequence[Run],
    log: RunLog,
    *,
    open_dataset: DatasetOpener,
    make_session: SessionFactory,
    clicks: int = 20,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Record]:
    """Make the runs that the log does not have yet.

    Args:
        runs: All runs of the bench.
        log: Where they are kept.
        open_dataset: Opens a dataset; picklable when ``jobs`` is more than 1.
        make_session: Starts a session; picklable when ``jobs`` is more than 1.
        clicks: Clicks per object.
        jobs: Processes; above 1 each has one thread.
        progress: Called at the start and after each run.

    Returns:
        The records of all runs, in their order.

    Raises:
        ClickmendError: Whatever a dataset or a session refuses.
    """
    missing = [run for run in runs if run.name not in log]
    kept = len(runs) - len(missing)
    if progress:
        progress(kept, len(runs))
    make = partial(make_run, open_dataset=open_dataset, make_session=make_session, clicks=clicks)
    with closing(_in_order(make, missing, jobs)) as records:
        for done, record in enumerate(records, start=kept + 1):
            log.append(record)
            if progress:
                progress(done, len(runs))
    return [log[run.name] for run in runs]


def make_run(
    run: Run, *, open_dataset: DatasetOpener, make_session: SessionFactory, clicks: int
) -> Record:
    """Click on one object in a fresh session.

    Returns:
        The run's key, IoU after each click, seconds of each click made, and the clicks made as
        ``[x, y, label, r]`` with the annotator's radius r.
    """
    sample = open_dataset(run.dataset).read(run.image)
    truth = dict(sample.masks())[run.object_id]
    trace = simulate_clicks(
        make_session(sample.image, run.setting),
        truth,
        ignore=sample.ignore,
        clicks=clicks,
        radius=run.setting.radius,
    )
    return {
        **dict(zip(RUN_KEY, run.name, strict=True)),
        "iou": list(trace.iou),
        "seconds": list(trace.seconds),
        "clicks": [[click.x, click.y, click.label, click.radius_px] for click in trace.clicks],
    }


def _in_order(
    make: Callable[[Run], Record], runs: Sequence[Run], jobs: int
) -> Generator[Record, None, None]:
    if jobs == 1 or len(runs) < 2:
        yield from map(make, runs)
        return
    # Spawned, for torch's threads do not survive a fork.
    with ProcessPoolExecutor(
        min(jobs, len(runs)), mp_context=get_context("spawn"), initializer=_start_worker
    ) as pool:
        try:
            yield from pool.map(make, runs)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _start_worker() -> None:
    import torch

    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which then stops us
