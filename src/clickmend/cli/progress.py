"""The progress bar of the commands that take long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Task


class Move(Protocol):
    """What moves a progress bar."""

    def __call__(self, done: int, total: int, *, what: str | None = None) -> None:
        """Say how many are done and of how many, and what is being done where that changes."""


@contextmanager
def progress_bar(what: str) -> Iterator[Move]:
    """A bar on stderr, and what moves it.

    Args:
        what: Is being done, as "Clicking".
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    class Rate(TextColumn):
        """How many are done in a second, or how many seconds one takes."""

        def render(self, task: Task) -> Text:
            speed = task.speed or 0.0
            told = f"{speed:.1f}/s" if speed >= 1 else f"{1 / speed:.1f} s" if speed else ""
            return Text(told)

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(""))
    with Progress(*columns, Remaining(), console=Console(stderr=True), transient=True) as bar:
        counted = bar.add_task(what, total=None)

        def move(done: int, total: int, *, what: str | None = None) -> None:
            bar.update(counted, completed=done, total=total, description=what)

        yield move
