"""Why the labels of images could not be written, told to every process of a server."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import final

from clickmend.core.errors import OutputError
from clickmend.core.files import make_folder, write_atomically


@final
class Problems(MutableMapping[int, str]):
    """The problem of each image that has one, a file each.

    Where even that cannot be written, as on a full disk, this process alone knows it.

    Args:
        folder: Holds the files; made when there is a problem.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unkept: dict[int, str] = {}

    def __getitem__(self, image_id: int) -> str:
        """The problem of an image."""
        try:
            return (self._folder / str(image_id)).read_text("utf-8")
        except OSError:
            return self._unkept[image_id]

    def __setitem__(self, image_id: int, problem: str) -> None:
        """Keep a problem."""
        try:
            make_folder(self._folder)
            write_atomically(self._folder / str(image_id), problem.encode())
        except OutputError:
            self._unkept[image_id] = problem

    def __delitem__(self, image_id: int) -> None:
        """It is gone."""
        known = self._unkept.pop(image_id, None)
        try:
            (self._folder / str(image_id)).unlink()
        except OSError:
            if known is None:
                raise KeyError(image_id) from None

    def __iter__(self) -> Iterator[int]:
        """The images that have one."""
        found = set(self._unkept)
        with suppress(OSError):
            found |= {int(file.name) for file in self._folder.iterdir() if file.name.isdecimal()}
        return iter(sorted(found))

    def __len__(self) -> int:
        """How many have one."""
        return len(list(iter(self)))
