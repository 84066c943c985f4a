"""Whether a job would write one file twice, or over one that it reads, whatever they are called.

Paths may lead to one file by links, and by names that a file system takes for one: small and
capital letters, letters with marks that are written in one sign or in two.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clickmend.core.addresses import is_address
from clickmend.core.errors import DataError
from clickmend.jobs.items import Item, number_of, whole

_FOLDERS = 4096
"""So many are remembered; items that follow each other lie in few."""


class Collisions:
    """The files of a job as numbers, 8 bytes each, seen item by item."""

    def __init__(self) -> None:
        self._names, self._outputs, self._inputs = array("Q"), array("Q"), array("Q")
        self._real = lru_cache(_FOLDERS)(os.path.realpath)

    def add(self, item: Item) -> None:
        """Look at an item."""
        self._names.append(number_of(item.name))
        for place in self._read(item):
            self._inputs.append(number_of(_fold(place)))
        if item.output is not None:
            self._outputs.append(number_of(_fold(self._written(item.output))))

    def check(self, items: Iterable[Item]) -> int:
        """How many items were seen, where there is nothing wrong with them.

        Args:
            items: The same again, gone through where two numbers are alike.

        Raises:
            DataError: Two items have one name or one output, or an output is an input.
        """
        if _repeated(self._names):
            _refuse_names(items)
        if alike := _repeated(self._outputs):
            self._refuse_outputs(items, alike)
        if alike := _common(self._outputs, self._inputs):
            self._refuse_overwriting(items, alike)
        return len(self._names)

    def _written(self, place: str) -> str:
        """What is written there takes the place of a link, but not of its folder."""
        if is_address(place):
            return whole(place)
        folder, _, name = whole(place).rpartition("/")
        return f"{self._real(folder or '/')}/{name}"

    def _read(self, item: Item) -> Iterator[str]:
        """The links and the files that are read."""
        for place in item.inputs.values():
            yield self._written(place)
            if not is_address(place) and os.path.islink(place):  # noqa: PTH114  # far quicker
                yield os.path.realpath(place)

    # Numbers of 64 bits may be alike by chance, so these look at the names themselves.

    def _refuse_outputs(self, items: Iterable[Item], alike: set[int]) -> None:
        seen: dict[str, str] = {}
        for item in items:
            if item.output is None:
                continue
            place = self._written(item.output)
            if number_of(folded := _fold(place)) not in alike:
                continue
            other = seen.get(folded)
            seen[folded] = place
            if other is not None and (other == place or _are_one(other, place)):
                as_well = "" if other == place else f", which is {other} there"
                raise DataError(
                    f"Two results would be written to {item.output}{as_well}. Give photos of "
                    "different names, or each an output of its own in a manifest."
                )

    def _refuse_overwriting(self, items: Iterable[Item], alike: set[int]) -> None:
        read = {
            folded: place
            for place in chain.from_iterable(self._read(item) for item in items)
            if number_of(folded := _fold(place)) in alike
        }
        for item in items:
            if item.output is None:
                continue
            place = self._written(item.output)
            other = read.get(_fold(place))
            if other is not None and (other == place or _are_one(other, place)):
                raise DataError(
                    f"The result {item.output} would be written over a photo or another file that "
                    "is read. Results go where nothing is read from; give another folder."
                )


def _fold(place: str) -> str:
    return place.lower() if place.isascii() else unicodedata.normalize("NFC", place).casefold()


def _are_one(one: str, other: str) -> bool:
    """Whether the file system takes two paths of this machine, alike but for letters, for one."""
    if is_address(one):
        return False
    with suppress(OSError):
        return os.path.samefile(one, other)  # noqa: PTH121  # these are no paths to walk along
    folder = next(above for above in Path(one).parents if above.is_dir())
    try:
        with tempfile.TemporaryDirectory(prefix=".clickmend-", dir=folder) as empty:
            below = [Path(empty, *Path(place).parts[1:]) for place in (one, other)]
            below[0].mkdir(parents=True)
            return below[1].exists()
    except OSError:  # nothing can be written there, which is told when something is
        return False


def _refuse_names(items: Iterable[Item]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.name in seen:
            raise DataError(
                f"{item.name!r} is there twice. Each item has a name of its own; take one of them "
                "out."
            )
        seen.add(item.name)


def _repeated(numbers: array[int]) -> set[int]:
    ordered = np.sort(_array(numbers))
    return set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())


def _common(some: array[int], others: array[int]) -> set[int]:
    return set(np.intersect1d(_array(some), _array(others)).tolist())


def _array(numbers: array[int]) -> NDArray[np.uint64]:
    return np.frombuffer(numbers, np.uint64) if numbers else np.zeros(0, np.uint64)
