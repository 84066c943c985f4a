"""How the C library keeps memory that was freed."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

ARENAS = 2
"""Parts of memory that threads allocate from; each keeps what was freed in it."""

OWN_BYTES = 1 << 18
"""Arrays from this size on have pages of their own, which go back to the system when freed."""

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8


def give_back_freed_memory() -> bool:
    """Have freed arrays given back to the system, whichever thread they were made in.

    Without it glibc keeps those of each thread for that thread, eight times as many as there are
    cores, and makes large ones part of them once one was freed: a process grows for an hour.

    Returns:
        Whether the C library is one that can be told; others do so by themselves.
    """
    if sys.platform != "linux":
        return False
    tell: Any = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is None:
        return False
    return bool(tell(_M_ARENA_MAX, ARENAS) and tell(_M_MMAP_THRESHOLD, OWN_BYTES))
