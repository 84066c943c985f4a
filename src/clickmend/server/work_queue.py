"""Who computes now, who waits, and who is told to come again.

What asks a network, or makes a session again from its log, takes one of a few turns, first come,
first served. More than so many do not wait: they are refused before anything of theirs was done,
so whoever asked may repeat it.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TypeVar

from anyio import CapacityLimiter, from_thread, to_thread

from clickmend.core.errors import BusyError
from clickmend.server.timings import note

T = TypeVar("T")

LONGEST_PAUSE_S = 60
"""After which a refused client is told to come again, at most."""

STOPPED_S = 5
"""The same where the server is being stopped."""

_FIRST_GUESS_S = 0.3
_NEWEST = 0.1
"""The share of the newest turn in the mean that the pauses are reckoned from."""


class WorkQueue:
    """A few turns, and a bounded number of those who wait for one.

    Args:
        at_once: How many compute at the same time.
        most_waiting: How many may wait besides.
    """

    def __init__(self, *, at_once: int = 2, most_waiting: int = 64) -> None:
        assert at_once > 0
        self.refused = 0
        self.closed = False
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._turns = CapacityLimiter(at_once)
        self._inside = 0
        self._mean_s = _FIRST_GUESS_S

    @property
    def running(self) -> int:
        """How many compute now."""
        return min(self._inside, self._at_once)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._inside - self.running

    @property
    def idle(self) -> bool:
        """Whether nobody computes or waits."""
        return self._inside == 0

    def close(self) -> None:
        """Refuse everybody from now on; who is inside is finished."""
        self.closed = True

    async def run(
        self, work: Callable[[], T], *, lock: asyncio.Lock | None = None, admitted: bool = False
    ) -> T:
        """What ``work`` gives, run in a thread when it is its turn.

        Args:
            work: What is to be done.
            lock: Held meanwhile; who waits for it takes no turn.
            admitted: Whether it belongs to a request that was let in before, which is not sent
                away halfway.

        Raises:
            BusyError: Too many wait, or the server is being stopped; nothing was done.
        """
        if not admitted:
            self._check()
        self._inside += 1
        asked = time.perf_counter()

        def run() -> T:
            note("wait", 1e3 * (time.perf_counter() - asked))
            return self._timed(work)

        try:
            async with lock or nullcontext():
                return await to_thread.run_sync(run, limiter=self._turns)
        finally:
            self._inside -= 1

    def run_from_thread(self, work: Callable[[], T]) -> T:
        """The same for a route that runs in a thread itself."""
        return from_thread.run(self.run, work)

    def _check(self) -> None:
        if self.closed:
            self.refused += 1
            raise BusyError(
                "This server is being stopped. Nothing of this request was done; send it again "
                "when the server is back.",
                retry_after_s=STOPPED_S,
            )
        if self._inside >= self._at_once + self._most_waiting:
            self.refused += 1
            pause_s = math.ceil(self._inside * self._mean_s / self._at_once)
            pause_s = max(1, min(pause_s, LONGEST_PAUSE_S))
            raise BusyError(
                f"The server has more to do than it takes: {self.waiting} requests wait, and "
                f"{self._most_waiting} may. Nothing of this one was done; send it again in "
                f"{pause_s} s.",
                retry_after_s=pause_s,
            )

    def _timed(self, work: Callable[[], T]) -> T:
        begun = time.perf_counter()
        try:
            return work()
        finally:
            self._mean_s += _NEWEST * (time.perf_counter() - begun - self._mean_s)
