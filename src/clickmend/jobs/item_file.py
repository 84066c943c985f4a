"""The items of a job on disk, in order, so that none has to stay in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from pathlib import Path

from clickmend.core.errors import DataError
from clickmend.core.files import written_atomically
from clickmend.jobs.collisions import Collisions
from clickmend.jobs.items import Item, whole

_AT_ONCE = 512
"""Items of a line, which is far quicker than one by one."""

_encode = json.JSONEncoder(ensure_ascii=False).encode


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
        seen = Collisions()
        self.home = None
        with written_atomically(self.path) as file:
            there = iter(items)
            while some := list(islice(there, _AT_ONCE)):
                for item in some:
                    seen.add(item)
                    if item.source is not None:
                        self.home = common_folder(self.home, whole(item.source))
                told = [[one.name, one.inputs, one.asked, one.output, one.digest] for one in some]
                file.write(_encode(told).encode() + b"\n")
        try:
            return seen.check(self)
        except DataError:
            self.path.unlink()
            raise


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
