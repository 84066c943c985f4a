"""The columns of the benches, and a table of them in Markdown or on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from rich.box import SIMPLE_HEAD
from rich.table import Table

from clickmend.evaluation.grid import BASELINES
from clickmend.evaluation.measures import IOU, Measure
from clickmend.evaluation.order import best_row
from clickmend.evaluation.spread import FEW, MANY, Figure, Spread
from clickmend.evaluation.summary import Row, Scores

SHOWN_CLICKS = (0, 1, 3, 5, 10, 20)
"""The clicks whose mean score stands in a table; the JSON holds all of them."""

REFERENCE = BASELINES[0]
"""What seconds per click are compared with, with its energy "consistency"."""

NOTHING = "–"


RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column: what stands above it and in the cell of a row."""

    heading: str
    cell: Callable[[RowT], str]
    number: bool = True


def interactive_columns(rows: Sequence[Row]) -> list[Column[Row]]:
    """The columns of ``clickmend bench interactive``."""
    return [
        Column("dataset", lambda row: row.dataset, number=False),
        Column("radius", lambda row: row.setting.radius, number=False),
        Column("refine", lambda row: row.setting.layer, number=False),
        Column("objects", lambda row: str(row.scores.objects)),
        *_clicks(rows, IOU),
        *_curve(IOU),
        *_noc(),
        *_worst(IOU),
        Column("s/click p50", lambda row: _figure(row.seconds_p50)),
        Column("p95", lambda row: _figure(row.seconds_p95)),
    ]


def gbrs_columns(
    rows: Sequence[Row], measure: Measure, *, costs: Mapping[int, float] | None = None
) -> list[Column[Row]]:
    """The columns of ``clickmend bench gbrs``.

    Args:
        rows: All rows of the table.
        measure: What their curves are of.
        costs: By the number of insertions: the cost of the whole network over that of the part
            behind them.
    """
    costs = costs or {}
    return [
        *setting_columns(),
        Column("rate", lambda row: _shown(row.setting.learning_rate, "{:.2g}")),
        Column("objects", lambda row: str(row.scores.objects)),
        *_clicks(rows, measure),
        *_curve(measure),
        *(_noc() if measure.counts_clicks else []),
        Column("regained", lambda row: _regained(row.scores, measure)),
        *_worst(measure),
        Column("s/click", lambda row: _figure(row.seconds_mean)),
        Column("RGB-BRS / s", lambda row: _shown(_speed(row, rows), "{:.2f}")),
        Column("cost / behind", lambda row: _shown(_cost(row, costs), "{:.2f}")),
    ]


def prior_columns(rows: Sequence[Row], measure: Measure) -> list[Column[Row]]:
    """The columns of ``clickmend bench prior``."""
    return [
        Column("dataset", lambda row: row.dataset, number=False),
        Column("radius", lambda row: row.setting.radius, number=False),
        Column("refine", lambda row: row.setting.layer, number=False),
        Column("objects", lambda row: str(row.scores.objects)),
        *_clicks(rows, measure),
        Column("regained", lambda row: _regained(row.scores, measure)),
        Column("prior kept", lambda row: _percent(row.prior["kept"])),
        Column("outside", lambda row: _percent(row.prior["outside"])),
        Column("changed outside", lambda row: _percent(row.prior["changed"])),
        Column("at most", lambda row: _percent(row.prior["most"])),
        Column("s/click", lambda row: _figure(row.seconds_mean)),
    ]


def attention_columns(rows: Sequence[Row], measure: Measure) -> list[Column[Row]]:
    """The columns of ``clickmend bench attention``; few and many are ranges of clicks."""

    def spread(find: Callable[[Spread], Figure | None], times: float) -> Callable[[Row], str]:
        def cell(row: Row) -> str:
            figure = None if row.spread is None else find(row.spread)
            return NOTHING if figure is None else figure.told(times)

        return cell

    few, many = (f"{first}–{last}" for first, last in (FEW, MANY))
    return [
        Column("dataset", lambda row: row.dataset, number=False),
        Column("weights", lambda row: row.setting.weights or NOTHING, number=False),
        Column("refine", lambda row: row.setting.layer, number=False),
        Column("inference", lambda row: row.setting.inference, number=False),
        Column("runs", lambda row: str(row.scores.objects)),
        *_clicks(rows, measure),
        Column(f"{measure.label} {few}", spread(lambda s: s.few, 1)),
        Column(f"{measure.label} {many}", spread(lambda s: s.many, 1)),
        Column(f"over none {few}", spread(lambda s: s.few_over, 1)),
        Column(f"over none {many}", spread(lambda s: s.many_over, 1)),
        Column(f"gain/click·10³ {few}", spread(lambda s: s.few_gain, 1000)),
        Column(f"gain/click·10³ {many}", spread(lambda s: s.many_gain, 1000)),
        Column("NoC@90", lambda row: _shown(row.scores.noc90, "{:.2f}")),
        Column("s/click", lambda row: _figure(row.seconds_mean)),
    ]


def setting_columns() -> list[Column[Row]]:
    """Dataset and setting."""
    return [
        Column("dataset", lambda row: row.dataset, number=False),
        Column("radius", lambda row: row.setting.radius, number=False),
        Column("refine", lambda row: row.setting.layer, number=False),
        Column("energy", lambda row: row.setting.energy or NOTHING, number=False),
        Column("L", lambda row: _shown(row.setting.insertions, "{}")),
    ]


def further_columns(rows: Sequence[Row]) -> list[Column[Row]]:
    """The setting, and the further measures of a task from the start to the end."""
    return [
        *setting_columns(),
        *(Column(name, partial(_from_to, name)) for name in (rows[0].start if rows else {})),
    ]


def markdown_table(
    rows: Sequence[Row],
    columns: Sequence[Column[Row]],
    measure: Measure | None = None,
    *,
    bold_in: str = "refine",
) -> str:
    """The rows in Markdown.

    Args:
        rows: One line each.
        columns: One of them is headed ``bold_in``.
        measure: Whose best AUC of each dataset and radius is told in bold; None tells none.
        bold_in: The column whose cell is bold then.
    """
    best = () if measure is None else _best_of_each(rows, measure)
    return lines_of(rows, columns, bold=(bold_in, best))


def lines_of(
    rows: Sequence[RowT],
    columns: Sequence[Column[RowT]],
    *,
    bold: tuple[str, Collection[RowT]] = ("", ()),
) -> str:
    """The rows of any bench in Markdown.

    Args:
        rows: One line each.
        columns: Their headings and cells.
        bold: A heading, and the rows whose cell below it is bold.
    """
    rule = ["---:" if column.number else "---" for column in columns]
    lines = [_line([column.heading for column in columns]), _line(rule)]
    heading, best = bold
    told = {id(row) for row in best}
    for row in rows:
        cells = {column.heading: column.cell(row) for column in columns}
        if id(row) in told:
            cells[heading] = f"**{cells[heading]}**"
        lines.append(_line(list(cells.values())))
    return "\n".join(lines)


def rich_table(rows: Sequence[RowT], columns: Sequence[Column[RowT]]) -> Table:
    """The rows for a terminal."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.heading.replace(" ", "\n"), no_wrap=True)
    for row in rows:
        table.add_row(*(column.cell(row) for column in columns))
    return table


def _clicks(rows: Sequence[Row], measure: Measure) -> list[Column[Row]]:
    last = len(rows[0].scores.curve) + measure.first_click if rows else 0
    return [
        Column(
            f"{measure.label}@{click}",
            partial(_point, measure=measure, point=click - measure.first_click),
        )
        for click in SHOWN_CLICKS
        if measure.first_click <= click < last
    ]


def _curve(measure: Measure) -> list[Column[Row]]:
    return [
        Column("AUC", lambda row: _scaled(row.scores.auc, measure, 4)),
        Column("best", lambda row: _scaled(row.scores.best, measure, 3)),
    ]


def _noc() -> list[Column[Row]]:
    return [
        Column("NoC@85", lambda row: _shown(row.scores.noc85, "{:.2f}")),
        Column("NoC@90", lambda row: _shown(row.scores.noc90, "{:.2f}")),
    ]


def _worst(measure: Measure) -> list[Column[Row]]:
    def cell(row: Row, value: Callable[[Scores], float], digits: int) -> str:
        return NOTHING if row.worst is None else _scaled(value(row.worst), measure, digits)

    return [
        Column("worst AUC", lambda row: cell(row, lambda scores: scores.auc, 4)),
        Column("worst best", lambda row: cell(row, lambda scores: scores.best, 3)),
    ]


def _point(row: Row, *, measure: Measure, point: int) -> str:
    return _scaled(row.scores.curve[point], measure, 3)


def _from_to(name: str, row: Row) -> str:
    return f"{row.start[name]:.4g} → {row.end[name]:.4g}"


def _regained(scores: Scores, measure: Measure) -> str:
    return _percent(measure.regained(scores.curve[0], scores.curve[-1]))


def _speed(row: Row, rows: Sequence[Row]) -> float | None:
    """How many times longer a click of RGB-BRS takes in the same run."""
    for other in rows:
        setting = other.setting
        if (setting.refine, setting.energy) == (REFERENCE, "consistency") and (
            (other.dataset, setting.radius) == (row.dataset, row.setting.radius)
        ):
            if row.seconds_mean and other.seconds_mean:
                return other.seconds_mean / row.seconds_mean
            return None
    return None


def _cost(row: Row, costs: Mapping[int, float]) -> float | None:
    return None if row.setting.insertions is None else costs.get(row.setting.insertions)


def _best_of_each(rows: Sequence[Row], measure: Measure) -> list[Row]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.dataset, row.setting.radius), []).append(row)
    best = [best_row(group, measure) for group in groups.values()]
    return [row for row in best if row is not None]


def _scaled(value: float, measure: Measure, digits: int) -> str:
    return f"{value * measure.shown_times:.{digits}f}"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _figure(value: float | None) -> str:
    return _shown(value, "{:.3f}")


def _shown(value: float | None, form: str) -> str:
    return NOTHING if value is None else form.format(value)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
