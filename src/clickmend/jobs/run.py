"""A job: items in, every shard finished, results out in the order of the items."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from clickmend.core.addresses import Place
from clickmend.core.errors import JobError, OutputError
from clickmend.core.files import make_folder, remove_folder, write_atomically
from clickmend.jobs.engines import Engine
from clickmend.jobs.item_file import ItemFile
from clickmend.jobs.items import Item, Shard, in_shards, shard_size
from clickmend.jobs.kept import Kept, Line, is_done
from clickmend.jobs.locks import alone, folder_here
from clickmend.jobs.origin import check_origin
from clickmend.jobs.runlog import check_same
from clickmend.jobs.worker import Work, Worker

_HEADER = "job.json"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run has done.

    Attributes:
        items: How many the job has.
        new: How many were done in this run.
        kept: How many were there already.
        failed: How many have failed.
        seconds: How long it took.
        peak_mb: The most memory that a worker had; 0 where none was needed.
    """

    items: int
    new: int
    kept: int
    failed: int
    seconds: float
    peak_mb: float


def run_job(
    items: Iterable[Item],
    work: Work,
    folder: Place,
    *,
    engine: Engine,
    results: Place | None = None,
    retries: int = 1,
    fresh: bool = False,
    each: Callable[[Item, Line], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ran:
    """Do what is missing of a job.

    Args:
        items: What there is to do, in an order that stays.
        work: What is done with each.
        folder: What is kept of the job; nobody else writes there.
        engine: Where it is done.
        results: Folder that outputs are in or below, if there are some.
        retries: How many times more an item is tried that failed.
        fresh: Whether what is kept is forgotten.
        each: Called with every item and its line, in the order of the items, when it and all
            before it are done.
        progress: Called with how many items are through, and how many there are.

    Raises:
        DataError: Two items have one name or one output, or an output is an input.
        OptionError: The folder holds a job with other options or weights, or of other files that
            have the same names, see ``check_origin``.
        OutputError: The folder cannot be written.
        JobError: Somebody is at work on it, it holds something else, or workers end without doing
            anything.
        Exception: An error that is no matter of single items.
    """
    begun = time.perf_counter()
    with alone(folder, results=results):
        job = _Job(work, folder)
        job.begin(items, fresh=fresh)
        ran = job.run(Worker(work, job.kept, retries=retries), engine, each, progress)
    return replace(ran, seconds=time.perf_counter() - begun)


@dataclass(frozen=True)
class _Header:
    """What all results of a job have in common, as its file has it.

    Args:
        common: What the work says.
        shard_size: Items of a shard on average.
        home: The folder of what results were made of.
    """

    common: dict[str, Any]
    shard_size: int
    home: str | None


class _Job:
    """A job in the hands of one run."""

    def __init__(self, work: Work, folder: Place) -> None:
        self.kept = Kept(folder / "shards", secrets.token_hex(4))
        self._work, self._folder = work, folder
        self._items = ItemFile(folder_here(folder) / "items.jsonl")
        self._count = self._size = 0

    def run(
        self,
        worker: Worker,
        engine: Engine,
        each: Callable[[Item, Line], None] | None,
        progress: Callable[[int, int], None] | None,
    ) -> Ran:
        counts: Counter[str] = Counter()
        failed = told_items = told_shards = 0

        def told(shard: Shard, lines: Mapping[str, Line]) -> None:
            nonlocal failed, told_items, told_shards
            told_shards, told_items = told_shards + 1, told_items + len(shard.items)
            for item in shard.items:
                line = _line_of(item, lines)
                failed += "failed" in line
                if each:
                    each(item, line)

        unexpected: Exception | None = None
        peak = 0.0
        for step in engine.run(worker, self._missing(counts, told)):
            counts[step.state] += 1
            unexpected, peak = step.error or unexpected, max(peak, step.peak_mb)
            if progress:
                through = sum(counts.values()) - counts["finished"]
                progress(min(through, self._count), self._count)
        if unexpected is not None and not counts["done"] + counts["kept"]:
            raise unexpected
        if told_items < self._count:
            for shard in islice(in_shards(self._items, self._size), told_shards, None):
                told(shard, self.kept.finished(shard))
        new = counts["done"]
        return Ran(self._count, new, self._count - failed - new, failed, 0.0, peak)

    def _missing(
        self, counts: Counter[str], told: Callable[[Shard, Mapping[str, Line]], None]
    ) -> Iterator[Shard]:
        """The shards that are not finished; what is told at once are those before the first."""
        first = True
        for shard in in_shards(self._items, self._size):
            lines = self.kept.finished(shard)
            if not all(is_done(item, lines.get(item.name)) for item in shard.items):
                first = False
                yield shard
                continue
            counts["kept"] += len(shard.items)
            if first:
                told(shard, lines)

    def begin(self, items: Iterable[Item], *, fresh: bool) -> None:
        """Write down the items and what all results have in common, or see that it is the same."""
        here = json.loads(json.dumps(dict(self._work.common())))
        there = self._header()
        if there is not None and fresh:
            self._forget()
            there = None
        if there is not None:
            check_same(there.common, here, where=str(self._folder))
        self._count = self._items.write(items)
        home = self._items.home
        if there is not None and there.home is not None and home not in (None, there.home):
            assert home is not None
            check_origin(self._items, self.kept, before=there.home, now=home)
        self._size = shard_size(self._count) if there is None else there.shard_size
        now = _Header(here, self._size, home if there is None else home or there.home)
        if self._count and now != there:  # a job without items has no results to agree with
            make_folder(self._folder)
            write_atomically(self._folder / _HEADER, json.dumps(asdict(now)).encode())

    def _header(self) -> _Header | None:
        file = self._folder / _HEADER
        try:
            there = json.loads(file.read_bytes())
            return _Header(dict(there["common"]), int(there["shard_size"]), there.get("home"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError):
            raise JobError(
                f"{file} is not what clickmend writes there, so it is left as it is. What is kept "
                "of a job has a folder of its own; write to another place."
            ) from None

    def _forget(self) -> None:
        """Remove the header last: without it nothing that is left would be checked."""
        try:
            if self.kept.folder.exists():
                remove_folder(self.kept.folder)
            (self._folder / _HEADER).unlink()
        except OSError as error:
            raise OutputError(
                f"What is kept in {self._folder} cannot be removed: {error.strerror}. A folder "
                "that this user may write to is needed; name another place."
            ) from None


def _line_of(item: Item, lines: Mapping[str, Line]) -> Line:
    line = lines.get(item.name)
    if line is None or line["asked"] != item.digest:
        raise JobError(
            f"There is no result of {item.name}. All items have one when a run has come to its "
            "end; give the same command again."
        )
    return line


def summary(ran: Ran, failures: Iterable[tuple[str, str]], about: Mapping[str, Any]) -> bytes:
    """A run as JSON.

    Args:
        ran: What it has done.
        failures: Names and reasons.
        about: What else is told: task, engine.
    """
    rate = ran.new / ran.seconds if ran.seconds else 0.0
    told = {
        **about,
        "items": ran.items,
        "new": ran.new,
        "kept": ran.kept,
        "failed": ran.failed,
        "seconds": round(ran.seconds, 3),
        "per_second": round(rate, 3),
        "peak_worker_mb": round(ran.peak_mb, 1),
        "failures": [{"name": name, "reason": reason} for name, reason in failures],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
