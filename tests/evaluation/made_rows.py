"""Rows and frames whose figures are known."""

from __future__ import annotations

from clickmend.evaluation.measures import IOU
from clickmend.evaluation.summary import frame_of, score

SECONDS = ("seconds_p50", "seconds_p95", "seconds_mean")


def row(dataset, setting, curves, worst=None, *, measure=IOU, seconds=(None, None, None), **more):
    """A row of some curves, and of those of the worst tenth."""
    return {
        "dataset": dataset,
        "setting": setting.facts(),
        "scores": score(curves, measure),
        "worst": worst and score(worst, measure),
        **dict(zip(SECONDS, seconds, strict=True)),
        **more,
    }


def frame(*rows, measure=IOU):
    """The frame of some rows."""
    return frame_of(rows, measure)


def line(made, measure=IOU):
    """One row as a line of a frame."""
    return frame(made, measure=measure).to_dict("records")[0]
