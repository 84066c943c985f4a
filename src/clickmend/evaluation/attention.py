"""The bench of probabilistic attention: what key adaptation and value propagation are good for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from clickmend.data import sequence_of
from clickmend.evaluation.bench import (
    BenchOptions,
    ClickBench,
    at_least_one,
    named_once,
    repeated,
    without_folder,
)
from clickmend.evaluation.boxes import BoxRuns, OnlineSessions, View
from clickmend.evaluation.datasets import open_bench_dataset, open_training_dataset
from clickmend.evaluation.inferences import Priors, inferences, read_priors, swept, write_priors
from clickmend.evaluation.measures import Measure, of_box
from clickmend.evaluation.protocol import SessionFactory, Setting
from clickmend.evaluation.report import Result, to_result, write_report
from clickmend.evaluation.runs import DatasetOpener, Progress
from clickmend.evaluation.spread import spread_of
from clickmend.evaluation.summary import Row, setting_of, summarise
from clickmend.evaluation.tasks import TASKS
from clickmend.jobs import Record

if TYPE_CHECKING:
    from clickmend.networks import Model

SEQUENCES = frozenset({"davis10"})
"""Datasets of video frames, NAME_NUMBER."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionOptions(BenchOptions):
    """What the bench of probabilistic attention is asked for, besides what every bench is.

    Args:
        further: Weights that are measured beside those of ``model``.
        trials: Boxes drawn for each object.
        view: What the networks see.
        priors: A file of θ_ξ and θ_μ that a sweep wrote; None takes the cards'.
        sweep: Choose these on training photos, and do nothing else.

    Raises:
        OptionError: There is no click, trial or process to run.
    """

    bench: ClassVar[str] = "attention"

    further: tuple[str, ...] = ()
    trials: int = 5
    view: View = "crop"
    priors: Path | None = None
    sweep: bool = False

    def __post_init__(self) -> None:
        at_least_one("trials", self.trials)
        BenchOptions.__post_init__(self)

    def words(self) -> list[str]:
        """What only this bench has on its command line."""
        words = [*repeated("refine", self.refine), "--view", self.view]
        if self.priors is not None:
            words += ["--priors", without_folder(self.priors)]
        words += ["--sweep"] if self.sweep else []
        return [*words, "--trials", str(self.trials), "--clicks", str(self.clicks)]


def run_attention(
    options: AttentionOptions,
    models: Sequence[Model],
    *,
    make_session: SessionFactory | None = None,
    open_dataset: DatasetOpener | None = None,
    progress: Progress | None = None,
) -> Result:
    """Make the runs that are missing and write the report; a sweep writes its priors too.

    Args:
        options: What is asked for.
        models: The weights that ``options.model`` and ``options.further`` name, in this order.
        make_session: Begins sessions; by default those of this package.
        open_dataset: Opens datasets by spec; by default those of the task, in a sweep without
            what is held out from training.
        progress: Called at the start and after each run.

    Returns:
        What ``out.json`` holds.

    Raises:
        ModelError: Weights are of another task or were trained on the photos of a dataset.
        OptionError: Two of the weights have the same name, or none has a prior to choose.
        ClickmendError: Whatever the options, a dataset, a session or the folder refuses.
    """
    if open_dataset is None:
        opener = open_training_dataset if options.sweep else open_bench_dataset
        open_dataset = partial(opener, task=options.task)
    cards = [model.card for model in models]
    names = dict(zip(named_once(cards), (options.model, *options.further), strict=True))
    bench = ClickBench(
        options,
        *cards,
        make_session=make_session or OnlineSessions(names, options.device, options.view),
        open_dataset=open_dataset,
        progress=progress,
        view=options.view,
        seed=options.seed,
    )
    chosen = read_priors(options.priors) if options.priors else Priors()
    runs = bench.plan(
        settings_of(options, models, chosen),
        limit=options.limit,
        largest_only=options.sweep,
        trials=options.trials,
    )
    records = bench.clicked(runs, BoxRuns(bench.click_runs, options.seed, options.view))
    measure = of_box(TASKS[options.task].measure)
    rows = with_spread(summarise(records, measure), records, measure)
    result = to_result(
        rows,
        measure=measure,
        bench="attention",
        **bench.facts_of(runs),
        protocol=_protocol(options),
    )
    write_report(options.out, result)
    if options.sweep:
        write_priors(priors_file(options.out), rows)
    return result


def priors_file(out: Path) -> Path:
    """Where a sweep writes what it chose."""
    return out.with_name(f"{out.name}.priors.json")


def settings_of(
    options: AttentionOptions, models: Sequence[Model], priors: Priors
) -> list[Setting]:
    """The rows of the table for each dataset.

    Raises:
        OptionError: A sweep has nothing to choose.
    """
    settings = [
        setting
        for model in models
        for refine in options.refine
        for setting in inferences(model, refine=refine, priors=priors)
    ]
    return swept(settings) if options.sweep else settings


def with_spread(rows: Sequence[Row], records: Sequence[Record], measure: Measure) -> list[Row]:
    """The rows with what lies between trials, or between sequences."""
    curves: dict[tuple[str, Setting], dict[Hashable, list[list[float]]]] = {}
    for record in records:
        of_row = curves.setdefault((record["dataset"], setting_of(record)), {})
        of_row.setdefault(_unit(record), []).append(record[measure.name])
    means = {
        row: {unit: np.mean(heights, axis=0).tolist() for unit, heights in of_row.items()}
        for row, of_row in curves.items()
    }

    def plain(row: Row) -> Setting:
        return Setting(
            row.setting.refine,
            row.setting.radius,
            weights=row.setting.weights,
            adapt_keys=0,
            propagate=0,
        )

    return [
        replace(
            row,
            spread=spread_of(
                means[row.dataset, row.setting],
                None if row.setting == plain(row) else means.get((row.dataset, plain(row))),
            ),
        )
        for row in rows
    ]


def _unit(record: Record) -> Hashable:
    """What stands for itself: the sequence of a frame, else the trial."""
    if record["dataset"] in SEQUENCES:
        return sequence_of(str(record["image"]))
    trial: int = record["trial"]
    return trial


def _protocol(options: AttentionOptions) -> dict[str, Any]:
    return {
        "clicks": options.clicks,
        "trials": options.trials,
        "curve_starts_at_click": 0,
        "box": "the object's, every side moved by up to 15 % of its size; before the first click",
        "view": "the box padded by a quarter of its size, at its own size"
        if options.view == "crop"
        else "what a session shows the network",
        "annotator": "deepest error pixel, border counts",
        "standard_error": "over trials; where images are frames, over sequences",
        "over_none": "difference to the same weights without online inference, unit by unit",
        "noc_of_a_failure": options.clicks,
    }
