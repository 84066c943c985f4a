"""Measures: the score of a task's curves."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A score of one image.

    Args:
        name: Its field in runs and results.
        label: Its name in tables and on axes.
        perfect: The best value there is: 1 where higher is better, 0 where lower is.
        first_click: Where a curve starts: 0 where there is an answer before any click, else 1.
        shown_times: The factor of tables.
        counts_clicks: Whether the clicks to 0.85 and 0.90 are counted (NoC).
    """

    name: str
    label: str
    perfect: float
    first_click: int = 0
    shown_times: float = 1.0
    counts_clicks: bool = False

    @property
    def sign(self) -> int:
        """1 where higher is better, −1 where lower is: sign · score is always better higher."""
        return 1 if self.perfect > 0 else -1

    def better(self, score: float, other: float) -> bool:
        """Whether ``score`` is strictly better."""
        return self.sign * score > self.sign * other

    def regained(self, start: float, end: float) -> float:
        """The share of what was missing at the start that is there at the end; 0 if none was."""
        missing = self.perfect - start
        return (end - start) / missing + 0.0 if missing else 0.0  # + 0.0, for −0 reads badly.


def of_prior(measure: Measure) -> Measure:
    """The same where sessions begin with a prior, so that there always is an answer to score."""
    return replace(measure, first_click=0, counts_clicks=False)


def of_box(measure: Measure) -> Measure:
    """The same where sessions begin with a box, so that there is an answer before any click."""
    return replace(measure, first_click=0)


IOU = Measure(name="iou", label="IoU", perfect=1.0, first_click=1, counts_clicks=True)
MIOU = Measure(name="miou", label="mIoU", perfect=1.0, counts_clicks=True)
MSE = Measure(name="mse", label="MSE·10³", perfect=0.0, shown_times=1000.0)
DELTA1 = Measure(name="delta_1", label="δ1", perfect=1.0)
