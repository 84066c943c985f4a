"""Photos with marked objects, and the registry of their published layouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, final

import numpy as np

from clickmend.core.registry import Registry
from clickmend.core.types import RGB, Labels, Mask
from clickmend.data.datasets import PhotoDataset


@final
@dataclass(frozen=True, eq=False)
class ObjectSample:
    """A photo with annotated objects.

    Attributes:
        name: Unique within the dataset.
        image: The photo, ``(H, W, 3)``.
        ids: One positive id per object, 0 elsewhere, ``(H, W)``. Where objects overlap, it is the
            smaller one's.
        ignore: True for pixels that are not scored or learned, ``(H, W)``; ``ids`` is 0 there.
        overlapping: The whole objects if they overlap, else ``None``.
        classes: The class of each object by id, if the layout has it.
    """

    name: str
    image: RGB
    ids: Labels
    ignore: Mask
    overlapping: tuple[tuple[int, Mask], ...] | None = None
    classes: Mapping[int, str] | None = None

    @classmethod
    def from_masks(
        cls,
        name: str,
        image: RGB,
        masks: Sequence[Mask],
        *,
        ignore: Mask,
        classes: Sequence[str] | None = None,
    ) -> ObjectSample:
        """A sample of objects that may overlap; they get the ids 1…n in the given order.

        A pixel that belongs to an object is never ignored.
        """
        objects = tuple(enumerate(masks, start=1))
        ids = np.zeros(image.shape[:2], np.int32)
        for object_id, mask in sorted(objects, key=lambda pair: -np.count_nonzero(pair[1])):
            ids[mask] = object_id
        named = None if classes is None else dict(enumerate(classes, start=1))
        return cls(name, image, ids, ignore & (ids == 0), objects, named)

    def masks(self) -> list[tuple[int, Mask]]:
        """Every object as ``(id, mask)`` in the order of the ids; empty objects are left out."""
        if self.overlapping is not None:
            return [(object_id, mask) for object_id, mask in self.overlapping if mask.any()]
        found = np.unique(self.ids)
        return [(int(object_id), self.ids == object_id) for object_id in found if object_id > 0]


ObjectDataset: TypeAlias = PhotoDataset[ObjectSample]
"""Photos with marked objects."""

IdMap: TypeAlias = tuple[Labels, Mask]
"""Ids or classes, and the pixels to ignore, both ``(H, W)``."""

DatasetBuilder: TypeAlias = Callable[[Path, str | None], ObjectDataset]
"""Opens ``(root, split)``; ``None`` is the layout's usual split."""

DATASETS: Registry[DatasetBuilder] = Registry("dataset layout", entry_points="clickmend.datasets")
"""The published layouts of objects by name."""
