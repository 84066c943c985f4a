"""The file behind a command that can be interrupted: one JSON line per finished run.

The first line says what all runs have in common. A run is found again by its key, so a command that
starts over makes only what is missing; a last line that was cut off while it was written is
dropped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clickmend.core.errors import OptionError, OutputError

Record = dict[str, Any]

HEADER_BEGINS = b'{"common": {'
"""What the first line of every file of runs begins with."""


class RunLog:
    """Finished runs on disk, appended one by one.

    Args:
        path: The ``.jsonl`` file; made, with its folder, when it is not there.
        common: What holds for every run of the file (weights, code, number of clicks).
        key: The fields of a record that name its run; a record may lack some.

    Raises:
        OptionError: The file holds runs made in another way, or is none of runs.
        OutputError: The file cannot be read or written.

    Example:
        >>> log = RunLog(Path("runs.jsonl"), common={"weights": "a1"}, key=["photo"])
        >>> log.append({"photo": "cat", "score": 0.9})
        >>> ("cat",) in RunLog(Path("runs.jsonl"), common={"weights": "a1"}, key=["photo"])
        True
    """

    def __init__(self, path: Path, *, common: Mapping[str, Any], key: Sequence[str]) -> None:
        self.path = path
        self.common = dict(common)
        self.key = tuple(key)
        header = json.dumps({"common": dict(common)}) + "\n"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            content = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise self._cannot_write(error) from None
        _check_header(content, path)
        whole = content[: content.rfind(b"\n") + 1]
        try:
            lines: list[Record] = [json.loads(line) for line in whole.splitlines()]
            records = lines[1:]
            self._records = {self.name(record): record for record in records}
        except (ValueError, TypeError, AttributeError):
            raise OptionError(
                f"{path.name} exists and is no list of runs: a line of it is damaged. A file that "
                "the same command has written can be continued; start over (--fresh) or write to "
                "another place."
            ) from None
        if records:
            check_same(lines[0]["common"], json.loads(header)["common"], where=path.name)
        try:
            # A file without a run is begun anew: the command that made it never came to one.
            if not records:
                path.write_text(header, encoding="utf-8")
            elif whole != content:
                os.truncate(path, len(whole))
        except OSError as error:
            raise self._cannot_write(error) from None

    def name(self, record: Record) -> tuple[Hashable, ...]:
        """The key of a record."""
        return tuple(record.get(field) for field in self.key)

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def __getitem__(self, name: tuple[Hashable, ...]) -> Record:
        return self._records[name]

    def __iter__(self) -> Iterator[Record]:
        """The records in the order in which they were written."""
        return iter(self._records.values())

    def append(self, record: Record) -> None:
        """Write one finished run; it is on disk when this returns.

        Raises:
            OutputError: The file cannot be written.
        """
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
        except OSError as error:
            raise self._cannot_write(error) from None
        self._records[self.name(record)] = record

    def _cannot_write(self, error: OSError) -> OutputError:
        return OutputError(
            f"Runs cannot be kept in {self.path}: {error.strerror}. "
            "A folder that this user may write to is needed; name another one."
        )


def check_same(there: Record, here: Record, *, where: str) -> None:
    """Refuse to go on with what was made in another way.

    Args:
        there: What the runs that are there have in common.
        here: What is asked for now.
        where: The name of the place, for the error.

    Raises:
        OptionError: With the first thing in which they differ.
    """
    for name in sorted(there.keys() | here.keys()):
        if there.get(name) != here.get(name):
            raise OptionError(
                f"{where} holds runs with {name} = {there.get(name)}, and now "
                f"{name} = {here.get(name)} is asked for. Runs of one place must agree in it; "
                "start over with --fresh, or write to another place."
            )


def forget_runs(path: Path) -> None:
    """Remove the file of finished runs, if it is there.

    Raises:
        OptionError: It is no file of runs.
        OutputError: It cannot be removed.
    """
    try:
        with path.open("rb") as file:
            first = file.readline()
        _check_header(first, path)
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(
            f"The runs in {path} cannot be removed: {error.strerror}. "
            "A file that this user may remove is needed; name another place."
        ) from None


def _check_header(content: bytes, path: Path) -> None:
    """Refuse a file that no command began: neither its first line nor what is left of one fits."""
    first, ended, _ = content.partition(b"\n")
    try:
        match json.loads(first):
            case {"common": {}, **rest} if not rest:
                return
    except ValueError:
        if not ended and HEADER_BEGINS.startswith(first[: len(HEADER_BEGINS)]):
            return
    raise OptionError(
        f"{path.name} exists and is no list of runs, so it is left as it is. Only a file that a "
        "command has begun is continued or started over; write to another place."
    )
