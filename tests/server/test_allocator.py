"""Freed memory is used again."""

import asyncio
import subprocess
import sys

import pytest

from clickmend.server import allocator

PROGRAM = """
import sys
import threading
import numpy as np
from clickmend.server.allocator import share_freed_memory

def resident_mb():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

if sys.argv[1] == "told":
    assert share_freed_memory()
large = np.ones(20_000_000)
del large  # from here on glibc makes smaller ones part of its arenas
before = resident_mb()

def work():
    kept = []
    for _ in range(300):
        array = np.ones(50_000)
        kept.append(np.ones(100))
        del array
    arrays = [np.ones(50_000) for _ in range(40)]
    small.append(np.ones(100))
    del arrays

small = []
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident_mb() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="is about glibc")
def test_what_threads_have_freed_others_use_again():
    left = {way: sorted(left_mb(way) for _ in range(5))[2] for way in ("told", "not told")}
    assert left["told"] < 0.8 * left["not told"], left


def left_mb(way):
    """What is left by threads that meet each other as it happens, so one is told by several."""
    program = [sys.executable, "-c", PROGRAM, way]
    return float(subprocess.run(program, check=True, capture_output=True, text=True).stdout)


FREED = """
import numpy as np
from clickmend.server.allocator import give_back_freed_memory

def resident_mb():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

arrays = [np.ones(10_000) for _ in range(1000)]
kept = arrays[::20]
del arrays
before = resident_mb()
assert give_back_freed_memory()
print(before - resident_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="is about glibc")
def test_what_was_freed_between_arrays_that_are_held_is_given_back():
    program = [sys.executable, "-c", FREED]
    found = subprocess.run(program, check=True, capture_output=True, text=True)
    assert float(found.stdout) > 40


def test_memory_is_given_back_again_and_again_until_it_is_cancelled(monkeypatch):
    given = []
    monkeypatch.setattr(allocator, "GIVE_BACK_EVERY_S", 0.0)
    monkeypatch.setattr(allocator, "give_back_freed_memory", lambda: given.append(1))

    async def until_twice():
        giving = asyncio.create_task(allocator.give_back_now_and_then())
        while len(given) < 2:
            await asyncio.sleep(0)
        giving.cancel()

    asyncio.run(until_twice())
