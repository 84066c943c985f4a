"""A bench's result as JSON, as text to read and as files on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from clickmend.core.errors import DataError
from clickmend.data.files import make_folder, write_atomically
from clickmend.evaluation.attention_curves import draw_gains
from clickmend.evaluation.curves import as_png, as_svg, draw_curves
from clickmend.evaluation.measures import IOU, Measure, of_box, of_prior
from clickmend.evaluation.order import orders
from clickmend.evaluation.spread import spread_from
from clickmend.evaluation.summary import Row, Scores, setting_of
from clickmend.evaluation.table import (
    Column,
    attention_columns,
    further_columns,
    gbrs_columns,
    interactive_columns,
    markdown_table,
    prior_columns,
    rich_table,
)
from clickmend.evaluation.tasks import TASKS
from clickmend.jobs import Record

Result = dict[str, Any]


def to_result(
    rows: Sequence[Row], *, measure: Measure = IOU, whole: Sequence[Row] = (), **facts: Any
) -> Result:
    """What the JSON file holds: the facts of the run first, then the rows.

    Args:
        rows: The rows of the bench.
        measure: What their curves are of.
        whole: The rows of the few settings that were run on whole datasets, if any.
        facts: Everything else (command, seed, machine, weights, …), JSON values.
    """
    parts = {"rows": rows, "whole": whole} if whole else {"rows": rows}
    return {
        **facts,
        **{name: [_facts(row, measure) for row in part] for name, part in parts.items()},
    }


def measure_of(result: Result) -> Measure:
    """What the curves of a result are of."""
    measure = TASKS[result.get("task", "interactive")].measure
    begins = {"prior": of_prior, "attention": of_box}.get(result.get("bench", ""))
    return begins(measure) if begins else measure


def rows_of(result: Result, part: str = "rows") -> list[Row]:
    """The rows of a result, as :func:`to_result` was given them.

    Args:
        result: Of a bench.
        part: "rows", or "whole" where a result has them.

    Raises:
        DataError: The result has no rows of this kind.
    """
    try:
        return [_row(row, measure_of(result)) for row in result[part]]
    except (KeyError, TypeError) as error:
        raise DataError(
            f"This is no result of an interactive bench or of G-BRS ({error!r}). Allowed are the "
            "JSON files that `clickmend bench` writes; run it again."
        ) from None


def columns_of(result: Result, rows: Sequence[Row]) -> list[Column[Row]]:
    """The columns in which the rows of a result are told."""
    if result.get("bench", "interactive") == "interactive":
        return interactive_columns(rows)
    if result["bench"] == "prior":
        return prior_columns(rows, measure_of(result))
    if result["bench"] == "attention":
        return attention_columns(rows, measure_of(result))
    costs = {int(places): ratio for places, ratio in result.get("costs", {}).items()}
    return gbrs_columns(rows, measure_of(result), costs=costs)


def markdown(result: Result) -> str:
    """The tables of a result, and below each whether the paper's order holds."""
    measure = measure_of(result)
    text: list[str] = []
    bold_in = "inference" if result.get("bench") == "attention" else "refine"
    for title, rows in _parts(result):
        text += [title] if title else []
        text.append(markdown_table(rows, columns_of(result, rows), measure, bold_in=bold_in))
        if rows[0].start:
            text.append(markdown_table(rows, further_columns(rows)))
        text += _sentences(result, rows)
    return "\n\n".join(text)


def on_screen(result: Result) -> list[Table | str]:
    """The same for a terminal, without the further measures."""
    shown: list[Table | str] = []
    for title, rows in _parts(result):
        shown += [title] if title else []
        shown.append(rich_table(rows, columns_of(result, rows)))
        shown += _sentences(result, rows)
    return shown


def write_report(stem: Path, result: Result) -> list[Path]:
    """Write ``stem.json``, the tables ``stem.md`` and the curves ``stem.png`` and ``stem.svg``.

    Returns:
        The files written.

    Raises:
        OutputError: The folder cannot be made or a file not be written.
    """
    draw = draw_gains if result.get("bench") == "attention" else draw_curves
    figure = draw(rows_of(result), measure_of(result))
    return write_files(
        stem,
        {
            "json": as_json(result),
            "md": (markdown(result) + "\n").encode(),
            "png": as_png(figure),
            "svg": as_svg(figure),
        },
    )


def as_json(result: Result) -> bytes:
    """The content of a result's JSON file."""
    return (json.dumps(result, indent=1) + "\n").encode()


def write_files(stem: Path, contents: dict[str, bytes]) -> list[Path]:
    """Write ``stem.suffix`` for each suffix; the folder is made when it is not there.

    Returns:
        The files written.

    Raises:
        OutputError: The folder cannot be made or a file not be written.
    """
    make_folder(stem.parent)
    files = {stem.with_name(f"{stem.name}.{suffix}"): data for suffix, data in contents.items()}
    for path, content in files.items():
        write_atomically(path, content)
    return list(files)


def _parts(result: Result) -> list[tuple[str, list[Row]]]:
    """The rows with what stands above them."""
    parts = [("", rows_of(result))]
    return parts + ([("On whole datasets:", rows_of(result, "whole"))] if "whole" in result else [])


def _sentences(result: Result, rows: Sequence[Row]) -> list[str]:
    if result.get("bench") != "gbrs":
        return []
    return [order.sentences() for order in orders(rows, measure_of(result))]


def _facts(row: Row, measure: Measure) -> Record:
    facts = asdict(row)
    facts["setting"] = row.setting.facts()
    if row.spread is None:
        del facts["spread"]
    facts["scores"] = _score_facts(row.scores, measure)
    facts["worst"] = None if row.worst is None else _score_facts(row.worst, measure)
    return {name: value for name, value in facts.items() if value != {}}


def _score_facts(scores: Scores, measure: Measure) -> Record:
    """The scores by name; the curve goes by the name of what it is of."""
    return {
        measure.name if name == "curve" else name: value
        for name, value in asdict(scores).items()
        if value is not None
    }


def _row(row: Record, measure: Measure) -> Row:
    worst = row["worst"]
    return Row(
        dataset=row["dataset"],
        setting=setting_of(row["setting"]),
        scores=_scores(row["scores"], measure),
        worst=None if worst is None else _scores(worst, measure),
        seconds_p50=row["seconds_p50"],
        seconds_p95=row["seconds_p95"],
        seconds_mean=row.get("seconds_mean"),
        start=row.get("start", {}),
        end=row.get("end", {}),
        prior=row.get("prior", {}),
        spread=spread_from(row["spread"]) if "spread" in row else None,
    )


def _scores(scores: Record, measure: Measure) -> Scores:
    others = {name: value for name, value in scores.items() if name != measure.name}
    return Scores(curve=tuple(scores[measure.name]), **others)
