"""The bench of priors: sessions that begin with a corrupted truth and are to mend only that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from clickmend.core.types import Mask
from clickmend.evaluation.bench import BenchOptions, ClickBench, repeated
from clickmend.evaluation.datasets import open_bench_dataset
from clickmend.evaluation.measures import of_prior
from clickmend.evaluation.protocol import Radius, SessionFactory, simulate
from clickmend.evaluation.report import Result, to_result, write_report
from clickmend.evaluation.runs import ClickRuns, DatasetOpener, Progress, Run, record_of, stream_of
from clickmend.evaluation.summary import summarise
from clickmend.evaluation.tasks import TASKS
from clickmend.feedback.marks import Click
from clickmend.jobs import Record

if TYPE_CHECKING:
    from clickmend.networks import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorOptions(BenchOptions):
    """What the bench of priors is asked for, besides what every bench is.

    Args:
        of_task: What is measured.
        radii: The annotator's, for what lies outside all radii has to be known.
    """

    bench: ClassVar[str] = "prior"

    of_task: str
    radii: tuple[Radius, ...] = ("annotator",)

    @property
    def task(self) -> str:
        """What is measured."""
        return self.of_task

    def words(self) -> list[str]:
        """What only this bench has on its command line."""
        words = ["--task", self.task, *repeated("refine", self.refine)]
        return [*words, "--clicks", str(self.clicks)]


@dataclass(frozen=True, slots=True)
class PriorRuns:
    """Makes runs: corrupts the truth, begins with it and clicks.

    Args:
        click_runs: How runs without a prior are made.
        seed: Of the corruption.
    """

    click_runs: ClickRuns
    seed: int

    def __call__(self, run: Run) -> Record:
        """A record with the further facts ``prior``: ``kept`` is 1 or 0, the others shares."""
        subject = self.click_runs.subject(run)
        rng = np.random.default_rng([self.seed, stream_of(run.image, run.object_id)])
        prior = subject.corrupted(rng)
        session = self.click_runs.make_session(subject.start(prior), run.setting)
        kept = np.array_equal(subject.pixels(session.prediction), prior, equal_nan=True)
        trace = simulate(session, subject, clicks=self.click_runs.clicks, radius=run.setting.radius)
        changed = subject.changed(prior, subject.pixels(session.prediction))
        outside = outside_radii(trace.clicks, changed.shape)
        share = float(changed[outside].mean()) if outside.any() else 0.0
        return {
            **record_of(run, trace, of_prior(subject.measure)),
            "prior": {"kept": float(kept), "changed": share, "outside": float(outside.mean())},
        }


def outside_radii(clicks: Sequence[Click], shape: tuple[int, ...]) -> Mask:
    """The pixels whose centres are farther from every click than its radius, ``(H, W)``."""
    outside = np.ones(shape, dtype=bool)
    rows, columns = np.indices(shape) + 0.5
    for click in clicks:
        assert click.radius_px is not None
        outside &= np.hypot(columns - click.x, rows - click.y) > click.radius_px
    return outside


def run_prior(
    options: PriorOptions,
    card: Card,
    *,
    make_session: SessionFactory | None = None,
    open_dataset: DatasetOpener | None = None,
    progress: Progress | None = None,
) -> Result:
    """Make the runs that are missing and write the report.

    Args:
        options: What is asked for.
        card: Of the weights that ``options.model`` names.
        make_session: Begins sessions; by default those of this package.
        open_dataset: Opens datasets by spec; by default those of the task.
        progress: Called at the start and after each run.

    Returns:
        What ``out.json`` holds.

    Raises:
        ClickmendError: Whatever the options, a dataset, a session or the folder refuses.
    """
    bench = ClickBench(
        options,
        card,
        make_session=make_session,
        open_dataset=open_dataset or partial(open_bench_dataset, task=options.task),
        progress=progress,
        task=options.task,
        seed=options.seed,
    )
    measure = of_prior(TASKS[options.task].measure)
    runs = bench.plan(options.settings, limit=options.limit)
    rows = summarise(bench.clicked(runs, PriorRuns(bench.click_runs, options.seed)), measure)
    result = to_result(
        rows,
        measure=measure,
        bench="prior",
        task=options.task,
        **bench.facts_of(runs),
        protocol=_protocol(options),
    )
    write_report(options.out, result)
    return result


def _protocol(options: PriorOptions) -> dict[str, Any]:
    return {
        "clicks": options.clicks,
        "curve_starts_at_click": 0,
        "prior": "the truth with holes, shifted boundaries and wrong classes or values",
        "kept": "bit for bit before any click",
        "changed": "share of the pixels outside all radii that a written file shows otherwise",
        "outside": "share of the pixels that are outside all radii",
    }
