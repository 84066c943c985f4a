"""Photos with a class for every pixel, and the registry of their published layouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias, final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.registry import Registry
from clickmend.core.types import RGB, Labels, Mask
from clickmend.data.codecs import read_index
from clickmend.data.datasets import PairedDataset, PhotoDataset
from clickmend.data.objects import IdMap

Codes: TypeAlias = Sequence[str | None]
"""The class of each value in a file, or ``None`` for pixels that are not scored or learned."""


@final
@dataclass(frozen=True, eq=False)
class LabelSample:
    """A photo with annotated classes.

    Attributes:
        name: Unique within the dataset.
        image: The photo, ``(H, W, 3)``.
        labels: The place of each pixel's class in the dataset's ``classes``, ``(H, W)``.
        ignore: True where nothing may be scored or learned, ``(H, W)``; ``labels`` is 0 there,
            which is also a class: look here first.
    """

    name: str
    image: RGB
    labels: Labels
    ignore: Mask


class LabelDataset(PhotoDataset[LabelSample]):
    """Photos with a class for every pixel.

    Attributes:
        classes: The names that ``labels`` counts, from 0 up without gaps; what a file calls void
            is none of them.
    """

    classes: tuple[str, ...]


@final
class PairedLabels(PairedDataset[LabelSample], LabelDataset):
    """A dataset that keeps each photo and its class map in two files.

    Args:
        pairs: Name → (photo, class map), in order.
        codes: What each value of the class maps means.
    """

    def __init__(self, pairs: Mapping[str, tuple[Path, Path]], *, codes: Codes) -> None:
        super().__init__(
            pairs, read_truth=partial(read_classes, codes=tuple(codes)), sample=LabelSample
        )
        self.classes = tuple(code for code in codes if code is not None)


def read_classes(file: Path, *, codes: Codes) -> IdMap:
    """Read a class map: indices among the classes, and the pixels to ignore.

    Raises:
        DataError: It cannot be read, or holds a value that has no code.
    """
    values = read_index(file, error=DataError)
    if values.max() >= len(codes):
        raise DataError(
            f"{file} holds the value {values.max()}. Its classes are 0 to {len(codes) - 1}; "
            "restore the published file."
        )
    scored = np.array([code is not None for code in codes])
    place = np.where(scored, np.cumsum(scored) - 1, 0).astype(np.int32)
    return place[values], ~scored[values]


LabelBuilder: TypeAlias = Callable[[Path, str | None], LabelDataset]
"""Opens ``(root, split)``; ``None`` is the layout's usual split."""

LABEL_DATASETS: Registry[LabelBuilder] = Registry(
    "layout of class maps", entry_points="clickmend.datasets"
)
"""The published layouts of class maps by name."""
