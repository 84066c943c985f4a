"""A bench's result as JSON, as tables to read and as files on disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable

from clickmend.core.errors import DataError
from clickmend.core.files import make_folder, write_atomically
from clickmend.evaluation.measures import IOU, Measure
from clickmend.evaluation.plots import as_png, as_svg
from clickmend.evaluation.summary import Row, best_of, frame_of, setting_in

if TYPE_CHECKING:
    import pandas as pd

    from clickmend.evaluation.benches.base import Bench

Result = dict[str, Any]

SHOWN_CLICKS = (0, 1, 3, 5, 10, 20)
"""The clicks whose mean score stands in a table, beside the last; the JSON holds all of them."""

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        heading: What stands above it.
        of: A field of a line, or a function of the line; None is shown as a dash.
        form: How the value is shown; all but words are numbers, to the right.
        times: What a number is multiplied by.
    """

    heading: str
    of: str | Callable[[Row], Any]
    form: str = "{}"
    times: float = 1.0

    def cell(self, line: Row) -> str:
        """What stands in a line."""
        value = line.get(self.of) if isinstance(self.of, str) else self.of(line)
        if value is None:
            return NOTHING
        return self.form.format(value if self.times == 1 else self.times * value)


@dataclass(frozen=True, slots=True)
class Table:
    """Some lines in some columns.

    Args:
        lines: Of a frame, see :func:`~clickmend.evaluation.summary.frame_of`.
        columns: What is shown.
        best: The numbers of the lines that are bold.
        bold_in: In the column of this heading.
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
"""What a result is shown as, one below the other: tables and sentences."""


def bench_of(result: Result) -> type[Bench]:
    """The bench that made a result."""
    from clickmend.evaluation.benches import BENCHES

    return BENCHES[result.get("bench", "interactive")]


def measure_of(result: Result) -> Measure:
    """What the curves of a result are of."""
    return bench_of(result).measure_of(result.get("task", "interactive"))


def frame_in(result: Result, part: str = "rows") -> pd.DataFrame:
    """The rows of a result as a frame; ``part`` may be "whole" where a result has these too.

    Raises:
        DataError: The result has no rows of this kind.
    """
    try:
        frame = frame_of(result[part], measure_of(result))
        _ = frame[list(bench_of(result).needs)]
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"This is no result of `clickmend bench` ({error!r}). Allowed are the JSON files that "
            "it writes; run it again."
        ) from None
    return frame


def markdown(result: Result) -> str:
    """The tables and sentences of a result."""
    shown = bench_of(result).tables(result)
    return "\n\n".join(part if isinstance(part, str) else part.markdown() for part in shown)


def on_screen(result: Result) -> list[RichTable | str]:
    """The same for a terminal, without the tables of details."""
    shown = bench_of(result).tables(result)
    return [
        part if isinstance(part, str) else part.rich()
        for part in shown
        if isinstance(part, str) or part.on_screen
    ]


def write_report(stem: Path, result: Result) -> list[Path]:
    """Write ``stem.json``, the tables ``stem.md`` and the curves ``stem.png`` and ``stem.svg``.

    Returns:
        The files written.

    Raises:
        OutputError: The folder cannot be made or a file not be written.
    """
    figure = bench_of(result).figure(result)
    make_folder(stem.parent)
    contents = {
        "json": (json.dumps(result, indent=1) + "\n").encode(),
        "md": (markdown(result) + "\n").encode(),
        "png": as_png(figure),
        "svg": as_svg(figure),
    }
    files = {stem.with_name(f"{stem.name}.{suffix}"): data for suffix, data in contents.items()}
    for path, content in files.items():
        write_atomically(path, content)
    return list(files)


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
    """The columns that tables have in common, by what they show.

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
    """The further measures of a task from the start to the end, where it has some."""
    names = [str(name).removeprefix("start.") for name in frame if str(name).startswith("start.")]
    common = columns_of(frame, IOU)
    columns = [*common["setting"], *common["energy"], *map(_from_to, names)]
    return [Table(lines_of(frame), columns, on_screen=False)] if names else []


def _from_to(name: str) -> Column:
    def cell(line: Mapping[str, float]) -> str:
        return f"{line[f'start.{name}']:.4g} → {line[f'end.{name}']:.4g}"

    return Column(name, cell, "{:s}")
