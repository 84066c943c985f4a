"""The curves of the attention bench: the measure over clicks, and what a click gains."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from clickmend.evaluation.curves import COLOURS
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.summary import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLES = ("-", "--", ":", "-.")
"""One for each set of weights."""


def draw_gains(rows: Sequence[Row], measure: Measure) -> Figure:
    """One column per dataset: the mean with its standard error, and the gain per click.

    Args:
        rows: The rows of the bench.
        measure: What their curves are of.
    """
    from matplotlib.figure import Figure

    datasets = list(dict.fromkeys(row.dataset for row in rows))
    weights = list(dict.fromkeys(row.setting.weights for row in rows))
    figure = Figure(figsize=(5.6 * len(datasets), 7.4), layout="constrained")
    panels = figure.subplots(2, len(datasets), squeeze=False, sharex=True)
    for dataset, (above, below) in zip(datasets, panels.T, strict=True):
        for name, style in zip(weights, cycle(STYLES), strict=False):
            there = [row for row in rows if (row.dataset, row.setting.weights) == (dataset, name)]
            for row, colour in zip(there, cycle(COLOURS), strict=False):
                _draw_row(above, below, row, colour=colour, style=style)
        above.set_title(dataset, fontsize=10)
        _label(above, f"mean {measure.label}, ± standard error")
        _label(below, f"{measure.label} gain per click so far")
        below.set_xlabel("clicks after the box")
        above.legend(fontsize=6, loc="lower right")
    return figure


def _draw_row(above: Axes, below: Axes, row: Row, *, colour: str, style: str) -> None:
    curve = np.array(row.scores.curve)
    clicks = np.arange(len(curve))
    setting = row.setting
    refine = "" if setting.refine == "none" else f", {setting.layer}"
    title = f"{setting.weights}: {setting.inference}{refine}"
    above.plot(clicks, curve, color=colour, linestyle=style, label=title, linewidth=1.4)
    if row.spread is not None:
        errors = np.array([error or 0.0 for error in row.spread.errors])
        above.fill_between(clicks, curve - errors, curve + errors, color=colour, alpha=0.12)
    gains = (curve[1:] - curve[0]) / clicks[1:]
    below.plot(clicks[1:], gains, color=colour, linestyle=style, linewidth=1.4)


def _label(panel: Axes, title: str) -> None:
    panel.set_ylabel(title, fontsize=8)
    panel.locator_params(axis="x", integer=True)
    panel.grid(alpha=0.3)
