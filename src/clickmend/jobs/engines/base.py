"""What an engine is: it hands shards to workers and tells what they tell, and nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from clickmend.core.errors import JobError
from clickmend.core.registry import Registry
from clickmend.jobs.items import Shard
from clickmend.jobs.worker import Step, Worker

MOST_IDLE_ENDS = 5
"""So many workers may end one after another without having done an item."""


class Engine(ABC):
    """Hands out shards.

    Args:
        jobs: How many workers at once.
    """

    def __init__(self, *, jobs: int = 1) -> None:
        self.jobs = jobs

    @abstractmethod
    def run(self, worker: Worker, shards: Iterator[Shard]) -> Iterator[Step]:
        """Have every shard done; a shard is taken from ``shards`` when a worker is free for it.

        A shard whose worker ended is handed out again.

        Args:
            worker: As it is before ``work.start()``; each process has a copy of its own.
            shards: All shards that are not finished.

        Raises:
            JobError: Workers end without doing anything.
            Exception: What ``Worker.make`` and ``Work.start`` raise.
        """


class Ends:
    """Counts workers that ended without having done anything.

    Args:
        hint: What may be the matter.
    """

    def __init__(self, hint: str) -> None:
        self._hint, self._idle = hint, 0

    def moved(self) -> None:
        """An item is done."""
        self._idle = 0

    def ended(self, how: str) -> None:
        """A worker has ended.

        Raises:
            JobError: Too many have.
        """
        self._idle += 1
        if self._idle >= MOST_IDLE_ENDS:
            raise JobError(
                f"{self._idle} workers ended one after another without doing anything, the last "
                f"one {how}. {self._hint}"
            )


ENGINES: Registry[type[Engine]] = Registry("engine", folder="clickmend.jobs.engines")
"""Every engine by name."""
