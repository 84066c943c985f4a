"""What is kept of a job on disk: one file for each finished shard, and what is under way.

A shard's file has a JSON line for each of its items, in order, and is there whole or not at all.
While a shard is worked on, each attempt appends its lines to a file of its own, so that two
attempts never write to one; whoever goes on reads them all, but for a last line that was cut off.
Stores of whole objects take no lines: at an address each item of an attempt has a file of its own.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias

from clickmend.core.addresses import Address, Place
from clickmend.core.errors import ImageError, JobError, OutputError
from clickmend.core.files import make_folder, write_atomically
from clickmend.jobs.fingerprints import Print, fingerprint, print_of, renewed, untouched
from clickmend.jobs.items import Item, Shard

Line: TypeAlias = dict[str, Any]
"""What is known of an item: its name, what was asked, and the record or why it failed."""


_encode = json.JSONEncoder(ensure_ascii=False).encode


class Kept:
    """The shards of one job.

    Args:
        folder: Where they are; made when the first is written.
        run: A word of one call of the command; what an attempt of another one left is known by it.
    """

    def __init__(self, folder: Place, run: str) -> None:
        self.folder, self.run = folder, run

    def finished(self, shard: Shard) -> dict[str, Line]:
        """The lines of a finished shard by name; empty where it is not finished."""
        try:
            return {line["name"]: line for line in _lines(self._file(shard).read_bytes())}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise JobError(
                f"What is kept in {self.folder} cannot be read: {error.strerror}. Only clickmend "
                "writes there; allow it, or write to another place."
            ) from None

    def known(self, shard: Shard) -> dict[str, Line]:
        """All lines of the items of a shard, finished or not."""
        lines = self.finished(shard)
        for part in self._parts(shard):
            for line in _whole_lines(part):
                if "begun" not in line and ("failed" not in line or line["name"] not in lines):
                    lines[line["name"]] = line
        return lines

    def sources(self) -> Iterator[tuple[str, str]]:
        """The name of every result that is kept, and the SHA-256 of what it is a result of."""
        found: list[Place] = [*self.folder.rglob("*.jsonl"), *self.folder.rglob("*.part")]
        for file in found:
            for line in _whole_lines(file):
                if line.get("output") is not None:
                    yield line["name"], next(iter(line["inputs"].values()))[3]

    def begun(self, shard: Shard) -> set[str]:
        """The names of the items of an unfinished shard that any attempt has begun."""
        parts = self._parts(shard)
        return {line["begun"] for part in parts for line in _whole_lines(part) if "begun" in line}

    def ended_at(self, shard: Shard) -> Counter[str]:
        """How many attempts of this run ended in the middle of each item, by its name."""
        ended: Counter[str] = Counter()
        for part in self._parts(shard, self.run):
            under_way: set[str] = set()
            for line in _whole_lines(part):
                if "begun" in line:
                    under_way.add(line["begun"])
                else:
                    under_way.discard(line["name"])
            ended.update(under_way)
        return ended

    def attempt(self, shard: Shard) -> Attempt:
        """Where the lines of a new attempt go."""
        file, token = self._file(shard), secrets.token_hex(4)
        word = f"{file.stem}.{self.run}-{token}"
        if isinstance(file, Address):
            return AttemptThere(file.parent, word)
        return AttemptHere(file.parent / f"{word}.part")

    def finish(self, shard: Shard, lines: Sequence[Line]) -> None:
        """Write the file of a shard and remove what was under way.

        Raises:
            OutputError: It cannot be written.
        """
        file = self._file(shard)
        make_folder(file.parent)
        write_atomically(file, b"".join(_encoded(line) for line in lines))
        parts = self._parts(shard)
        if isinstance(file, Address):
            file.parent.remove([part.name for part in parts])
            return
        for part in parts:
            assert isinstance(part, Path)
            part.unlink(missing_ok=True)

    def _file(self, shard: Shard) -> Place:
        return self.folder / shard.key[:2] / f"{shard.key}.jsonl"

    def _parts(self, shard: Shard, run: str = "*") -> Sequence[Place]:
        file = self._file(shard)
        pattern = f"{file.stem}.{run}-*.part"
        found: list[Place] = [*file.parent.glob(pattern)]
        return sorted(found, key=str)


class Attempt(Protocol):
    """The lines of one attempt at a shard, each on its way to its place when a method returns.

    Its methods may be called from several threads.
    """

    def begin(self, item: Item) -> None:
        """Note that an item is under way."""

    def end(self, line: Line) -> None:
        """Note how that item came out."""

    def close(self) -> None:
        """No more lines come."""


class AttemptHere:
    """Lines of a file of this machine, appended.

    Args:
        path: The file; made with the first line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        self._writing = threading.Lock()

    def begin(self, item: Item) -> None:
        """Note that an item is under way."""
        self._append({"begun": item.name})

    def end(self, line: Line) -> None:
        """Note how an item came out."""
        self._append(line)

    def close(self) -> None:
        """No more lines come."""
        if self._file is not None:
            self._file.close()

    def _append(self, line: Line) -> None:
        try:
            with self._writing:
                if self._file is None:
                    make_folder(self.path.parent)
                    self._file = self.path.open("ab", buffering=0)
                self._file.write(_encoded(line))
        except OSError as error:
            raise _cannot_keep(self.path.parent, error) from None


class AttemptThere:
    """Files at an address, one for each item: that it is under way, then how it came out.

    Args:
        folder: Where they are.
        word: What their names begin with.
    """

    def __init__(self, folder: Address, word: str) -> None:
        self._folder, self._word = folder, word
        self._count = count(1)
        self._numbers: dict[str, int] = {}

    def begin(self, item: Item) -> None:
        """See ``Attempt``."""
        self._numbers[item.name] = next(self._count)
        self._write(item.name, {"begun": item.name})

    def end(self, line: Line) -> None:
        """See ``Attempt``."""
        self._write(line["name"], line)

    def close(self) -> None:
        """See ``Attempt``."""

    def _write(self, name: str, line: Line) -> None:
        file = self._folder / f"{self._word}-{self._numbers[name]:06}.part"
        try:
            file.write_bytes(_encoded(line))
        except OSError as error:
            raise _cannot_keep(self._folder, error) from None


def _cannot_keep(folder: Place, error: OSError) -> OutputError:
    return OutputError(
        f"What is done cannot be kept in {folder}: {error.strerror}. A folder with space that "
        "this user may write to is needed; make some, or name another."
    )


def seen(item: Item) -> dict[str, Print]:
    """The files that an item is about to be made of; those that cannot be read are left out."""
    found = {}
    for kind, path in item.inputs.items():
        with suppress(OSError):
            found[kind] = fingerprint(path)
    return found


def done(
    item: Item,
    inputs: Mapping[str, Print],
    record: Mapping[str, Any],
    wrong: str | None,
    *,
    content: bytes | None,
) -> Line:
    """The line of an item that is done but for its output, which is not written yet.

    Args:
        item: The item.
        inputs: Its files as they were before.
        record: What is kept of it.
        wrong: What could not be done of it.
        content: Of its output, if it has one.

    Raises:
        ImageError: A file has changed meanwhile, so that nobody knows what the result is of.
    """
    for kind, path in item.inputs.items():
        if kind not in inputs or not untouched(path, inputs[kind]):
            raise changed_meanwhile(path)
    line: Line = {
        "name": item.name,
        "asked": item.digest,
        "inputs": dict(inputs),
        "output": None if content is None else print_of(content),
        "record": dict(record),
    }
    return line | ({"wrong": wrong} if wrong else {})


def changed_meanwhile(path: str) -> ImageError:
    """What is said where somebody else has written to a file of an item that is under way."""
    return ImageError(
        f"{path} was changed while it was worked on. Files stay as they are until their "
        "item is done; give the same command again when nobody writes there."
    )


def failed(item: Item, reason: str) -> Line:
    """The line of an item that failed."""
    return {"name": item.name, "asked": item.digest, "failed": reason}


def is_done(item: Item, line: Line | None) -> bool:
    """Whether an item is done and nobody has touched its files since, by their dates alone."""
    if line is None or not _fits(item, line):
        return False
    for kind, path in item.inputs.items():
        if not untouched(path, line["inputs"][kind]):
            return False
    return item.output is None or untouched(item.output, line["output"])


def still_done(item: Item, line: Line | None) -> Line | None:
    """The line of an item whose files have the content that they had; ``None`` for another."""
    if line is None or not _fits(item, line):
        return None
    inputs = {kind: renewed(path, line["inputs"][kind]) for kind, path in item.inputs.items()}
    output = None if item.output is None else renewed(item.output, line["output"])
    if None in inputs.values() or (item.output is not None and output is None):
        return None
    return line | {"inputs": inputs, "output": output}


def _fits(item: Item, line: Line) -> bool:
    if "failed" in line or line["asked"] != item.digest:
        return False
    return line["inputs"].keys() == item.inputs.keys() and (
        (item.output is None) == (line["output"] is None)
    )


def _whole_lines(part: Place) -> Iterator[Line]:
    try:
        content = part.read_bytes()
    except FileNotFoundError:
        return
    yield from _lines(content[: content.rfind(b"\n") + 1])


def _lines(content: bytes) -> list[Line]:
    try:
        found: list[Line] = json.loads(b"[" + b",".join(content.splitlines()) + b"]")
    except ValueError as error:
        raise JobError(
            f"What is kept of the job is damaged ({error}). Only clickmend writes there; start "
            "over (--fresh)."
        ) from None
    return found


def _encoded(line: Line) -> bytes:
    return _encode(line).encode() + b"\n"
