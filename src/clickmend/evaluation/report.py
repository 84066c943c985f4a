"""A bench's result as JSON, as tables to read and as files on disk."""

from __future__ import annotations

import json
from pathlib import Path

from rich.table import Table as RichTable

from clickmend.core.files import make_folder, write_atomically
from clickmend.evaluation.benches import BENCHES, Bench
from clickmend.evaluation.plots import as_png, as_svg
from clickmend.evaluation.tables import Result


def bench_of(result: Result) -> type[Bench]:
    """The bench that made a result."""
    return BENCHES[result.get("bench", "interactive")]


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
