"""The progress of commands that take long: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Task

LINE_S = 60.0
"""So often a line is told where there is no terminal, as in the log of a cluster."""


class Move(Protocol):
    """What moves a progress bar."""

    def __call__(self, done: int, total: int, *, what: str | None = None) -> None:
        """Say how many are done and of how many, and what is being done where that changes."""


@contextmanager
def progress_bar(what: str) -> Iterator[Move]:
    """A bar on stderr, and what moves it; lines where stderr is no terminal.

    Args:
        what: Is being done, as "Clicking".
    """
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with _bar(what, console) as move:
            yield move
    else:
        import typer

        yield in_lines(what, lambda line: typer.echo(line, err=True))


def in_lines(
    what: str, say: Callable[[str], object], *, clock: Callable[[], float] = time.monotonic
) -> Move:
    """What tells a line every minute: how many are done, how quickly, and the time that is left.

    Args:
        what: Is being done.
        say: Where lines go.
        clock: Seconds.
    """
    doing, said, then = what, clock(), 0

    def move(done: int, total: int, *, what: str | None = None) -> None:
        nonlocal doing, said, then
        doing, now = what or doing, clock()
        if now - said < LINE_S:
            return
        speed = (done - then) / (now - said)
        left = f", {_span((total - done) / speed)} left" if speed > 0 else ""
        say(f"{doing}: {done} of {total}, {_rate(speed)}{left}")
        said, then = now, done

    return move


@contextmanager
def _bar(what: str, console: Console) -> Iterator[Move]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    class Rate(TextColumn):
        def render(self, task: Task) -> Text:
            return Text(_rate(task.speed) if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(""))
    with Progress(*columns, Remaining(), console=console, transient=True) as bar:
        counted = bar.add_task(what, total=None)

        def move(done: int, total: int, *, what: str | None = None) -> None:
            bar.update(counted, completed=done, total=total, description=what)

        yield move


def _rate(speed: float) -> str:
    """How many are done in a second, or how many seconds one takes."""
    return f"{speed:.1f}/s" if speed >= 1 or not speed else f"{1 / speed:.1f} s each"


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
