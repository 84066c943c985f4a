"""A server in a process of its own whose marks wait while a file is there.

    python slow_server.py HOME WORKERS [DATABASE]

A click at x = 7 waits; all others are painted at once.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from clickmend.feedback import Click
from clickmend.projects.store import Store
from clickmend.server import app
from clickmend.server.serve import serve
from clickmend.server.traits import Traits
from clickmend.session.history import History
from clickmend.tasks.interactive import InteractivePrediction

app.traits_of = lambda *_, **__: Traits()  # those of networks would bring in torch

SLOW_X = 7.0


class Slow(History[tuple[Click, ...]]):
    """A session of dots."""

    undone = "a mark"
    protected = None

    def __init__(self, photo, options, start):
        super().__init__(())
        self.size = photo.shape[1], photo.shape[0]

    @property
    def feedback(self):
        """The marks that count."""
        return self._state

    @property
    def prediction(self):
        """The dots."""
        logits = np.full(self.size[::-1], -1, np.float32)
        for mark in self._state:
            logits[int(mark.y), int(mark.x)] = 1
        return InteractivePrediction(logits)

    initial = prediction

    def add(self, mark):
        """Wait where that is asked for, then put a dot."""
        while mark.x == SLOW_X and HOLD.exists():
            time.sleep(0.01)
        self._append((*self._state, mark))

    def reset(self):
        """Take all away."""
        self._append(())

    def prepare(self):
        """Nothing."""


HOME = Path(sys.argv[1])
HOLD = HOME / "hold"

if __name__ == "__main__":

    def say(line):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    serve(
        port=0,
        open_browser=False,
        session_factory=Slow,
        store=Store(HOME, url=sys.argv[3] if len(sys.argv) > 3 else None),
        workers=int(sys.argv[2]),
        say=say,
    )
