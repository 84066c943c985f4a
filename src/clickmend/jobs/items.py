"""What a job is made of: items, and the shards that they are worked in."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from clickmend.core.addresses import is_address, place_at

LONGEST = 4
"""A shard has at most so many times the items that shards have on average."""

MOST_IN_A_SHARD = 512
"""Items of a shard on average, of a job of many."""

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


def number_of(name: str) -> int:
    """A name as a number of 64 bits, in this process alone."""
    return hash(name) & 0xFFFF_FFFF_FFFF_FFFF


def whole(place: str) -> str:
    """A path or address as it is from the root; links stay."""
    if place.startswith("/") and "//" not in place and "/." not in place:
        return place  # which is nearly always so, and quick
    if is_address(place):
        return str(place_at(place).resolve())
    return os.path.abspath(place)  # noqa: PTH100  # pathlib keeps the dots


def _shard(batch: Sequence[Item]) -> Shard:
    return Shard(hashlib.sha256(batch[0].name.encode()).hexdigest()[:20], tuple(batch))


def _begins(name: str, size: int) -> bool:
    return crc32(name.encode()) % size == 0
