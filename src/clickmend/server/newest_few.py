"""The things that were used last, as many as fit."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class NewestFew(Generic[K, V]):
    """Holds things by key while all together are few enough and small enough; from any thread.

    The one that was used last stays, however large it is.

    Args:
        most: How many.
        most_bytes: How much memory they may take together.
    """

    def __init__(self, *, most: int, most_bytes: float) -> None:
        assert most > 0
        self._most, self._most_bytes = most, most_bytes
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._changing = threading.Lock()
        self.held_bytes = 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self._held)

    def __contains__(self, key: object) -> bool:
        """Whether one is there."""
        return key in self._held

    def get(self, key: K) -> V | None:
        """The one of a key, if it is there; it is not used by that."""
        found = self._held.get(key)
        return None if found is None else found[0]

    def put(self, key: K, value: V, held_bytes: int) -> None:
        """Hold one as the one that was used last, with what it takes now; the oldest make room."""
        gone = []  # freed without the lock
        with self._changing:
            gone.append(self._taken(key))
            self._held[key] = value, held_bytes
            self.held_bytes += held_bytes
            while len(self._held) > 1 and (
                len(self._held) > self._most or self.held_bytes > self._most_bytes
            ):
                gone.append(self._taken(next(iter(self._held))))

    def pop(self, key: K) -> None:
        """Let go of one, if it is there."""
        with self._changing:
            gone = self._taken(key)
        del gone

    def _taken(self, key: K) -> V | None:
        value, held_bytes = self._held.pop(key, (None, 0))
        self.held_bytes -= held_bytes
        return value
