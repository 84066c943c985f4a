"""The bench of interactive segmentation as it is shipped: a few layers, IoU, clicks to reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clickmend.evaluation.bench import BenchOptions, ClickBench
from clickmend.evaluation.datasets import open_bench_dataset
from clickmend.evaluation.protocol import SessionFactory
from clickmend.evaluation.report import Result, to_result, write_report
from clickmend.evaluation.runs import DatasetOpener, Progress
from clickmend.evaluation.summary import summarise

if TYPE_CHECKING:
    from clickmend.networks import Card


def run_interactive(
    options: BenchOptions,
    card: Card,
    *,
    make_session: SessionFactory | None = None,
    open_dataset: DatasetOpener = open_bench_dataset,
    progress: Progress | None = None,
) -> Result:
    """Make the runs that are missing and write the report.

    Args:
        options: What is asked for.
        card: Of the weights that ``options.model`` names.
        make_session: Begins sessions; by default those of this package.
        open_dataset: Opens datasets by spec.
        progress: Called at the start and after each run.

    Returns:
        What ``out.json`` holds.

    Raises:
        ModelError: The weights were trained on the photos of a dataset.
        ClickmendError: Whatever the options, a dataset, a session or the folder refuses.
    """
    bench = ClickBench(
        options, card, make_session=make_session, open_dataset=open_dataset, progress=progress
    )
    runs = bench.plan(options.settings, limit=options.limit)
    rows = summarise(bench.clicked(runs))
    protocol = {
        "annotator": "deepest error pixel, border counts; radius = farthest boundary pixel",
        "clicks": options.clicks,
        "curve_starts_at_click": 1,
        "noc_of_a_failure": options.clicks,
        "worst": "ceil(10 %) of objects by the unrefined IoU at click 1, same for all rows",
    }
    result = to_result(rows, bench="interactive", **bench.facts_of(runs), protocol=protocol)
    write_report(options.out, result)
    return result
