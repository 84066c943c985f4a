"""How the C library keeps memory that was freed."""

from __future__ import annotations

import asyncio
import ctypes
import sys
from typing import Any, NoReturn

from starlette.concurrency import run_in_threadpool

ARENAS = 2
"""Parts of memory that threads allocate from; each keeps what was freed in it."""

_M_ARENA_MAX = -8

GIVE_BACK_EVERY_S = 30.0
"""Giving back takes some milliseconds, and those who want the pages again wait for new ones."""


def share_freed_memory() -> bool:
    """Have threads use again what others have freed.

    Without it glibc keeps those arrays for the thread that made them, in up to eight parts a core:
    a process grows for an hour. From which size on arrays have pages of their own is left to
    glibc, for new pages are slow: masks of large photos are made at every click.

    Returns:
        Whether the C library is one that can be told; others do so by themselves.
    """
    return _tell("mallopt", _M_ARENA_MAX, ARENAS)


def give_back_freed_memory() -> bool:
    """Give the system the pages that were freed between others that are held.

    Arrays of sessions are freed in another order than they were made in, so without it a process
    grows in its first minutes by as much again as each session holds.

    Returns:
        Whether there were some, where the C library is one that can be told.
    """
    return _tell("malloc_trim", 0)


async def give_back_now_and_then() -> NoReturn:
    """The same, for as long as it is not cancelled."""
    while True:
        await asyncio.sleep(GIVE_BACK_EVERY_S)
        await run_in_threadpool(give_back_freed_memory)


def _tell(function: str, *arguments: int) -> bool:
    if sys.platform != "linux":
        return False
    tell: Any = getattr(ctypes.CDLL(None), function, None)
    return tell is not None and bool(tell(*arguments))
