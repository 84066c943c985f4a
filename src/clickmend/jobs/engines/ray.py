"""A Ray cluster, or a Ray of this machine: an actor for each worker, placed where there is room."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from clickmend.core.errors import NotAvailableError
from clickmend.jobs.engines.base import ENGINES, Ends, Engine
from clickmend.jobs.items import Shard
from clickmend.jobs.worker import Step, Worker, one_line, portable

_HINT = (
    "Allowed is a cluster whose machines have clickmend and see the same folders; look at Ray's "
    "logs of the workers."
)


@ENGINES.register("ray")
class RayEngine(Engine):
    """``jobs`` actors. ``RAY_ADDRESS`` names a cluster; without it one of this machine is begun.

    A shard is told when it is finished, not photo by photo. That of an actor or a machine that is
    lost goes to another one, which goes on from what lies on the disk they share.
    """

    def run(self, worker: Worker, shards: Iterator[Shard]) -> Iterator[Step]:
        """See ``Engine``.

        Raises:
            NotAvailableError: Ray is not installed, or the cluster does not answer.
        """
        ray, waiting = _ray(), _Waiting(shards)
        if not waiting:
            return  # and no Ray is begun for it, which takes seconds
        begun = not ray.is_initialized()
        if begun:
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            _begin(ray)
        try:
            yield from self._run(ray, worker, waiting)
        finally:
            if begun:
                ray.shutdown()

    def _run(self, ray: Any, worker: Worker, waiting: _Waiting) -> Iterator[Step]:
        host = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(_Host)
        shared, ends = ray.put(worker), Ends(_HINT)
        idle: list[Any] = []
        starting: dict[Any, Any] = {}
        busy: dict[Any, tuple[Any, Shard]] = {}
        while True:
            while idle and waiting:
                actor, shard = idle.pop(), waiting.take()
                busy[actor.make.remote(shard)] = actor, shard
            while waiting and len(starting) + len(busy) < self.jobs:
                actor = host.remote(shared)
                starting[actor.ready.remote()] = actor
            if not busy and not waiting:
                return
            (told,), _ = ray.wait([*busy, *starting], num_returns=1)
            at = busy.pop(told, None)
            actor = starting.pop(told) if at is None else at[0]
            try:
                steps = ray.get(told)
            except ray.exceptions.RayActorError as error:
                if at is not None:
                    waiting.again(at[1])
                ends.ended(f"with {type(error).__name__}")
                continue
            idle.append(actor)
            for step in steps:
                if isinstance(step, Exception):
                    raise step
                if step.state in ("done", "failed"):
                    ends.moved()
                yield step


class _Waiting:
    """The shards that nobody works on; true while there are some."""

    def __init__(self, shards: Iterator[Shard]) -> None:
        self._shards, self._next = shards, deque[Shard]()

    def __bool__(self) -> bool:
        if not self._next:
            self._next.extend(islice(self._shards, 1))
        return bool(self._next)

    def take(self) -> Shard:
        return self._next.popleft()

    def again(self, shard: Shard) -> None:
        self._next.append(shard)


class _Host:
    """The actor."""

    def __init__(self, worker: Worker) -> None:
        self._worker, self._started = worker, False

    def ready(self) -> list[Step | Exception]:
        """Told when the actor has a place."""
        return []

    def make(self, shard: Shard) -> list[Step | Exception]:
        """Do a shard; an error that ends the run comes back as it is."""
        steps: list[Step | Exception] = []
        try:
            if not self._started:
                self._worker.work.start()
                self._started = True
            steps.extend(self._worker.make(shard))
        except Exception as problem:  # noqa: BLE001  # the driver raises it
            steps.append(portable(problem))
        return steps


def _begin(ray: Any) -> None:
    try:
        ray.init(log_to_driver=False, logging_level="warning", include_dashboard=False)
    except ConnectionError as error:
        raise NotAvailableError(
            f"No Ray cluster lets us in at RAY_ADDRESS={os.environ.get('RAY_ADDRESS', '')} "
            f"({one_line(error)}). Allowed is the address of one that runs, with "
            "RAY_AUTH_MODE=token and its token where it asks for one; without RAY_ADDRESS a Ray "
            "of this machine is begun."
        ) from None


def _ray() -> Any:
    try:
        import ray
    except ImportError:
        raise NotAvailableError(
            "The engine 'ray' needs Ray, which is not installed. Allowed without it are 'serial' "
            "and 'pool'; pip install 'clickmend[ray]'."
        ) from None
    return ray
