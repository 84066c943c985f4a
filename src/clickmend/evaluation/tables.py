"""The tables of a bench's result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable

from clickmend.evaluation.measures import IOU, Measure
from clickmend.evaluation.summary import Row, best_of, setting_in

if TYPE_CHECKING:
    import pandas as pd

Result = dict[str, Any]

SHOWN_CLICKS = (0, 1, 3, 5, 10, 20)
"""The clicks whose mean score is in a table, in addition to the last; the JSON has all of them."""

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        heading: Its heading.
        of: A field of a line, or a function of it; None is shown as a dash.
        form: Format of the value; all but "{}" are numbers, aligned right.
        times: Factor of numbers.
    """

    heading: str
    of: str | Callable[[Row], Any]
    form: str = "{}"
    times: float = 1.0

    def cell(self, line: Row) -> str:
        """The cell of a line."""
        value = line.get(self.of) if isinstance(self.of, str) else self.of(line)
        if value is None:
            return NOTHING
        return self.form.format(value if self.times == 1 else self.times * value)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of lines and columns.

    Args:
        lines: Lines of a frame, see :func:`~clickmend.evaluation.summary.frame_of`.
        columns: Its columns.
        best: Numbers of the lines that are bold.
        bold_in: Heading of the column that is bold.
        on_screen: Whether a terminal shows it too.
    """

    lines: Sequence[Row]
    columns: Sequence[Column]
    best: Collection[int] = ()
    bold_in: str = "refine"
    on_screen: bool = True

    def markdown(self) -> str:
        """The table in Markdown."""
        rule = ["---" if column.form == "{}" else "---:" for column in self.columns]
        text = [[column.heading for column in self.columns], rule]
        for number, line in enumerate(self.lines):
            bold = self.bold_in if number in self.best else None
            cells = [(column.heading, column.cell(line)) for column in self.columns]
            text.append([f"**{cell}**" if name == bold else cell for name, cell in cells])
        return "\n".join(f"| {' | '.join(cells)} |" for cells in text)

    def rich(self) -> RichTable:
        """The table for a terminal."""
        table = RichTable(box=SIMPLE_HEAD, pad_edge=False)
        for column in self.columns:
            table.add_column(column.heading.replace(" ", "\n"), no_wrap=True)
        for line in self.lines:
            table.add_row(*(column.cell(line) for column in self.columns))
        return table


Shown = Table | str
"""A part of a displayed result: a table or a sentence."""


def table_of(frame: pd.DataFrame, columns: Sequence[Column], measure: Measure) -> Table:
    """The lines of a frame; the best AUC of each dataset and radius is bold."""
    groups = frame.reset_index(drop=True).groupby(["dataset", "setting.radius"], sort=False)
    best = {best_of(group, measure) for _, group in groups}
    bold_in = next((c.heading for c in columns if c.heading == "inference"), "refine")
    return Table(lines_of(frame), columns, {at for at in best if at is not None}, bold_in)


def lines_of(frame: pd.DataFrame) -> list[Row]:
    """The lines of a frame, by field."""
    return [{str(name): value for name, value in line.items()} for line in frame.to_dict("records")]


def columns_of(frame: pd.DataFrame, measure: Measure) -> dict[str, list[Column]]:
    """The columns that tables share, by topic.

    "setting" (dataset, radius and refinement), "energy" (and insertions), "objects", "clicks" (the
    mean score after some), "curve" (its area, best point and NoC), "worst" (the curve of the worst
    tenth), "regained" (the share of what was missing at the start) and "seconds" (of a click).
    """
    first, times = measure.first_click, measure.shown_times
    last = len(frame["scores.curve"].iloc[0]) + first if len(frame) else 0
    return {
        "setting": [
            Column("dataset", "dataset"),
            Column("radius", "setting.radius"),
            Column("refine", lambda line: setting_in(line).layer),
        ],
        "energy": [Column("energy", "setting.energy"), Column("L", "setting.insertions", "{:d}")],
        "objects": [Column("objects", "scores.objects", "{:d}")],
        "clicks": [
            Column(f"{measure.label}@{click}", partial(_height, click - first), "{:.3f}", times)
            for click in sorted({*SHOWN_CLICKS, last - 1})
            if first <= click < last
        ],
        "curve": [
            Column("AUC", "scores.auc", "{:.4f}", times),
            Column("best", "scores.best", "{:.3f}", times),
            *(
                Column(f"NoC@{percent}", f"scores.noc{percent}", "{:.2f}")
                for percent in ((85, 90) if measure.counts_clicks else ())
            ),
        ],
        "worst": [
            Column("worst AUC", "worst.auc", "{:.4f}", times),
            Column("worst best", "worst.best", "{:.3f}", times),
        ],
        "regained": [
            Column(
                "regained",
                lambda line: measure.regained(_height(0, line), _height(-1, line)),
                "{:.2f} %",
                100,
            )
        ],
        "seconds": [Column("s/click", "seconds_mean", "{:.3f}")],
    }


def _height(point: int, line: Row) -> float:
    height: float = line["scores.curve"][point]
    return height


def further_tables(frame: pd.DataFrame) -> list[Table]:
    """The table of a task's further measures from the start to the end, if any."""
    names = [str(name).removeprefix("start.") for name in frame if str(name).startswith("start.")]
    common = columns_of(frame, IOU)
    columns = [*common["setting"], *common["energy"], *map(_from_to, names)]
    return [Table(lines_of(frame), columns, on_screen=False)] if names else []


def _from_to(name: str) -> Column:
    def cell(line: Mapping[str, float]) -> str:
        return f"{line[f'start.{name}']:.4g} → {line[f'end.{name}']:.4g}"

    return Column(name, cell, "{:s}")
