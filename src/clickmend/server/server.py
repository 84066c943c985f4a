"""A server that finishes what was begun when it is stopped."""

from __future__ import annotations

import math
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Collection
from types import FrameType
from typing import Protocol

import uvicorn
from starlette.applications import Starlette

KEEP_ALIVE_S = 75
"""How long a connection stays for the next request: longer than proxies and clients keep theirs.

Else a request can meet a connection that is just being closed, and fails.
"""

STREAMS_END_S = 2
"""How long a server that ends waits for what is not work, such as a slow download."""

STOP_S = 20.0
"""How long a server that is stopped finishes what was begun."""

GIVE_UP_S = 5.0
"""How much later the process ends whatever holds it."""


class Work(Protocol):
    """What a server that is stopped waits for."""

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""

    def close(self) -> None:
        """Finish what is under way, and take nothing new."""


class Server(uvicorn.Server):
    """A server that says when it answers, and finishes what was begun when it is stopped.

    Asked to stop, it goes on to listen until the work is done, so that whoever asks for more is
    told to come again. Asked twice it ends at once.

    Args:
        app: What answers, with its work as ``app.state.work``.
        when_ready: Called when it listens.
        deaf_to: Signals that are somebody else's to act on.
        keep_alive_s: How long a connection stays for the next request.
        stop_s: How long what was begun may take once it is stopped.
    """

    def __init__(
        self,
        app: Starlette,
        *,
        when_ready: Callable[[], object],
        deaf_to: Collection[signal.Signals] = (),
        keep_alive_s: int = KEEP_ALIVE_S,
        stop_s: float = STOP_S,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                timeout_graceful_shutdown=STREAMS_END_S,
                timeout_keep_alive=keep_alive_s,
            )
        )
        self._when_ready = when_ready
        self._deaf_to = deaf_to
        self._work: Work = app.state.work
        self._until = math.inf
        self._stop_s = stop_s
        self._last = threading.Timer(stop_s + GIVE_UP_S, os._exit, [1])
        self._last.daemon = True

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer until it is stopped."""
        try:
            super().run(sockets)
        finally:
            self._last.cancel()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop after what was begun, and at the second time at once."""
        del frame
        if sig in self._deaf_to:
            return
        if self._until < math.inf:
            self.should_exit = self.force_exit = True
            return
        self._until = time.monotonic() + self._stop_s
        self._last.start()
        self._work.close()

    async def on_tick(self, counter: int) -> bool:
        """Whether to end now; asked ten times in a second."""
        over = await super().on_tick(counter)
        stopped = self._until < math.inf and self._work.idle
        return over or stopped or time.monotonic() > self._until

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then tell."""
        await super().startup(sockets)
        if self.started:
            self._when_ready()
