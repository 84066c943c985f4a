"""The progress bar of the commands that take long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], Any]]:
    """A bar on stderr, and what moves it: given how many are done, and of how many.

    Args:
        what: Is being done, as "Clicking".
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        counted = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(counted, completed=done, total=total)
