"""Curves of the mean measure over clicks, as PNG and SVG.

The figure is drawn without pyplot, so no backend is chosen for the process, and the same rows give
the same bytes: no date, and ids from a fixed salt.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

from clickmend.evaluation.measures import IOU, Measure
from clickmend.evaluation.order import best_row
from clickmend.evaluation.protocol import RADII
from clickmend.evaluation.summary import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#444444", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Distinguishable to colour-blind readers; the first, grey, is the row without refinement."""


def draw_curves(rows: Sequence[Row], measure: Measure = IOU) -> Figure:
    """One panel per dataset (columns) and radius (rows); worst tenth dashed.

    Of the settings of one refinement the one with the best AUC is drawn.

    Args:
        rows: The rows of a bench.
        measure: What their curves are of.
    """
    from matplotlib.figure import Figure

    datasets = list(dict.fromkeys(row.dataset for row in rows))
    radii = [radius for radius in RADII if any(row.setting.radius == radius for row in rows)]
    refines = list(dict.fromkeys(row.setting.refine for row in rows))
    figure = Figure(figsize=(4.6 * len(datasets), 3.4 * len(radii)), layout="constrained")
    panels = figure.subplots(len(radii), len(datasets), squeeze=False, sharex=True, sharey=True)
    for radius, line in zip(radii, panels, strict=True):
        for dataset, panel in zip(datasets, line, strict=True):
            there = [r for r in rows if (r.dataset, r.setting.radius) == (dataset, radius)]
            for refine, colour in zip(refines, cycle(COLOURS), strict=False):
                row = best_row([r for r in there if r.setting.refine == refine], measure)
                if row is not None:
                    _draw_row(panel, row, colour, measure)
            _label(panel, f"{dataset}, radius = {radius}", measure)
    return figure


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, 150 dots per inch."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=150, metadata={"Software": None})
    return file.getvalue()


def as_svg(figure: Figure) -> bytes:
    """The figure as SVG."""
    from matplotlib import rc_context

    file = io.BytesIO()
    with rc_context({"svg.hashsalt": "clickmend"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def _draw_row(panel: Axes, row: Row, colour: str, measure: Measure) -> None:
    clicks = [measure.first_click + point for point in range(len(row.scores.curve))]
    heights = [measure.shown_times * height for height in row.scores.curve]
    panel.plot(clicks, heights, color=colour, label=row.setting.title, linewidth=1.6)
    if row.worst is not None:
        heights = [measure.shown_times * height for height in row.worst.curve]
        panel.plot(clicks, heights, color=colour, linewidth=1.0, linestyle="--")


def _label(panel: Axes, title: str, measure: Measure) -> None:
    panel.set_title(title, fontsize=10)
    panel.set_xlabel("clicks")
    panel.set_ylabel(f"mean {measure.label} (dashed: worst 10 %)", fontsize=8)
    if measure.sign > 0:
        panel.set_ylim(top=1)
    if measure.first_click:
        panel.set_ylim(bottom=0)
    panel.locator_params(axis="x", integer=True)
    panel.grid(alpha=0.3)
    if panel.lines:
        panel.legend(fontsize=8, loc="lower right" if measure.sign > 0 else "upper right")
