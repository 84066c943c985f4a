"""What a job is made of: items, and the shards that they are worked in."""

from __future__ import annotations

import hashlib
import json
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from clickmend.core.addresses import is_address, place_at
from clickmend.core.errors import DataError
from clickmend.core.files import written_atomically

LONGEST = 4
"""A shard has at most so many times the items that shards have on average."""

MOST_IN_A_SHARD = 512
"""Items of a shard on average, of a job of many."""

_AT_ONCE = 512
"""Items of a line, which is far quicker than one by one."""

_encode = json.JSONEncoder(ensure_ascii=False).encode
_encode_sorted = json.JSONEncoder(sort_keys=True).encode

SHARDS = 512
"""Into about so many a job of few items is parted, so that several workers share it well."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do.

    Args:
        name: Its own in the job.
        inputs: The files that the result depends on, by what each is ("photo", "prior"): paths
            or addresses.
        asked: What else it depends on, as JSON has it.
        output: The file that is written, if the result is one.
        digest: Changes with what is asked, and is made of it; the content of files is looked at
            by itself.
    """

    name: str
    inputs: Mapping[str, str]
    asked: Mapping[str, Any] = field(default_factory=dict)
    output: str | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        if not self.digest:
            asked = _encode_sorted([sorted(self.inputs), self.asked])
            digest = hashlib.sha256(asked.encode()).hexdigest()[:16]
            object.__setattr__(self, "digest", digest)

    @property
    def source(self) -> str | None:
        """What an output is a result of: the first of the inputs. Without an output nothing is."""
        return None if self.output is None else next(iter(self.inputs.values()), None)


@dataclass(frozen=True, slots=True)
class Shard:
    """Items that one worker does one after another.

    Args:
        key: The name of its file.
        items: In the order of the job, at least one.
    """

    key: str
    items: Sequence[Item]


def shard_size(count: int) -> int:
    """How many items a shard has on average, of so many in all."""
    return min(MOST_IN_A_SHARD, max(1, -(-count // SHARDS)))


def in_shards(items: Iterable[Item], size: int) -> Iterator[Shard]:
    """Part items into shards, one after another.

    Where a shard begins is a matter of the name of its first item, so that an item more or less
    changes one shard and leaves the others as they are.

    Args:
        items: In the order of the job.
        size: Items of a shard on average.
    """
    batch: list[Item] = []
    for item in items:
        if batch and (_begins(item.name, size) or len(batch) >= LONGEST * size):
            yield _shard(batch)
            batch = []
        batch.append(item)
    if batch:
        yield _shard(batch)


class ItemFile:
    """Items as a file of JSON lines of some hundred, gone through one by one as often as needed.

    Args:
        path: The file.

    Attributes:
        home: The folder that all sources of outputs lie in or below, of what was written last;
            ``None`` where there are none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.home: str | None = None

    def __iter__(self) -> Iterator[Item]:
        with self.path.open("rb") as file:
            for line in file:
                for entry in json.loads(line):
                    yield Item(*entry)

    def write(self, items: Iterable[Item]) -> int:
        """Put items into the file, where no result takes the place of another or of what is read.

        Memory is 8 bytes for each file that is named.

        Returns:
            How many there are.

        Raises:
            DataError: Two items have one name or one output, or an output is an input.
            OutputError: The file cannot be written.
        """
        names, outputs, inputs = array("Q"), array("Q"), array("Q")
        self.home = None
        with written_atomically(self.path) as file:
            there = iter(items)
            while some := list(islice(there, _AT_ONCE)):
                for item in some:
                    names.append(number_of(item.name))
                    for place in item.inputs.values():
                        inputs.append(number_of(_whole(place)))
                    if item.output is not None:
                        outputs.append(number_of(_whole(item.output)))
                    if item.source is not None:
                        self.home = common_folder(self.home, _whole(item.source))
                told = [[one.name, one.inputs, one.asked, one.output, one.digest] for one in some]
                file.write(_encode(told).encode() + b"\n")
        try:
            if _repeated(names):
                self._refuse_names()
            if _repeated(outputs):
                self._refuse_outputs()
            if _common(outputs, inputs):
                self._refuse_overwriting()
        except DataError:
            self.path.unlink()
            raise
        return len(names)

    # Numbers of 64 bits are alike, so these look at the names themselves.

    def _refuse_names(self) -> None:
        twice = _first_twice(item.name for item in self)
        if twice is not None:
            raise DataError(
                f"{twice!r} is there twice. Each item has a name of its own; take one of them out."
            )

    def _refuse_outputs(self) -> None:
        twice = _first_twice(_whole(item.output) for item in self if item.output is not None)
        if twice is not None:
            raise DataError(
                f"Two results would be written to {twice}. Give photos of different names, or "
                "each an output of its own in a manifest."
            )

    def _refuse_overwriting(self) -> None:
        read = {_whole(place) for item in self for place in item.inputs.values()}
        for item in self:
            if item.output is not None and _whole(item.output) in read:
                raise DataError(
                    f"The result {item.output} would be written over a photo or another file that "
                    "is read. Results go where nothing is read from; give another folder."
                )


def common_folder(folder: str | None, place: str) -> str:
    """The folder that a file lies in or below as well as those that were seen before.

    Args:
        folder: That of those; ``None`` where there are none.
        place: Path or address of the file.
    """
    if folder is not None and place.startswith(f"{folder}/"):
        return folder
    parts = place.split("/")[:-1]
    if folder is not None:
        pairs = zip(folder.split("/"), parts, strict=False)
        parts = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return "/".join(parts)


def number_of(name: str) -> int:
    """A name as a number of 64 bits, in this process alone."""
    return hash(name) & 0xFFFF_FFFF_FFFF_FFFF


def _shard(batch: Sequence[Item]) -> Shard:
    return Shard(hashlib.sha256(batch[0].name.encode()).hexdigest()[:20], tuple(batch))


def _begins(name: str, size: int) -> bool:
    return crc32(name.encode()) % size == 0


def _whole(place: str) -> str:
    if place.startswith("/") and "//" not in place and "/." not in place:
        return place  # which is nearly always so, and quick
    if is_address(place):
        return str(place_at(place).resolve())
    return os.path.abspath(place)  # noqa: PTH100  # pathlib keeps the dots


def _repeated(numbers: array[int]) -> bool:
    ordered = np.sort(np.frombuffer(numbers, np.uint64)) if numbers else np.zeros(0, np.uint64)
    return bool((ordered[1:] == ordered[:-1]).any())


def _common(some: array[int], others: array[int]) -> bool:
    if not (some and others):
        return False
    return bool(np.isin(np.frombuffer(some, np.uint64), np.frombuffer(others, np.uint64)).any())


def _first_twice(names: Iterable[str]) -> str | None:
    """The first name that comes again; asked only where there almost certainly is one."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
