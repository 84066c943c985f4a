"""The runs of a bench on an engine of jobs: in several processes, or on a cluster."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clickmend.core.errors import JobError
from clickmend.jobs import ENGINES, Item, Line, Record, Result, Work, run_job

if TYPE_CHECKING:
    from clickmend.evaluation.runs import Maker, Progress, Run


@dataclass
class Making(Work):
    """Makes runs, each process with one thread.

    Args:
        make: Makes one.
        runs: All of them, by the names of their items.
        told: What all have in common.
    """

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
    """The engine that was named or that the number of processes asks for; ``None`` needs none.

    Raises:
        OptionError: There is no such engine.
    """
    name = engine or ("pool" if jobs > 1 else "serial")
    return name if ENGINES[name] is not ENGINES["serial"] else None


def make_on_engine(
    runs: Sequence[Run],
    make: Maker,
    folder: Path,
    *,
    engine: str,
    jobs: int,
    told: Mapping[str, Any],
    fresh: bool,
    each: Callable[[Record], None],
    progress: Progress | None,
) -> None:
    """Make runs on an engine, and hand over their records in their order.

    Args:
        runs: The runs.
        make: Makes one; picklable.
        folder: What is kept of them meanwhile, so that what was stopped goes on.
        engine: Its name.
        jobs: Workers.
        told: What all have in common.
        fresh: Whether what is kept is forgotten.
        each: Takes a record.
        progress: Takes how many of ``runs`` are made, and how many there are.

    Raises:
        JobError: Some runs failed; those that did not are kept.
        OptionError: What is kept was made in another way.
        Exception: What fails in every run.
    """
    named = {json.dumps(run.name): run for run in runs}
    failures: list[str] = []

    def take(_: Item, line: Line) -> None:
        if "failed" in line:
            failures.append(f"{line['name']}: {line['failed']}")
        elif not failures:
            each(line["record"])

    run_job(
        _items(named),
        Making(make, named, told),
        folder,
        engine=ENGINES[engine](jobs=jobs),
        retries=0,
        fresh=fresh,
        each=take,
        progress=progress,
    )
    if failures:
        raise JobError(
            f"{len(failures)} of {len(runs)} runs failed, the first is {failures[0]} The others "
            "are kept, and the same command goes on with what is missing; with --engine serial it "
            "tells where the error is from."
        )


def _items(names: Mapping[str, Run]) -> Iterator[Item]:
    return (Item(name, {}) for name in names)
