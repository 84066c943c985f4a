"""What every dataset of objects looks like to its users, and the registry of layouts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.registry import Registry
from clickmend.core.types import RGB, Labels, Mask
from clickmend.data.photos import read_photo


@final
@dataclass(frozen=True, eq=False)
class ObjectSample:
    """A photo with the objects that people marked in it.

    Attributes:
        name: Unique within the dataset.
        image: The photo, ``(H, W, 3)``.
        ids: One positive id per object, 0 elsewhere, ``(H, W)``. Where objects overlap, the
            smaller one shows.
        ignore: True where nothing may be scored or learned, ``(H, W)``; ``ids`` is 0 there.
        overlapping: The whole objects where the id map cannot hold them, else ``None``.
    """

    name: str
    image: RGB
    ids: Labels
    ignore: Mask
    overlapping: tuple[tuple[int, Mask], ...] | None = None

    @classmethod
    def from_masks(
        cls, name: str, image: RGB, masks: Sequence[Mask], *, ignore: Mask
    ) -> ObjectSample:
        """A sample of objects that may overlap; they get the ids 1…n in the given order.

        A pixel that belongs to an object is never ignored.
        """
        objects = tuple(enumerate(masks, start=1))
        ids = np.zeros(image.shape[:2], np.int32)
        for object_id, mask in sorted(objects, key=lambda pair: -np.count_nonzero(pair[1])):
            ids[mask] = object_id
        return cls(name, image, ids, ignore & (ids == 0), objects)

    def masks(self) -> list[tuple[int, Mask]]:
        """Every object as ``(id, mask)`` in the order of the ids; empty objects are left out."""
        if self.overlapping is not None:
            return [(object_id, mask) for object_id, mask in self.overlapping if mask.any()]
        found = np.unique(self.ids)
        return [(int(object_id), self.ids == object_id) for object_id in found if object_id > 0]


class ObjectDataset(ABC):
    """Photos with marked objects, read one at a time when asked for.

    Attributes:
        names: The names of all samples, in order.
    """

    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> ObjectSample:
        return self.read(self.names[index])

    def __iter__(self) -> Iterator[ObjectSample]:
        return (self.read(name) for name in self.names)

    @abstractmethod
    def read(self, name: str) -> ObjectSample:
        """Read the sample of this name.

        Raises:
            DataError: There is no such sample, or its files do not fit each other.
            ImageError: The photo cannot be read.
        """


IdMap: TypeAlias = tuple[Labels, Mask]
"""Object ids and the pixels to ignore, both ``(H, W)``."""


@final
class PairedObjects(ObjectDataset):
    """A dataset that keeps each photo and its id map in two files.

    Args:
        pairs: Name → (photo, id map), in order.
        read_ids: Reads an id map in the way of the layout.
    """

    def __init__(
        self, pairs: Mapping[str, tuple[Path, Path]], *, read_ids: Callable[[Path], IdMap]
    ) -> None:
        self.names = tuple(pairs)
        self._pairs = dict(pairs)
        self._read_ids = read_ids

    def read(self, name: str) -> ObjectSample:
        """See the base class."""
        if name not in self._pairs:
            raise unknown_sample(name, self.names)
        photo_file, ids_file = self._pairs[name]
        image = read_photo(photo_file)
        ids, ignore = self._read_ids(ids_file)
        if ids.shape != image.shape[:2]:
            raise DataError(
                f"{ids_file} is {ids.shape[1]}×{ids.shape[0]} but its photo {photo_file.name} is "
                f"{image.shape[1]}×{image.shape[0]}. Both must have one size; restore the "
                "published files."
            )
        return ObjectSample(name, image, ids, ignore)


def unknown_sample(name: str, names: Sequence[str]) -> DataError:
    """The error for a sample name that a dataset does not have."""
    known = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    return DataError(
        f"There is no sample {name!r} in this dataset. It has {len(names)} ({known}); "
        "choose one of its names."
    )


DatasetBuilder: TypeAlias = Callable[[Path, str | None], ObjectDataset]
"""Opens ``(root, split)``; ``None`` is the layout's usual split."""

DATASETS: Registry[DatasetBuilder] = Registry("dataset layout")
"""The published layouts by name."""
