"""The points-to-masks bench as JSON, as tables and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from clickmend.core.errors import DataError
from clickmend.evaluation.curves import COLOURS, as_png, as_svg
from clickmend.evaluation.instances.settings import POINT_KINDS, PointKind
from clickmend.evaluation.instances.summary import THRESHOLDS, PointRow, row_of
from clickmend.evaluation.report import Result, as_json, write_files
from clickmend.evaluation.table import NOTHING, Column, lines_of, rich_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RIVALS = ("k-means", "k-means*")
"""What the shift is compared with (supplement, Table 1)."""

SHOWN = "all-point"
"""The way of interpolation of pictures and comparisons."""


def point_result(rows: Sequence[PointRow], **facts: Any) -> Result:
    """What the JSON file holds: the facts of the run first, then the rows."""
    return {**facts, "rows": [row.facts() for row in rows]}


def point_rows_of(result: Result) -> list[PointRow]:
    """The rows of a result.

    Raises:
        DataError: It has no rows of this kind.
    """
    try:
        return [row_of(facts) for facts in result["rows"]]
    except (KeyError, TypeError) as error:
        raise DataError(
            f"This is no result of `clickmend bench attentionshift` ({error!r}). Allowed are the "
            "JSON files that it writes; run it again."
        ) from None


def point_columns() -> list[Column[PointRow]]:
    """The columns of the table; mAP in percent, as 11-point / all-point."""
    return [
        Column("dataset", lambda row: row.dataset, number=False),
        Column("points", lambda row: row.setting.points, number=False),
        Column("method", lambda row: row.setting.method, number=False),
        Column("weights", lambda row: row.setting.weights, number=False),
        Column("box", lambda row: row.setting.box_rule or NOTHING, number=False),
        Column("finish", lambda row: row.setting.finish, number=False),
        Column("objects", lambda row: str(row.objects)),
        *(_voc_column(f"mAP{percent}") for percent in THRESHOLDS),
        *(_coco_column(name) for name in ("ap", "ap50", "ap75")),
        Column("IoU", lambda row: f"{row.mean_iou:.3f}"),
        Column("s/photo", lambda row: f"{row.seconds_per_photo:.2f}"),
        Column("s/object", lambda row: f"{row.seconds_per_object:.2f}"),
    ]


def point_markdown(result: Result) -> str:
    """The table, what the bar asks for, and the classes where a row has several."""
    rows = point_rows_of(result)
    text = [lines_of(rows, point_columns()), *comparisons(rows)]
    several = [row for row in rows if len(row.classes) > 1]
    if several:
        text.append(lines_of(several, _class_columns(several)))
    return "\n\n".join(text)


def point_screen(result: Result) -> list[Table | str]:
    """The same for a terminal, without the classes."""
    rows = point_rows_of(result)
    return [rich_table(rows, point_columns()), *comparisons(rows)]


def comparisons(rows: Sequence[PointRow]) -> list[str]:
    """For each dataset and kind of points, by how many points the shift is over K-Means."""
    told = []
    for row in rows:
        if row.setting.method != "shift" or row.setting.finish != "none":
            continue
        over = [
            f"over {other.setting.method} {_ahead(row, other, 'mAP50')} mAP50 and "
            f"{_ahead(row, other, 'mAP75')} mAP75"
            for other in rows
            if other.setting.method in RIVALS and _same_but_method(row, other)
        ]
        if over:
            where = f"{row.dataset}, {row.setting.points} points, {row.setting.weights}"
            told.append(f"{where}: shift {', '.join(over)}.")
    return told


def _ahead(row: PointRow, other: PointRow, name: str) -> str:
    return f"{100 * (row.voc[SHOWN][name] - other.voc[SHOWN][name]):+.1f}"


def write_point_report(stem: Path, result: Result) -> list[Path]:
    """Write ``stem.json``, the tables ``stem.md`` and the bars ``stem.png`` and ``stem.svg``.

    Returns:
        The files written.

    Raises:
        OutputError: The folder cannot be made or a file not be written.
    """
    figure = draw_bars(point_rows_of(result))
    return write_files(
        stem,
        {
            "json": as_json(result),
            "md": (point_markdown(result) + "\n").encode(),
            "png": as_png(figure),
            "svg": as_svg(figure),
        },
    )


def draw_bars(rows: Sequence[PointRow]) -> Figure:
    """One panel per dataset (columns) and kind of points (rows), bars for each threshold."""
    from matplotlib.figure import Figure

    datasets = list(dict.fromkeys(row.dataset for row in rows))
    kinds = [kind for kind in POINT_KINDS if any(row.setting.points == kind for row in rows)]
    figure = Figure(figsize=(4.6 * len(datasets), 3.2 * len(kinds)), layout="constrained")
    panels = figure.subplots(len(kinds), len(datasets), squeeze=False, sharey=True)
    for kind, line in zip(kinds, panels, strict=True):
        for dataset, panel in zip(datasets, line, strict=True):
            there = [r for r in rows if (r.dataset, r.setting.points) == (dataset, kind)]
            _draw_panel(panel, there, dataset, kind)
    panels[0][-1].legend(fontsize=7)
    return figure


def _draw_panel(panel: Axes, rows: Sequence[PointRow], dataset: str, kind: PointKind) -> None:
    width = 0.8 / max(len(rows), 1)
    for number, (row, colour) in enumerate(zip(rows, cycle(COLOURS), strict=False)):
        heights = [100 * row.voc[SHOWN][f"mAP{percent}"] for percent in THRESHOLDS]
        left = [place - 0.4 + (number + 0.5) * width for place in range(len(THRESHOLDS))]
        panel.bar(left, heights, width=0.9 * width, color=colour, label=row.setting.label)
    panel.set_xticks(range(len(THRESHOLDS)), [f"mAP{percent}" for percent in THRESHOLDS])
    panel.set_ylim(0, 100)
    panel.set_title(f"{dataset}, {kind} points", fontsize=9)
    panel.grid(axis="y", alpha=0.3)
    panel.tick_params(labelsize=8)


def _same_but_method(row: PointRow, other: PointRow) -> bool:
    one, two = row.setting, other.setting
    return (row.dataset, one.points, one.weights, one.box_rule, one.finish) == (
        *(other.dataset, two.points, two.weights, two.box_rule, two.finish),
    )


def _voc_column(name: str) -> Column[PointRow]:
    def cell(row: PointRow) -> str:
        return " / ".join(f"{100 * of[name]:.1f}" for of in row.voc.values())

    return Column(name, cell)


def _coco_column(name: str) -> Column[PointRow]:
    def cell(row: PointRow) -> str:
        value = row.coco[name]
        return NOTHING if value is None else f"{100 * value:.1f}"

    return Column(name.upper(), cell)


def _class_columns(rows: Sequence[PointRow]) -> list[Column[PointRow]]:
    names = sorted({name for row in rows for name in row.classes})
    return [*point_columns()[:6], *(_class_column(name) for name in names)]


def _class_column(name: str) -> Column[PointRow]:
    def cell(row: PointRow) -> str:
        if name not in row.classes:
            return NOTHING
        of = row.classes[name][SHOWN]
        return " / ".join(f"{100 * of[f'mAP{percent}']:.1f}" for percent in THRESHOLDS)

    return Column(name, cell)
