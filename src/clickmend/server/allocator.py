"""How the C library keeps memory that was freed."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

ARENAS = 2
"""Parts of memory that threads allocate from; each keeps what was freed in it."""

_M_ARENA_MAX = -8


def share_freed_memory() -> bool:
    """Have threads use again what others have freed.

    Without it glibc keeps those arrays for the thread that made them, in up to eight parts a core:
    a process grows for an hour. From which size on arrays have pages of their own is left to
    glibc, for new pages are slow: masks of large photos are made at every click.

    Returns:
        Whether the C library is one that can be told; others do so by themselves.
    """
    if sys.platform != "linux":
        return False
    tell: Any = getattr(ctypes.CDLL(None), "mallopt", None)
    return tell is not None and bool(tell(_M_ARENA_MAX, ARENAS))
