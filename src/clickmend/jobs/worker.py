"""What a worker does with a shard: each item once, again where it failed, and the file at the end.

This is all that engines run; where and in how many processes is their matter.
"""

from __future__ import annotations

import errno
import pickle
import resource
import sys
import traceback
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from clickmend.core.addresses import place_at
from clickmend.core.errors import ClickmendError, ImageError
from clickmend.core.files import make_folder, remove_unfinished, write_atomically
from clickmend.jobs.at_once import each_done
from clickmend.jobs.items import Item, Shard
from clickmend.jobs.kept import (
    Attempt,
    Kept,
    Line,
    changed_meanwhile,
    done,
    failed,
    seen,
    still_done,
)
from clickmend.jobs.locks import at_work

MOST_ENDS = 3
"""An item in whose middle so many workers of a run ended is left out."""

PATIENCE = 20
"""So many unexpected errors in a row, and nothing done yet, are no matter of single items."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an item.

    Args:
        record: What is kept of it, as JSON has it.
        wrong: What could not be done of it, where the rest is.
        content: Of the item's output, where it has one.
    """

    record: Mapping[str, Any]
    wrong: str | None = None
    content: bytes | None = None


class Work(ABC):
    """What is done with every item. It travels to the workers, and loads nothing before.

    Attributes:
        expected: The errors that are a matter of one item. Any other is taken for one too, as long
            as other items are done.
    """

    expected: tuple[type[Exception], ...] = (ClickmendError,)

    @property
    def at_once(self) -> int:
        """How many items a worker does at the same time, each in a thread."""
        return 1

    @abstractmethod
    def common(self) -> Mapping[str, Any]:
        """What holds for all results: options, weights. With others a job is another one."""

    @abstractmethod
    def do(self, item: Item) -> Result:
        """Do one item. Its output is left to the worker, which writes it and notes that."""

    def start(self) -> None:  # noqa: B027  # some need nothing
        """Load what all items need; called once in each worker."""

    def stop(self) -> None:  # noqa: B027  # likewise
        """Set back what ``start`` has changed in the process."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a worker tells.

    Args:
        state: What became of an item; "finished" is the whole shard.
        error: An unexpected error of the item.
        peak_mb: The most memory that the process had so far, of "finished".
    """

    state: Literal["done", "kept", "failed", "finished"]
    error: Exception | None = None
    peak_mb: float = 0.0


class Worker:
    """Does shards one after another.

    Args:
        work: What is done with each item.
        kept: Where lines go.
        retries: How many times more an item is tried that failed.
    """

    def __init__(self, work: Work, kept: Kept, *, retries: int) -> None:
        self.work, self.kept, self.retries = work, kept, retries
        self._done = self._row = 0

    def make(self, shard: Shard, *, wanted: Callable[[], bool] = lambda: True) -> Iterator[Step]:
        """Do what is missing of a shard.

        Args:
            shard: The shard.
            wanted: Asked before each item; where it says no, the rest is left for another worker.

        Raises:
            Exception: An error that is no matter of single items.
        """
        with at_work(self.kept.folder.parent):
            yield from self._make(shard, wanted)

    def _make(self, shard: Shard, wanted: Callable[[], bool]) -> Iterator[Step]:
        lines: dict[str, Line] = {}
        known, ended = self.kept.known(shard), self.kept.ended_at(shard)
        todo: list[Item] = []
        for item in shard.items:
            line = still_done(item, known.get(item.name))
            if line is None:
                todo.append(item)
            else:
                lines[item.name] = line
                yield Step("kept")
        self._tidy(todo, self.kept.begun(shard))
        with closing(self.kept.attempt(shard)) as attempt:
            yield from self._tries(todo, attempt, ended, lines, wanted)
        if len(lines) < len(shard.items):
            return
        self.kept.finish(shard, [lines[item.name] for item in shard.items])
        yield Step("finished", peak_mb=peak_mb())

    def _tidy(self, todo: Sequence[Item], begun: Container[str]) -> None:
        """Remove what workers left beside outputs that they were killed at."""
        for item in todo:
            if item.output is not None and item.name in begun:
                remove_unfinished(place_at(item.output))

    def _tries(
        self,
        todo: Sequence[Item],
        attempt: Attempt,
        ended: Counter[str],
        lines: dict[str, Line],
        wanted: Callable[[], bool],
    ) -> Iterator[Step]:
        """Do items, again where they fail, and put the line of each into ``lines``.

        In whose middle a worker ended is done alone: of several that were under way then, one may
        have ended it, and the others are not to be counted with it again.
        """

        def do(item: Item) -> tuple[Line, Exception | None]:
            return self._item(item, attempt, ended[item.name])

        for tries_left in range(self.retries, -1, -1):
            again = []
            alone = [item for item in todo if ended[item.name]]
            others = [item for item in todo if not ended[item.name]]
            for item, (line, problem) in chain(
                each_done(alone, do, at_once=1, wanted=wanted),
                each_done(others, do, at_once=self.work.at_once, wanted=wanted),
            ):
                step = self._step(line, problem)
                if step.state == "failed" and tries_left:
                    again.append(item)
                    continue
                lines[item.name] = line
                yield step
            todo = again

    def _item(self, item: Item, attempt: Attempt, ended: int) -> tuple[Line, Exception | None]:
        """Do an item; its line, and what went wrong where that was not to be expected.

        Raises:
            Exception: There is no room for what is written.
        """
        if ended >= MOST_ENDS:
            line = failed(
                item,
                f"{ended} workers ended while they were at it, as they do when memory runs out. "
                "Allowed is what one worker can hold; make it smaller, or take it out.",
            )
            return line, None
        attempt.begin(item)
        unexpected: Exception | None = None
        try:
            line = self._done_line(item, attempt)
        except Exception as problem:  # of one item, as long as others are done
            if finds_no_room(problem):
                raise  # nor will those that come
            if isinstance(problem, (ImageError, *self.work.expected)):
                line = failed(item, one_line(problem))
            else:
                line = failed(item, f"{type(problem).__name__}: {one_line(problem)}")
                unexpected = problem
        attempt.end(line)
        return line, unexpected

    def _step(self, line: Line, problem: Exception | None) -> Step:
        """What is told of an item that is through.

        Raises:
            Exception: The problem, where it is no matter of single items.
        """
        if "failed" not in line:
            self._done, self._row = self._done + 1, 0
            return Step("done")
        return Step("failed", None if problem is None else self._unexpected(problem))

    def _done_line(self, item: Item, attempt: Attempt) -> Line:
        """Do an item; its line.

        That comes to the disk before the output does, so that whoever finds the output knows it,
        and nothing whose output is there is done twice.
        """
        inputs = seen(item)
        result = self.work.do(item)
        line = done(item, inputs, result.record, result.wrong, content=result.content)
        if item.output is None:
            return line
        assert result.content is not None
        attempt.end(line)
        output = place_at(item.output)
        make_folder(output.parent)
        write_atomically(output, result.content)
        there = still_done(item, line)
        if there is None:
            raise changed_meanwhile(item.output)
        return there

    def _unexpected(self, problem: Exception) -> Exception:
        self._row += 1
        if not self._done and self._row >= PATIENCE:
            raise problem
        return portable(problem)


def finds_no_room(problem: BaseException) -> bool:
    """Whether a disk is full, over its quota or read-only, which is told of no item alone."""
    at: BaseException | None = problem
    while at is not None:
        if isinstance(at, OSError) and at.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            return True
        at = at.__cause__ or at.__context__
    return False


def one_line(problem: Exception) -> str:
    """The message of an error without line breaks, whatever a library put into it."""
    return " ".join(str(problem).split()) or type(problem).__name__


def portable(problem: Exception) -> Exception:
    """An error as it can travel between processes, with where it came from as a note."""
    told = "".join(traceback.format_exception(problem))
    try:
        again = pickle.loads(pickle.dumps(problem))
    except Exception:  # noqa: BLE001  # whatever its class makes of it
        again = RuntimeError(f"{type(problem).__name__}: {one_line(problem)}")
    assert isinstance(again, Exception)
    again.add_note(told)
    return again


def peak_mb() -> float:
    """The most memory that this process had, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
