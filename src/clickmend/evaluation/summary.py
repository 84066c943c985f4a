"""Summaries of runs: the rows of a table, and their frame.

A row is what the JSON file of a result holds of one dataset in one setting: ``dataset``,
``setting``, ``scores`` and ``worst`` (objects, the curve by the name of its measure, auc,
best, noc85, noc90), ``seconds_p50``, ``seconds_p95``, ``seconds_mean``, and where a bench has
them the further measures at the ``start`` and ``end``, what became of a ``prior``, and the
``spread``.

Readings that are fixed here:
 * A curve starts at the measure's first click and a row's curve is the mean over what was clicked
   on. AUC and NoC are means of the subjects' own values (for AUC this is the same as that of the
   mean curve); ``best`` is the best point of the mean curve.
 * NoC counts a failure as the number of clicks simulated, and a start that is good enough as 0.
 * The worst tenth of a dataset is chosen once, by the score of the row without refinement at the
   first point, and is the same for all its rows. A dataset without such a row has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from clickmend.core.errors import OptionError
from clickmend.evaluation.measures import IOU, Measure
from clickmend.evaluation.protocol import RADII, UNREFINED, Setting
from clickmend.jobs import Record
from clickmend.metrics import area_under_curve, clicks_to_reach, worst_tenth

Row = dict[str, Any]

FEW, MANY = (1, 3), (5, 20)
"""The first and the last of few clicks, and of many."""


def score(curves: Sequence[Sequence[float]], measure: Measure = IOU) -> Row:
    """Summarise the curves of some subjects, ``(subjects, points)``.

    Raises:
        OptionError: There is no subject.
    """
    if not curves:
        raise OptionError(
            "There is no object to score. At least one is needed; check the dataset and the limit."
        )
    mean = np.mean(curves, axis=0)
    scores: Row = {
        "objects": len(curves),
        measure.name: mean.tolist(),
        "auc": area_under_curve(mean),
        "best": float(measure.sign * np.max(measure.sign * mean)),
    }
    for percent in (85, 90) if measure.counts_clicks else ():
        points = [clicks_to_reach(curve, percent / 100, len(curve)) for curve in curves]
        scores[f"noc{percent}"] = float(np.mean(points)) + measure.first_click - 1
    return scores


def grouped(records: Iterable[Record], kind: Any = Setting) -> dict[tuple[str, Any], list[Record]]:
    """The records of each row, by dataset and setting, in order of first appearance."""
    groups: dict[tuple[str, Any], list[Record]] = {}
    for record in records:
        groups.setdefault((record["dataset"], kind.of(record)), []).append(record)
    return groups


def summarise(records: Iterable[Record], measure: Measure = IOU) -> list[Row]:
    """The rows of a table, in the order in which datasets and settings first appear.

    Args:
        records: Runs with their facts, the measure's curve and seconds. Every setting of a dataset
            has the same subjects in the same order.
        measure: What the curves are of.
    """
    groups = grouped(records)
    rows = []
    for (dataset, setting), runs in groups.items():
        curves = [run[measure.name] for run in runs]
        worst = _worst_subjects(groups, dataset, setting, measure)
        seconds = [second for run in runs for second in run["seconds"]]
        rows.append(
            {
                "dataset": dataset,
                "setting": setting.facts(),
                "scores": score(curves, measure),
                "worst": worst and score([curves[index] for index in worst], measure),
                "seconds_p50": float(np.percentile(seconds, 50)) if seconds else None,
                "seconds_p95": float(np.percentile(seconds, 95)) if seconds else None,
                "seconds_mean": float(np.mean(seconds)) if seconds else None,
                **{name: means(runs, name) for name in ("start", "end") if runs[0].get(name)},
            }
        )
    return rows


def means(records: Sequence[Record], name: str) -> dict[str, float]:
    """The mean of each number in a field of the records; missing numbers are left out."""
    frame = pd.DataFrame([record[name] for record in records], dtype=float)
    return {str(of): float(value) for of, value in frame.mean().dropna().items()}


def frame_of(rows: Sequence[Row], measure: Measure = IOU) -> pd.DataFrame:
    """A frame with one line per row and columns such as ``scores.auc``.

    A curve is ``scores.curve``; missing values are None.
    """
    lines = [pd.json_normalize([row]).to_dict("records")[0] for row in rows]
    frame = pd.DataFrame(lines, dtype=object).rename(
        columns={f"{of}.{measure.name}": f"{of}.curve" for of in ("scores", "worst")}
    )
    return frame.where(frame.notna(), None)


def best_of(frame: pd.DataFrame, measure: Measure) -> int | None:
    """The line with the best AUC, the first of equal ones; None without lines."""
    if frame.empty:
        return None
    aucs = measure.sign * frame["scores.auc"].to_numpy(float)
    best: int = frame.index.to_list()[int(aucs.argmax())]
    return best


def setting_in(line: Mapping[Any, Any], kind: Any = Setting) -> Any:
    """The setting of a line of a frame, of its kind."""
    start = "setting."
    return kind.of({name[len(start) :]: line[name] for name in line if name.startswith(start)})


def spread_of(
    curves: Mapping[Any, Sequence[float]], plain: Mapping[Any, Sequence[float]] | None = None
) -> Row:
    """The spread of the curves of independent units, and differences to another row.

    A unit is a trial: all images of a dataset with boxes of their own. Frames of one sequence
    resemble each other, so there a unit is a sequence, with all its frames and trials. Means are
    those of the units' means, with the standard error of n independent units; differences are
    those of the same unit, for both rows met the same boxes.
    """
    heights = _heights(curves)
    found: Row = {"units": len(heights), "errors": [_error(heights[at]) for at in heights]}
    for name, (first, end) in (("few", FEW), ("many", MANY)):
        last = min(end, heights.shape[1] - 1)
        if first > last:
            found |= dict.fromkeys((name, f"{name}_gain", f"{name}_over"))
            continue
        mean = heights.loc[:, first:last].mean(axis=1)
        gain = (heights[last] - heights[first - 1]) / (last - first + 1)
        found |= {name: figure_of(mean), f"{name}_gain": figure_of(gain), f"{name}_over": None}
        if plain is not None:
            other = _heights(plain)
            found[f"{name}_over"] = figure_of(mean - other.loc[:, first:last].mean(axis=1))
    return found


def over(curves: Mapping[Any, Sequence[float]], other: Mapping[Any, Sequence[float]]) -> Row:
    """The differences of curves of the same units: at each click, and over few and many.

    Returns:
        ``mean`` and ``error`` of every point of the curves, and of the ranges ``few`` and ``many``
        a mean with its error, None where the curves end before.
    """
    differences = _heights(curves) - _heights(other)
    found: Row = {
        "mean": differences.mean().tolist(),
        "error": [_error(differences[at]) for at in differences],
    }
    for name, (first, end) in (("few", FEW), ("many", MANY)):
        within = differences.loc[:, first : min(end, differences.shape[1] - 1)]
        found[name] = figure_of(within.mean(axis=1)) if within.shape[1] else None
    return found


def _heights(curves: Mapping[Any, Sequence[float]]) -> pd.DataFrame:
    return pd.DataFrame(list(curves.values()), index=list(curves), dtype=float)


def figure_of(values: Any) -> Row:
    """The mean of independent values and its standard error, None of a single one."""
    return {"mean": float(values.mean()), "error": _error(values)}


def _error(values: Any) -> float | None:
    return None if len(values) < 2 else float(values.sem())


def _worst_subjects(
    groups: Mapping[tuple[str, Setting], Sequence[Record]],
    dataset: str,
    setting: Setting,
    measure: Measure,
) -> list[int] | None:
    for radius in ("default", *RADII):
        plain = Setting(UNREFINED, radius, spoil=setting.spoil)
        runs = groups.get((dataset, plain))
        if runs is not None:
            first = [measure.sign * run[measure.name][0] for run in runs]
            return [int(index) for index in worst_tenth(first)]
    return None
