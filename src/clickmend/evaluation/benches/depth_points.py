"""The bench of a few true distances: random points of a depth map are given, none is aimed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clickmend.evaluation.benches.base import BENCHES, ClickBench, option
from clickmend.evaluation.measures import DELTA1
from clickmend.evaluation.plots import COLOURS, label_axis, panels_of
from clickmend.evaluation.protocol import Radius
from clickmend.evaluation.runs import ClickRuns, Run, stream_of
from clickmend.evaluation.subjects import Subject
from clickmend.evaluation.summary import Row
from clickmend.evaluation.tables import Column, Result, Shown, Table, lines_of
from clickmend.feedback.marks import Click
from clickmend.jobs import Record
from clickmend.metrics import depth_scores

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = (("rmse_m", "RMSE m"), ("abs_rel", "AbsRel"), (DELTA1.name, DELTA1.label))
"""What is measured, and what it is called."""

WRONG_FACTOR = 2.0
"""A wrong point has this times the true distance, or the true one over it."""


@BENCHES.register("depth-points")
@dataclass(frozen=True, kw_only=True)
class DepthPoints(ClickBench):
    """Give true distances at random points: what they make of a room, beside interpolations."""

    name = "depth-points"
    doing = "Measuring"
    named = ("refine", "points", "wrong")
    logged = ("clicks", "points", "wrong", "seed")
    needs = ("dataset", "setting.refine", "points", *(name for name, _ in SHOWN))

    task: str = "depth"
    refine: tuple[str, ...] = option(
        "none, region, sb, bmsb, bmsb-m or bmconv, or a baseline: nearest (point, no network), "
        "smooth-field (network × a smooth field of ratios) or scaled (network at the true median). "
        "May be repeated; by default region and all baselines.",
        ("region", "nearest", "smooth-field", "scaled"),
        metavar="LAYER",
    )
    points: tuple[int, ...] = option(
        "How many points; each number also has the points of the smaller ones. May be repeated.",
        (1, 5, 20, 50),
        least=1,
    )
    wrong: int = option("How many of the first points are wrong, by a factor of 2.", 0, least=0)
    radii: tuple[Radius, ...] = ("default",)
    clicks: int = 0

    @classmethod
    def tables(cls, result: Result) -> list[Shown]:
        """One table."""
        columns = [
            Column("dataset", "dataset"),
            Column("points", "points", "{:d}"),
            Column("refine", "setting.refine"),
            Column("wrong", "wrong", "{:d}"),
            Column("images", "images", "{:d}"),
            *(Column(title, name, "{:.3f}") for name, title in SHOWN),
            Column("s/point", "seconds_mean", "{:.3f}"),
        ]
        return [Table(lines_of(cls.frame(result)), columns)]

    @classmethod
    def figure(cls, result: Result) -> Figure:
        """AbsRel over the number of points, a panel for each dataset."""
        frame = cls.frame(result)
        datasets = list(frame["dataset"].unique())
        figure, panels = panels_of(1, len(datasets), size=(4.6, 3.4), sharey=True)
        for dataset, panel in zip(datasets, panels[0], strict=True):
            here = frame[frame["dataset"] == dataset]
            for number, (refine, rows) in enumerate(here.groupby("setting.refine", sort=False)):
                colour = COLOURS[number % len(COLOURS)]
                panel.plot(rows["points"], rows["abs_rel"], "o-", color=colour, label=refine)
            panel.set_title(dataset, fontsize=10)
            panel.set_xlabel("points")
            label_axis(panel, "mean AbsRel")
            panel.legend(fontsize=8)
        return figure

    def record(self, clicks: ClickRuns, run: Run) -> Record:
        """Gives points one by one; ``scores`` are the measures after 0 and each number of them."""
        subject = clicks.subject(run)
        rng = np.random.default_rng([self.seed, stream_of(run.image, run.object_id)])
        marks = random_points(subject, self.points, rng, wrong=self.wrong)
        session = clicks.begin(subject, run.setting)
        scores, seconds = [_scores(subject, session.prediction, 0)], 0.0
        for number, mark in enumerate(marks, start=1):
            begun = time.perf_counter()
            shown = session.add(mark)
            seconds += time.perf_counter() - begun
            if number in self.points:
                scores.append(_scores(subject, shown, number))
        given = [[mark.x, mark.y, mark.value] for mark in marks]
        return {**run.facts(), "scores": scores, "seconds": seconds, "given": given}

    def rows(self, records: Sequence[Record]) -> list[Row]:
        """The means over the images, from no point on."""
        frame = pd.DataFrame(
            {
                "dataset": record["dataset"],
                "refine": record["refine"],
                "seconds": record["seconds"] / max(self.points),
                **at,
            }
            for record in records
            for at in record["scores"]
        )
        groups: Any = frame.groupby(["dataset", "refine", "points"], sort=False)
        return [
            {
                "dataset": dataset,
                "setting": {"refine": refine, "radius": "default"},
                "points": int(points),
                "wrong": self.wrong if points else 0,
                "images": len(group),
                **{name: float(group[name].mean()) for name, _ in SHOWN},
                "seconds_mean": float(group["seconds"].mean()),
            }
            for (dataset, refine, points), group in groups
        ]

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        return {
            "points": "pixels of known depth, each as likely, given one after the other without a "
            "radius; all rows have the same",
            "wrong": f"by a factor of {WRONG_FACTOR:g} up or down, among the fewest points",
            "means": "over images",
        }


def _scores(subject: Subject[Any], shown: Any, points: int) -> Row:
    scores = asdict(depth_scores(subject.pixels(shown), subject.truth, subject.ignore))
    return {"points": points, **{name: scores[name] for name, _ in SHOWN}}


def random_points(
    subject: Subject[Any], points: Sequence[int], rng: np.random.Generator, *, wrong: int = 0
) -> list[Click]:
    """As many true values as the largest of ``points``.

    ``wrong`` of them, among the smallest number, are off by ``WRONG_FACTOR``, up or down.
    """
    known = np.isfinite(subject.truth)
    if subject.ignore is not None:
        known &= ~subject.ignore
    places = np.argwhere(known)
    chosen = places[rng.choice(len(places), size=min(max(points), len(places)), replace=False)]
    values = [float(subject.truth[row, column]) for row, column in chosen]
    for at in rng.permutation(min(*points, len(chosen)))[:wrong]:
        values[at] *= WRONG_FACTOR if rng.integers(2) else 1 / WRONG_FACTOR
    return [
        Click(float(column) + 0.5, float(row) + 0.5, value=value)
        for (row, column), value in zip(chosen, values, strict=True)
    ]
