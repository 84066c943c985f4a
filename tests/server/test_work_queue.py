"""A few turns, a bounded number of those who wait, and an end that finishes what was begun."""

import asyncio
import threading

import pytest

from clickmend.core.errors import BusyError
from clickmend.server.work_queue import LONGEST_PAUSE_S, WorkQueue


class Held:
    """Work that is done when it is let go."""

    def __init__(self):
        self.begun = 0
        self.at_once = 0
        self._now = 0
        self._free = threading.Event()
        self._counting = threading.Lock()

    def __call__(self):
        with self._counting:
            self.begun += 1
            self._now += 1
            self.at_once = max(self.at_once, self._now)
        assert self._free.wait(30)
        with self._counting:
            self._now -= 1
        return "done"

    def let_go(self):
        self._free.set()


async def inside(queue, count):
    """Wait until so many are in the queue."""
    while queue.running + queue.waiting < count:
        await asyncio.sleep(0.001)


async def begun(held, count):
    """Wait until so many have been begun, each in a thread of its own."""
    while held.begun < count:
        await asyncio.sleep(0.001)


def test_past_the_bound_is_refused_undone_and_who_waited_is_served():
    async def run():
        queue, held = WorkQueue(at_once=2, most_waiting=3), Held()
        served = [asyncio.create_task(queue.run(held)) for _ in range(5)]
        await inside(queue, 5)
        with pytest.raises(
            BusyError, match=r"3 requests wait, and 3 may\. Nothing of this one"
        ) as no:
            await queue.run(held)
        assert 1 <= no.value.retry_after_s <= LONGEST_PAUSE_S
        assert (queue.running, queue.waiting, queue.refused) == (2, 3, 1)
        await begun(held, 2)
        held.let_go()
        assert await asyncio.gather(*served) == ["done"] * 5
        assert (held.begun, held.at_once, queue.idle) == (5, 2, True)
        assert await queue.run(lambda: "after") == "after"

    asyncio.run(run())


def test_who_was_let_in_before_is_not_sent_away_halfway():
    async def run():
        queue, held = WorkQueue(at_once=1, most_waiting=0), Held()
        first = asyncio.create_task(queue.run(held))
        await inside(queue, 1)
        second = asyncio.create_task(queue.run(held, admitted=True))
        await inside(queue, 2)
        held.let_go()
        assert await asyncio.gather(first, second) == ["done"] * 2

    asyncio.run(run())


def test_who_waits_for_a_lock_takes_no_turn_from_others():
    async def run():
        queue, held, lock = WorkQueue(at_once=2), Held(), asyncio.Lock()
        same = [asyncio.create_task(queue.run(held, lock=lock)) for _ in range(3)]
        await inside(queue, 3)
        assert await queue.run(lambda: "another session") == "another session"
        held.let_go()
        await asyncio.gather(*same)
        assert held.at_once == 1

    asyncio.run(run())


def test_a_closed_queue_finishes_what_is_inside_and_refuses_the_rest():
    async def run():
        queue, held = WorkQueue(at_once=1), Held()
        begun = [asyncio.create_task(queue.run(held)) for _ in range(2)]
        await inside(queue, 2)
        queue.close()
        with pytest.raises(BusyError, match=r"is being stopped\. Nothing of this request was done"):
            await queue.run(held)
        assert not queue.idle
        held.let_go()
        assert await asyncio.gather(*begun) == ["done"] * 2
        assert queue.idle

    asyncio.run(run())


def test_a_failure_frees_the_turn():
    def fail():
        raise ValueError("broken")

    async def run():
        queue = WorkQueue(at_once=1, most_waiting=0)
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"):
                await queue.run(fail)
        assert queue.idle

    asyncio.run(run())
