"""From runs to the rows of a table.

Readings that are fixed here:
 * A curve starts at click 1 and a row's curve is the mean over objects. AUC and NoC are means of
   the objects' own values (for AUC this is the same as that of the mean curve); ``best`` is the
   highest point of the mean curve.
 * NoC counts a failure as the number of clicks simulated.
 * The worst tenth of a dataset is chosen once, by the score of the row without refinement at
   click 1, and is the same for all its rows. A dataset without such a row has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.evaluation.protocol import RADII, Radius, Setting
from clickmend.evaluation.runlog import Record
from clickmend.metrics import area_under_curve, clicks_to_reach, worst_tenth

UNREFINED = "none"


@dataclass(frozen=True, slots=True)
class Scores:
    """What a set of objects scores.

    Args:
        objects: How many.
        iou: Mean IoU after click 1 … n.
        auc: Area under that curve.
        best: Its highest point.
        noc85: Mean clicks to IoU 0.85.
        noc90: Mean clicks to IoU 0.90.
    """

    objects: int
    iou: tuple[float, ...]
    auc: float
    best: float
    noc85: float
    noc90: float


@dataclass(frozen=True, slots=True)
class Row:
    """One dataset in one setting.

    Args:
        dataset: Its name.
        setting: How the session refined and whose radius the clicks carried.
        scores: Over all objects.
        worst: Over the worst tenth; None without an unrefined row.
        seconds_p50: Median time of a click; None when no click was needed.
        seconds_p95: 95th percentile of it.
    """

    dataset: str
    setting: Setting
    scores: Scores
    worst: Scores | None
    seconds_p50: float | None
    seconds_p95: float | None


def score(curves: Sequence[Sequence[float]]) -> Scores:
    """Summarise the IoU curves of some objects, ``(objects, n)``.

    Raises:
        OptionError: There is no object.
    """
    if not curves:
        raise OptionError(
            "There is no object to score. At least one is needed; check the dataset and the limit."
        )
    clicks = len(curves[0])
    mean = np.mean(curves, axis=0)
    return Scores(
        objects=len(curves),
        iou=tuple(float(height) for height in mean),
        auc=area_under_curve(mean),
        best=float(mean.max()),
        noc85=float(np.mean([clicks_to_reach(curve, 0.85, clicks) for curve in curves])),
        noc90=float(np.mean([clicks_to_reach(curve, 0.90, clicks) for curve in curves])),
    )


def summarise(records: Iterable[Record]) -> list[Row]:
    """The rows of a table, in the order in which datasets and settings first appear.

    Args:
        records: Runs with the fields dataset, image, object, refine, radius, iou, seconds. Every
            setting of a dataset has the same objects in the same order.
    """
    groups: dict[tuple[str, Setting], list[Record]] = {}
    for record in records:
        setting = Setting(record["refine"], record["radius"])
        groups.setdefault((record["dataset"], setting), []).append(record)
    worst = {dataset: _worst_objects(groups, dataset) for dataset, _ in groups}
    return [
        _row(dataset, setting, runs, worst[dataset]) for (dataset, setting), runs in groups.items()
    ]


def _row(
    dataset: str, setting: Setting, runs: Sequence[Record], worst: Sequence[int] | None
) -> Row:
    seconds = [second for run in runs for second in run["seconds"]]
    return Row(
        dataset=dataset,
        setting=setting,
        scores=score([run["iou"] for run in runs]),
        worst=None if worst is None else score([runs[index]["iou"] for index in worst]),
        seconds_p50=float(np.percentile(seconds, 50)) if seconds else None,
        seconds_p95=float(np.percentile(seconds, 95)) if seconds else None,
    )


def _worst_objects(
    groups: dict[tuple[str, Setting], list[Record]], dataset: str
) -> list[int] | None:
    preferred: tuple[Radius, ...] = ("default", *RADII)
    for radius in preferred:
        runs = groups.get((dataset, Setting(UNREFINED, radius)))
        if runs is not None:
            return [int(index) for index in worst_tenth([run["iou"][0] for run in runs])]
    return None
