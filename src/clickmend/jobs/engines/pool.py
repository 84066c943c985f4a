"""Several processes of this machine, each with a pipe of its own; one that ends is replaced."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from clickmend.jobs.engines.base import ENGINES, Ends, Engine
from clickmend.jobs.items import Shard
from clickmend.jobs.worker import Step, Worker, portable

_HINT = (
    "Allowed is what several processes can hold at once; see how much memory is free, or give "
    "fewer --jobs."
)


@dataclass
class _Process:
    process: SpawnProcess
    pipe: Connection
    shard: Shard | None = None


@ENGINES.register("pool")
class PoolEngine(Engine):
    """``jobs`` processes. They are spawned, for a fork of a process with threads may hang."""

    def run(self, worker: Worker, shards: Iterator[Shard]) -> Iterator[Step]:
        """See ``Engine``."""
        again: deque[Shard] = deque()
        ends = Ends(_HINT)
        pool: list[_Process] = []
        try:
            while True:
                for one in [one for one in pool if one.shard is None]:
                    _hand(one, again, shards)
                while len(pool) < self.jobs and (shard := _next(again, shards)):
                    pool.append(_spawn(worker))
                    _give(pool[-1], shard)
                busy = {one.pipe: one for one in pool if one.shard is not None}
                if not busy:
                    return
                for pipe in wait(list(busy)):
                    assert isinstance(pipe, Connection)
                    yield from _told(busy[pipe], pool, again, ends)
        finally:
            _end(pool)


def _next(again: deque[Shard], shards: Iterator[Shard]) -> Shard | None:
    return again.popleft() if again else next(shards, None)


def _hand(one: _Process, again: deque[Shard], shards: Iterator[Shard]) -> None:
    shard = _next(again, shards)
    if shard is not None:
        _give(one, shard)


def _give(one: _Process, shard: Shard) -> None:
    one.shard = shard
    try:
        one.pipe.send(shard)
    except OSError:
        return  # it has ended, which its pipe will tell


def _told(one: _Process, pool: list[_Process], again: deque[Shard], ends: Ends) -> Iterator[Step]:
    """What a process has sent; one that has ended is taken out, its shard is for another."""
    assert one.shard is not None
    try:
        sent = one.pipe.recv()
    except (EOFError, OSError):
        one.process.join()
        one.pipe.close()
        pool.remove(one)
        again.append(one.shard)
        ends.ended(_how(one.process.exitcode))
        return
    if isinstance(sent, Exception):
        raise sent
    if sent.state == "finished":
        one.shard = None
    if sent.state in ("done", "failed"):
        ends.moved()
    yield sent


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"with the exit code {code}"


def _spawn(worker: Worker) -> _Process:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(
        target=_serve, args=(worker, there, os.getpid()), daemon=True, name="clickmend-worker"
    )
    process.start()
    there.close()
    return _Process(process, here)


def _end(pool: list[_Process]) -> None:
    for one in pool:
        one.pipe.close()
        one.process.terminate()
    for one in pool:
        one.process.join()


def _serve(worker: Worker, pipe: Connection, parent: int) -> None:
    """The process: shards come in, steps go out, until the pipe or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's matter
    try:
        started = False
        while True:
            shard = pipe.recv()
            if not started:
                worker.work.start()
                started = True
            for step in worker.make(shard, wanted=lambda: os.getppid() == parent):
                pipe.send(step)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Exception as problem:  # noqa: BLE001  # the parent raises it
        with suppress(OSError):
            pipe.send(portable(problem))
