"""Several items at the same time in one worker, each in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from clickmend.jobs.items import Item

Done = TypeVar("Done")


def each_done(
    items: Sequence[Item],
    do: Callable[[Item], Done],
    *,
    at_once: int,
    wanted: Callable[[], bool],
) -> Iterator[tuple[Item, Done]]:
    """Do items, some at the same time; each with what it gave, the first that is through first.

    Args:
        items: In the order in which they are begun.
        do: Does one.
        at_once: How many; one at a time is done in the thread of whoever asks.
        wanted: Asked before each item; where it says no, none is begun any more.

    Raises:
        Exception: What ``do`` raises, when those under way have come to their end.
    """
    if at_once == 1:
        for item in items:
            if not wanted():
                return
            yield item, do(item)
        return
    left = iter(items)
    with ThreadPoolExecutor(at_once, thread_name_prefix="clickmend-item") as threads:
        under_way: dict[Future[Done], Item] = {}
        while True:
            while len(under_way) < at_once and wanted():
                begun = next(left, None)
                if begun is None:
                    break
                under_way[threads.submit(do, begun)] = begun
            if not under_way:
                return
            through, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in through:
                yield under_way.pop(future), future.result()
