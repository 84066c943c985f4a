"""Several processes that answer behind one address, each started again when it ends.

Each listens on a socket in a folder that only this user may enter. The sockets are the parent's,
so a process that is started again takes up what came meanwhile.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, final

import httpx

from clickmend.core.errors import OutputError
from clickmend.networks.batching import set_batch
from clickmend.projects.opening import SessionFactory
from clickmend.projects.store import Store
from clickmend.server.allocator import share_freed_memory
from clickmend.server.interop import TOOLS
from clickmend.server.networks import Networks
from clickmend.server.places import Place
from clickmend.server.server import Server

START_S = 120.0
"""How long the address waits for its processes before it answers without them."""

STEADY_S = 10.0
"""A process that ends sooner than this after its start is given a pause before the next one."""

LONGEST_PAUSE_S = 30.0

IDLE_CONNECTION_S = 60
"""How long a connection to a process is kept for the next request."""


@final
@dataclass(frozen=True)
class Setup:
    """What each process makes its application of; see ``create_app``.

    Args:
        home: The folder of the store.
        url: Of its database, where that is not in the folder.
        host: Where the address is.
        token: What is asked for.
        roots: Folders that projects may use.
        interop: Names of other tools that are answered.
        session_factory: Starts a session on a photo; a function of a module.
        batch: How many views a network answers together; what the settings say where left out.
        networks: What each has.
    """

    home: Path
    url: str | None
    host: str
    token: str | None
    roots: Sequence[Path]
    interop: Sequence[str]
    session_factory: SessionFactory
    batch: int | None = None
    networks: Networks = field(default_factory=Networks)


def answer(place: Place, setup: Setup, listening: socket.socket, ready: Connection) -> None:
    """What a process does, until it is asked to stop or its parent is gone."""
    from clickmend.server.app import create_app

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all; the parent says when
    threading.Thread(target=_end_with_parent, daemon=True).start()
    share_freed_memory()
    set_batch(setup.batch)
    app = create_app(
        session_factory=setup.session_factory,
        host=setup.host,
        store=Store(setup.home, url=setup.url),
        roots=setup.roots,
        token=setup.token,
        interop=[TOOLS[name] for name in setup.interop],
        place=place,
        networks=setup.networks,
    )
    server = Server(
        app,
        when_ready=lambda: ready.send(True),
        deaf_to=[signal.SIGINT],
        keep_alive_s=2 * IDLE_CONNECTION_S,
    )
    server.run(sockets=[listening])


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


class Worker:
    """One of the processes, whichever it is at the time.

    Args:
        place: Which one.
        setup: What it makes its application of.
        folder: Holds its socket.
        say: Takes a line for the person who started the server.

    Raises:
        OutputError: There can be no socket in the folder.
    """

    def __init__(
        self, place: Place, setup: Setup, *, folder: Path, say: Callable[[str], object]
    ) -> None:
        self.place = place
        self.ready = asyncio.Event()
        self.restarts = 0
        self.process: SpawnProcess | None = None
        self._setup = setup
        self._say = say
        path = str(folder / str(place.number))
        self._listening = socket.socket(socket.AF_UNIX)
        try:
            self._listening.bind(path)
        except OSError as error:
            self._listening.close()
            raise OutputError(
                f"The processes cannot listen at {path} ({error}). A folder for temporary files "
                "that this user may write to, with a short path, is needed; name one in TMPDIR."
            ) from error
        self._listening.listen(512)
        limits = httpx.Limits(keepalive_expiry=IDLE_CONNECTION_S)
        self.transport = httpx.AsyncHTTPTransport(uds=path, trust_env=False, limits=limits)

    async def keep(self, closing: asyncio.Event) -> None:
        """Start it, and again whenever it ends, until ``closing``."""
        quick = 0
        while not closing.is_set():
            begun = time.monotonic()
            await self._run(closing)
            if closing.is_set():
                return
            self.restarts += 1
            quick = 0 if time.monotonic() - begun > STEADY_S else quick + 1
            pause_s = min(2.0**quick - 1, LONGEST_PAUSE_S)
            again = f"in {pause_s:g} s" if pause_s else "now"
            self._say(
                f"Process {self.place.number + 1} of {self.place.workers} {self._how_it_ended()}; "
                f"it is started again {again}. What it acknowledged is kept."
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), pause_s)

    def stop(self) -> None:
        """Ask it to finish what is under way and end."""
        if self.process is not None and self.process.is_alive():
            self.process.terminate()

    async def close(self) -> None:
        """Let go of everything; a process that is still there is killed."""
        if self.process is not None and self.process.is_alive():
            self.process.kill()
        await self.transport.aclose()
        self._listening.close()

    async def _run(self, closing: asyncio.Event) -> None:
        """One process from its start to its end."""
        told, tell = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.get_context("spawn").Process(
            target=answer, args=(self.place, self._setup, self._listening, tell), daemon=True
        )
        await asyncio.to_thread(self.process.start)
        tell.close()
        if closing.is_set():  # it was asked for before it was there
            self.stop()
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(told.fileno(), self._heard, told)
        loop.add_reader(self.process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            self.ready.clear()
            loop.remove_reader(told.fileno())
            loop.remove_reader(self.process.sentinel)
            told.close()
        self.process.join()

    def _heard(self, told: Connection) -> None:
        """It answers, or its end of the pipe is gone."""
        asyncio.get_running_loop().remove_reader(told.fileno())
        with suppress(EOFError, OSError):
            if told.recv():
                self.ready.set()

    def _how_it_ended(self) -> str:
        code = None if self.process is None else self.process.exitcode
        if code is not None and code < 0:
            return f"was ended by signal {-code}"
        return f"ended with exit status {code}"


class Workers:
    """All processes behind an address.

    Args:
        count: How many.
        setup: What each makes its application of.
        folder: A folder of this user alone, for their sockets.
        say: Takes a line for the person who started the server.
    """

    def __init__(
        self, count: int, setup: Setup, *, folder: Path, say: Callable[[str], object] = print
    ) -> None:
        self._all = [
            Worker(Place(number, count), setup, folder=folder, say=say) for number in range(count)
        ]
        self._closing = asyncio.Event()
        self._keeping: list[asyncio.Task[None]] = []

    def __iter__(self) -> Iterator[Worker]:
        """All, in order."""
        return iter(self._all)

    def __getitem__(self, number: int) -> Worker:
        """The one of a number."""
        return self._all[number]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._all)

    @property
    def closed(self) -> bool:
        """Whether they are being stopped."""
        return self._closing.is_set()

    @property
    def idle(self) -> bool:
        """Whether all have ended, after ``close``."""
        return self.closed and all(task.done() for task in self._keeping)

    def close(self) -> None:
        """Have all finish what is under way, and start none again."""
        self._closing.set()
        for worker in self._all:
            worker.stop()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep them running within the block, which begins when they answer."""
        self._keeping = [asyncio.create_task(one.keep(self._closing)) for one in self._all]
        await self._started()
        try:
            yield
        finally:
            self.close()
            for worker in self._all:
                await worker.close()
            await asyncio.gather(*self._keeping, return_exceptions=True)

    async def _started(self) -> None:
        """Wait until all answer, for some time, or until they are stopped."""
        waits = [asyncio.create_task(one.ready.wait()) for one in self._all]
        stopped = asyncio.create_task(self._closing.wait())
        everyone = asyncio.gather(*waits, return_exceptions=True)
        either: set[asyncio.Future[Any]] = {everyone, stopped}
        await asyncio.wait(either, timeout=START_S, return_when="FIRST_COMPLETED")
        for task in (*waits, stopped):
            task.cancel()
        await asyncio.gather(everyone, stopped, return_exceptions=True)
