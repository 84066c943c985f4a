"""Processes of this machine, as Linux tells of them: who began whom, their time and memory."""

from __future__ import annotations

import os
import threading
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
SAMPLE_S = 0.1


@dataclass(frozen=True)
class Process:
    """One of them.

    Args:
        parent: Who began it.
        cpu_s: Seconds of a core that it took, the kernel's for it among them.
        memory_mb: What it holds, MB of resident memory.
        words: Its command line.
    """

    parent: int
    cpu_s: float
    memory_mb: float
    words: str


def family(pid: int) -> dict[int, Process]:
    """A process and all that are below it, by number."""
    there = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            stat = (place / "stat").read_text().rpartition(")")[2].split()
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        ticks, pages = int(stat[11]) + int(stat[12]), int(stat[21])
        there[int(place.name)] = Process(
            int(stat[1]), ticks / TICKS_A_SECOND, pages * PAGE_BYTES / 1e6, words.strip()
        )
    found = {pid}
    while more := {one for one, of in there.items() if of.parent in found} - found:
        found |= more
    return {one: there[one] for one in found if one in there}


class Watch:
    """Notes what the processes below one take, until it is closed.

    Args:
        pid: The process.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self._ended = pid, threading.Event()
        self._last: dict[int, Process] = {}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def cpu_s(self, kinds: dict[str, str]) -> dict[str, float]:
        """Seconds of a core by kind of process.

        Args:
            kinds: What a command line holds, and its kind; the first that fits counts, and what
                fits none is "other".
        """
        found: Counter[str] = Counter()
        for process in self._last.values():
            kind = next((kind for word, kind in kinds.items() if word in process.words), "other")
            found[kind] += process.cpu_s
        return {kind: round(seconds, 2) for kind, seconds in found.items()}

    def _run(self) -> None:
        while not self._ended.wait(SAMPLE_S):
            for pid, now in family(self._pid).items():
                # One that is ending has no command line any more.
                before = self._last.get(pid, now)
                self._last[pid] = now if now.words else replace(now, words=before.words)
