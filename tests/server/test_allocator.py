"""Freed memory is used again."""

import subprocess
import sys

import pytest

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
    left = {
        way: float(
            subprocess.run(
                [sys.executable, "-c", PROGRAM, way], check=True, capture_output=True, text=True
            ).stdout
        )
        for way in ("told", "not told")
    }
    assert left["told"] < 70
    assert left["told"] < left["not told"] / 2, left
