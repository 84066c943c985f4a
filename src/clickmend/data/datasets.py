"""The interface of datasets: named samples, read on demand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from numpy.typing import NDArray

from clickmend.core.errors import DataError
from clickmend.data.photos import read_photo

Sample = TypeVar("Sample")

Planes: TypeAlias = tuple[NDArray[Any], ...]
"""The truth of a photo, arrays ``(H, W)``."""


class PhotoDataset(ABC, Generic[Sample]):
    """Photos with their truth, read on demand.

    Attributes:
        names: The names of all samples, in order.
    """

    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> Sample:
        return self.read(self.names[index])

    def __iter__(self) -> Iterator[Sample]:
        return (self.read(name) for name in self.names)

    @abstractmethod
    def read(self, name: str) -> Sample:
        """Read the sample of this name.

        Raises:
            DataError: There is no such sample, or its files do not fit each other.
            ImageError: The photo cannot be read.
        """


class PairedDataset(PhotoDataset[Sample]):
    """A dataset that keeps each photo and its truth in two files.

    Args:
        pairs: Name → (photo, truth), in order.
        read_truth: Reads the planes of a truth file.
        sample: Makes a sample from name, photo and planes.
    """

    def __init__(
        self,
        pairs: Mapping[str, tuple[Path, Path]],
        *,
        read_truth: Callable[[Path], Planes],
        sample: Callable[..., Sample],
    ) -> None:
        self.names = tuple(pairs)
        self._pairs = dict(pairs)
        self._read_truth = read_truth
        self._sample = sample

    def read(self, name: str) -> Sample:
        """See the base class."""
        if name not in self._pairs:
            raise unknown_sample(name, self.names)
        photo_file, truth_file = self._pairs[name]
        image = read_photo(photo_file)
        planes = self._read_truth(truth_file)
        height, width = planes[0].shape
        if (height, width) != image.shape[:2]:
            raise DataError(
                f"{truth_file} is {width}×{height} but its photo {photo_file.name} is "
                f"{image.shape[1]}×{image.shape[0]}. Both must have one size; restore the "
                "published files."
            )
        return self._sample(name, image, *planes)


def unknown_sample(name: str, names: Sequence[str]) -> DataError:
    """The error for a sample name that a dataset does not have."""
    known = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    return DataError(
        f"There is no sample {name!r} in this dataset. It has {len(names)} ({known}); "
        "choose one of its names."
    )
