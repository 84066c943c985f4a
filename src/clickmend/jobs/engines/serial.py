"""One shard after another, in this process."""

from __future__ import annotations

from collections.abc import Iterator

from clickmend.jobs.engines.base import ENGINES, Engine
from clickmend.jobs.items import Shard
from clickmend.jobs.worker import Step, Worker


@ENGINES.register("serial")
class SerialEngine(Engine):
    """Needs no other process; a crash of the process ends the run, which can be continued."""

    def run(self, worker: Worker, shards: Iterator[Shard]) -> Iterator[Step]:
        """See ``Engine``."""
        started = False
        try:
            for shard in shards:
                if not started:
                    worker.work.start()
                    started = True
                yield from worker.make(shard)
        finally:
            if started:
                worker.work.stop()
