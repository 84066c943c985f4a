"""The file behind a command that can be interrupted: one JSON line per finished run.

The first line says what all runs have in common. A run is found again by its key, so a command that
starts over makes only what is missing; a last line that was cut off while it was written is
dropped.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clickmend.core.errors import OptionError, OutputError

Record = dict[str, Any]


class RunLog:
    """Finished runs on disk, appended one by one.

    Args:
        path: The ``.jsonl`` file; made, with its folder, when it is not there.
        common: What holds for every run of the file (weights, code, number of clicks).
        key: The fields of a record that name its run; a record may lack some.

    Raises:
        OptionError: The file holds runs made in another way.
        OutputError: The file cannot be read or written.
    """

    def __init__(self, path: Path, *, common: Mapping[str, Any], key: Sequence[str]) -> None:
        self.path = path
        self.key = tuple(key)
        header = json.dumps({"common": dict(common)}) + "\n"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = _whole_lines(path)
            if not lines:
                path.write_text(header, encoding="utf-8")
        except OSError as error:
            raise self._cannot_write(error) from None
        try:
            records: list[Record] = [json.loads(line) for line in lines or [header]]
            there = records.pop(0)["common"]
            self._records = {self.name(record): record for record in records}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise OptionError(
                f"{path.name} exists and is no list of runs. A file that the same command has "
                "written can be continued; start over (--fresh) or write to another place."
            ) from None
        self._check_same(there, json.loads(header)["common"])

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

    def _check_same(self, there: Record, here: Record) -> None:
        for name in sorted(there.keys() | here.keys()):
            if there.get(name) != here.get(name):
                raise OptionError(
                    f"{self.path.name} holds runs with {name} = {there.get(name)}, and now "
                    f"{name} = {here.get(name)} is asked for. Runs of one file must agree in it; "
                    "start over with --fresh, or write to another place."
                )

    def _cannot_write(self, error: OSError) -> OutputError:
        return OutputError(
            f"Runs cannot be kept in {self.path}: {error.strerror}. "
            "A folder that this user may write to is needed; name another one."
        )


def forget_runs(path: Path) -> None:
    """Remove the file of finished runs, if it is there.

    Raises:
        OutputError: It cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"The runs in {path} cannot be removed: {error.strerror}. "
            "A file that this user may remove is needed; name another place."
        ) from None


def _whole_lines(path: Path) -> list[str]:
    """The lines of the file that end in a newline; what follows the last one is cut off."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.decode("utf-8").splitlines()
