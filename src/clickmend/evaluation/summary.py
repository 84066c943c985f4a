"""From runs to the rows of a table.

Readings that are fixed here:
 * A curve starts at the measure's first click and a row's curve is the mean over what was clicked
   on. AUC and NoC are means of the subjects' own values (for AUC this is the same as that of the
   mean curve); ``best`` is the best point of the mean curve.
 * NoC counts a failure as the number of clicks simulated, and a start that is good enough as 0.
 * The worst tenth of a dataset is chosen once, by the score of the row without refinement at the
   first point, and is the same for all its rows. A dataset without such a row has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.evaluation.measures import IOU, Measure
from clickmend.evaluation.protocol import RADII, Radius, Setting
from clickmend.evaluation.spread import Spread
from clickmend.jobs import Record
from clickmend.metrics import area_under_curve, clicks_to_reach, worst_tenth

UNREFINED = "none"


@dataclass(frozen=True, slots=True)
class Scores:
    """What a set of subjects scores.

    Args:
        objects: How many.
        curve: The mean measure from its first click to click n.
        auc: Area under that curve.
        best: Its best point.
        noc85: Mean clicks to 0.85, where the measure counts clicks.
        noc90: Mean clicks to 0.90.
    """

    objects: int
    curve: tuple[float, ...]
    auc: float
    best: float
    noc85: float | None = None
    noc90: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One dataset in one setting.

    Args:
        dataset: Its name.
        setting: How the session refined and whose radius the clicks carried.
        scores: Over all subjects.
        worst: Over the worst tenth; None without an unrefined row.
        seconds_p50: Median time of a click; None when no click was needed.
        seconds_p95: 95th percentile of it.
        seconds_mean: Its mean, the papers' SPC.
        start: Means of the further measures before the first click, where the task has some.
        end: The same after the last click.
        prior: Where sessions began with one, the share that was ``kept`` bit for bit before any
            click, the share of the pixels ``outside`` all radii after the last one, and of these
            the share that ``changed``, as the mean and as the ``most`` of all subjects.
        spread: Where trials were repeated, how far they lie apart.
    """

    dataset: str
    setting: Setting
    scores: Scores
    worst: Scores | None
    seconds_p50: float | None
    seconds_p95: float | None
    seconds_mean: float | None = None
    start: dict[str, float] = field(default_factory=dict)
    end: dict[str, float] = field(default_factory=dict)
    prior: dict[str, float] = field(default_factory=dict)
    spread: Spread | None = None


def score(curves: Sequence[Sequence[float]], measure: Measure = IOU) -> Scores:
    """Summarise the curves of some subjects, ``(subjects, points)``.

    Raises:
        OptionError: There is no subject.
    """
    if not curves:
        raise OptionError(
            "There is no object to score. At least one is needed; check the dataset and the limit."
        )
    mean = np.mean(curves, axis=0)
    return Scores(
        objects=len(curves),
        curve=tuple(float(height) for height in mean),
        auc=area_under_curve(mean),
        best=float(measure.sign * np.max(measure.sign * mean)),
        noc85=_clicks(curves, 0.85, measure),
        noc90=_clicks(curves, 0.90, measure),
    )


def summarise(records: Iterable[Record], measure: Measure = IOU) -> list[Row]:
    """The rows of a table, in the order in which datasets and settings first appear.

    Args:
        records: Runs with their facts, the measure's curve and seconds. Every setting of a dataset
            has the same subjects in the same order.
        measure: What the curves are of.
    """
    groups: dict[tuple[str, Setting], list[Record]] = {}
    for record in records:
        groups.setdefault((record["dataset"], setting_of(record)), []).append(record)
    worst = {dataset: _worst_subjects(groups, dataset, measure) for dataset, _ in groups}
    return [
        _row(dataset, setting, runs, worst[dataset], measure)
        for (dataset, setting), runs in groups.items()
    ]


def setting_of(facts: Record) -> Setting:
    """The setting among the facts of a run or a row."""
    known: dict[str, Any] = {field.name: facts.get(field.name) for field in fields(Setting)}
    return Setting(**known)


def _row(
    dataset: str,
    setting: Setting,
    runs: Sequence[Record],
    worst: Sequence[int] | None,
    measure: Measure,
) -> Row:
    seconds = [second for run in runs for second in run["seconds"]]
    curves = [run[measure.name] for run in runs]
    return Row(
        dataset=dataset,
        setting=setting,
        scores=score(curves, measure),
        worst=None if worst is None else score([curves[index] for index in worst], measure),
        seconds_p50=float(np.percentile(seconds, 50)) if seconds else None,
        seconds_p95=float(np.percentile(seconds, 95)) if seconds else None,
        seconds_mean=float(np.mean(seconds)) if seconds else None,
        start=_means(runs, "start"),
        end=_means(runs, "end"),
        prior=_prior(runs),
    )


def _means(runs: Sequence[Record], when: str) -> dict[str, float]:
    names = runs[0].get(when, {})
    return {name: float(np.mean([run[when][name] for run in runs])) for name in names}


def _prior(runs: Sequence[Record]) -> dict[str, float]:
    means = _means(runs, "prior")
    return {**means, "most": max(run["prior"]["changed"] for run in runs)} if means else {}


def _clicks(curves: Sequence[Sequence[float]], threshold: float, measure: Measure) -> float | None:
    if not measure.counts_clicks:
        return None
    points = [clicks_to_reach(curve, threshold, len(curve)) for curve in curves]
    return float(np.mean(points)) + measure.first_click - 1


def _worst_subjects(
    groups: dict[tuple[str, Setting], list[Record]], dataset: str, measure: Measure
) -> list[int] | None:
    preferred: tuple[Radius, ...] = ("default", *RADII)
    for radius in preferred:
        runs = groups.get((dataset, Setting(UNREFINED, radius)))
        if runs is not None:
            first = [measure.sign * run[measure.name][0] for run in runs]
            return [int(index) for index in worst_tenth(first)]
    return None
