"""Which of several processes a session lives in: its key says so.

A session may be asked for anywhere, since its log is the truth; but where it is in memory already,
the answer is quick. So a process draws keys that lead to itself, and whoever has a request to pass
on finds the process from the key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import final

from clickmend.projects.store import new_key


@final
@dataclass(frozen=True)
class Place:
    """One of several processes.

    Args:
        number: From 0.
        workers: How many there are.
    """

    number: int = 0
    workers: int = 1

    def owns(self, key: str) -> bool:
        """Whether a session of this key lives here."""
        return worker_of(key, workers=self.workers) == self.number

    def new_key(self) -> str:
        """A key for a session that lives here."""
        while True:
            key = new_key()
            if self.owns(key):
                return key


ALONE = Place()


def worker_of(key: str, *, workers: int) -> int:
    """The number of the process that a key leads to, the same in every process and at any time."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % workers
