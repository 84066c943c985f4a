"""A bench's result as JSON, as a table to read and as files on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from clickmend.core.errors import DataError, OutputError
from clickmend.data.files import write_atomically
from clickmend.evaluation.curves import as_png, as_svg, draw_curves
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.summary import Row, Scores

SHOWN_CLICKS = (1, 3, 5, 10, 20)
"""The clicks whose mean IoU stands in a table; the JSON holds all of them."""

Result = dict[str, Any]


def to_result(rows: Sequence[Row], **facts: Any) -> Result:
    """What the JSON file holds: the facts of the run first, then the rows.

    Args:
        rows: The rows of the bench.
        facts: Everything else (command, seed, machine, weights, …), JSON values.
    """
    return {**facts, "rows": [asdict(row) for row in rows]}


def rows_of(result: Result) -> list[Row]:
    """The rows of a result, as :func:`to_result` was given them.

    Raises:
        DataError: The result has no rows of this kind.
    """
    try:
        return [_row(row) for row in result["rows"]]
    except (KeyError, TypeError) as error:
        raise DataError(
            f"This is no result of an interactive bench ({error!r}). Allowed are the JSON files "
            "that `clickmend bench interactive` writes; run it again."
        ) from None


def write_report(stem: Path, result: Result) -> list[Path]:
    """Write ``stem.json``, the table ``stem.md`` and the curves ``stem.png`` and ``stem.svg``.

    Returns:
        The files written.

    Raises:
        OutputError: The folder cannot be made or a file not be written.
    """
    rows = rows_of(result)
    figure = draw_curves(rows)
    files = {
        stem.with_name(f"{stem.name}.json"): (json.dumps(result, indent=1) + "\n").encode(),
        stem.with_name(f"{stem.name}.md"): (markdown_table(rows) + "\n").encode(),
        stem.with_name(f"{stem.name}.png"): as_png(figure),
        stem.with_name(f"{stem.name}.svg"): as_svg(figure),
    }
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {stem.parent} cannot be made: {error.strerror}. "
            "A place that this user may write to is needed; name another one."
        ) from None
    for path, content in files.items():
        write_atomically(path, content)
    return list(files)


def markdown_table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table; the best of each dataset and radius is bold."""
    header = columns(rows)
    lines = [_line(header), _line(["---"] * 3 + ["---:"] * (len(header) - 3))]
    best = {id(row) for row in _best_by_auc(rows)}
    for row in rows:
        cells = cells_of(row)
        if id(row) in best:
            cells[2] = f"**{cells[2]}**"
        lines.append(_line(cells))
    return "\n".join(lines)


def rich_table(rows: Sequence[Row]) -> Table:
    """The rows as a table for a terminal."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in columns(rows):
        table.add_column(heading.replace(" ", "\n"), no_wrap=True)
    for row in rows:
        table.add_row(*cells_of(row))
    return table


def columns(rows: Sequence[Row]) -> list[str]:
    """The headings above :func:`cells_of`."""
    shown = _shown_clicks(rows[0]) if rows else []
    return [
        *("dataset", "radius", "refine", "objects"),
        *(f"IoU@{click}" for click in shown),
        *("AUC", "best", "NoC@85", "NoC@90", "worst AUC", "worst best", "s/click p50", "p95"),
    ]


def cells_of(row: Row) -> list[str]:
    """One row in words and figures; what does not exist is a dash."""
    scores, worst = row.scores, row.worst
    return [
        *(row.dataset, row.setting.radius, row.setting.refine, str(scores.objects)),
        *(f"{scores.iou[click - 1]:.3f}" for click in _shown_clicks(row)),
        *(f"{scores.auc:.4f}", f"{scores.best:.3f}", f"{scores.noc85:.2f}", f"{scores.noc90:.2f}"),
        *(("–", "–") if worst is None else (f"{worst.auc:.4f}", f"{worst.best:.3f}")),
        *("–" if s is None else f"{s:.3f}" for s in (row.seconds_p50, row.seconds_p95)),
    ]


def _shown_clicks(row: Row) -> list[int]:
    return [click for click in SHOWN_CLICKS if click <= len(row.scores.iou)]


def _best_by_auc(rows: Sequence[Row]) -> list[Row]:
    best: dict[tuple[str, str], Row] = {}
    for row in rows:
        place = (row.dataset, row.setting.radius)
        if place not in best or row.scores.auc > best[place].scores.auc:
            best[place] = row
    return list(best.values())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(row: dict[str, Any]) -> Row:
    return Row(
        dataset=row["dataset"],
        setting=Setting(**row["setting"]),
        scores=_scores(row["scores"]),
        worst=None if row["worst"] is None else _scores(row["worst"]),
        seconds_p50=row["seconds_p50"],
        seconds_p95=row["seconds_p95"],
    )


def _scores(scores: dict[str, Any]) -> Scores:
    return Scores(**{**scores, "iou": tuple(scores["iou"])})
