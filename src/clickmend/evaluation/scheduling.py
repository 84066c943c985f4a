"""Executes the runs of a bench once each: in this process, in several, or on a cluster.

They are written in order, also with several workers, so an interrupted bench that is continued
gives the same file as an uninterrupted one, except for seconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from clickmend.core.errors import JobError
from clickmend.core.files import remove_folder
from clickmend.evaluation.runs import Run
from clickmend.jobs import ENGINES, Item, Line, Record, Result, RunLog, Work, run_job

Maker: TypeAlias = Callable[[Run], Record]
"""Executes a run; the record starts with the run's facts."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of finished runs and their total."""


@dataclass
class Making(Work):
    """Executes runs, named as their items, with one thread per process."""

    make: Maker
    runs: Mapping[str, Run]
    told: Mapping[str, Any]
    _before: int = field(default=0, init=False)

    expected = ()  # whatever fails in all runs is raised as it is

    def common(self) -> Mapping[str, Any]:
        """See ``Work``."""
        return self.told

    def start(self) -> None:
        """See ``Work``."""
        import torch

        from clickmend.networks.weights.graph import set_threads

        self._before = torch.get_num_threads()
        torch.set_num_threads(1)
        set_threads(1)

    def stop(self) -> None:
        """See ``Work``."""
        import torch

        from clickmend.networks.weights.graph import set_threads

        torch.set_num_threads(self._before)
        set_threads(None)

    def do(self, item: Item) -> Result:
        """See ``Work``."""
        return Result(self.make(self.runs[item.name]))


def engine_of(engine: str | None, jobs: int) -> str | None:
    """The engine by name or for a number of processes; ``None`` for serial execution.

    Raises:
        OptionError: There is no such engine.
    """
    name = engine or ("pool" if jobs > 1 else "serial")
    return name if ENGINES[name] is not ENGINES["serial"] else None


def make_runs(
    runs: Sequence[Run],
    log: RunLog,
    make: Maker,
    *,
    jobs: int = 1,
    engine: str | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> list[Record]:
    """Execute the runs that are missing in the log.

    An engine with several processes uses one thread in each and pickles ``make``. The log is
    written when all runs are finished; until then they are stored in a folder beside it, from which
    an interrupted bench continues unless ``fresh`` is set.

    Returns:
        The records of all runs, in their order.

    Raises:
        JobError: Some runs failed on an engine; the others are kept.
        OptionError: The stored runs have other settings.
        ClickmendError: Any error of a dataset or a session.
    """
    shared = engine_of(engine, jobs)
    missing = [run for run in runs if run.name not in log]
    kept = len(runs) - len(missing)

    def told(done: int, _: int = 0) -> None:
        if progress:
            progress(kept + done, len(runs))

    told(0)
    if shared is None or not missing:
        for done, run in enumerate(missing, start=1):
            log.append(make(run))
            told(done)
    else:
        named = {json.dumps(run.name): run for run in missing}
        failures: list[str] = []

        def take(_: Item, line: Line) -> None:
            if "failed" in line:
                failures.append(f"{line['name']}: {line['failed']}")
            elif not failures:
                log.append(line["record"])

        folder = log.path.absolute().with_name(f".{log.path.stem}.bench")
        run_job(
            (Item(name, {}) for name in named),
            Making(make, named, log.common),
            folder,
            engine=ENGINES[shared](jobs=jobs),
            retries=0,
            fresh=fresh,
            each=take,
            progress=told,
        )
        if failures:
            raise JobError(
                f"{len(failures)} of {len(missing)} runs failed, the first is {failures[0]} The "
                "others are kept, and the same command goes on with what is missing; with --engine "
                "serial it tells where the error is from."
            )
        remove_folder(folder)  # the log has it all
    return [log[run.name] for run in runs]
