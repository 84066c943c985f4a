"""What one point per object becomes: the instances of a photo, in memory and in files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from faster_coco_eval.core import mask as coco_mask

from clickmend.core.types import Labels, Mask
from clickmend.data.codecs import index_levels, index_png
from clickmend.data.levels import GreyPicture
from clickmend.data.rle import encode_rle
from clickmend.tasks.prediction import Prediction, Shown

UNNAMED = "object"
"""The category, in COCO's files, of objects that were given no label."""


@dataclass(frozen=True, eq=False)
class InstancesPrediction(Prediction):
    """The K objects of a photo in the order of their points; no two overlap.

    Args:
        index: Which object each pixel is of, 1…K, 0 for the background, ``(H, W)`` of the
            original image.
        points: (x, y) of each object.
        labels: What each object is; ``None`` where no labels were given.
        file_name: Of the photo, for COCO; empty where it was no file.
        scores: How sure each mask is, in [0, 1]; empty where that is not known, as after clicks.
        ids: What files call each object, from 1 up; 1…K when left out.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".json", ".png")
    index: Labels
    points: tuple[tuple[float, float], ...]
    labels: tuple[str, ...] | None = None
    file_name: str = ""
    scores: tuple[float, ...] = ()
    ids: tuple[int, ...] = ()

    @property
    def masks(self) -> Mask:
        """Each object's mask, ``(K, H, W)``; empty for a point that repeats an earlier one."""
        numbers = np.arange(1, len(self.points) + 1)
        return np.asarray(self.index == numbers[:, None, None])

    def mask(self, number: int) -> Mask:
        """The mask of one object, ``(H, W)``; the first point's object has the number 1."""
        return np.asarray(self.index == number)

    def coco(self) -> dict[str, Any]:
        """The content of a COCO file of instances; each annotation has its "point" too."""
        height, width = self.index.shape
        labels = self.labels or (UNNAMED,) * len(self.points)
        categories = {name: number for number, name in enumerate(dict.fromkeys(labels), start=1)}
        annotations = []
        for number, (point, label) in enumerate(zip(self.points, labels, strict=True), start=1):
            annotations.append(
                {
                    "id": self.ids[number - 1] if self.ids else number,
                    "image_id": 1,
                    "category_id": categories[label],
                    **coco_pixels(self.mask(number)),
                    "point": list(point),
                }
            )
        return {
            "images": [{"id": 1, "file_name": self.file_name, "width": width, "height": height}],
            "annotations": annotations,
            "categories": [{"id": number, "name": name} for name, number in categories.items()],
        }

    @property
    def pixels(self) -> Labels:
        """The number of each pixel's object, ``(H, W)``."""
        return self.index

    def encoded(self, suffix: str) -> bytes:
        """COCO run lengths as JSON, or the ids as a PNG.

        Raises:
            OutputError: A PNG cannot hold ids above 65535.
        """
        if suffix == ".json":
            return json.dumps(self.coco(), ensure_ascii=False).encode()
        if not self.ids:
            return index_png(self.index)
        return index_png(np.array([0, *self.ids])[self.index])

    def drawn(self) -> bytes:
        """See the base class; by their numbers, which are those of ``points``, not by their ids."""
        return index_png(self.index)

    def shown(self) -> GreyPicture:
        """The numbers of ``points``."""
        return GreyPicture(index_levels(self.index))

    def at(self, x: float, y: float) -> Shown:
        """The number of the object, 0 for the background, and its label."""
        number = int(self.index[self.pixel(x, y)])
        label = self.labels[number - 1] if number and self.labels else None
        return Shown(label, number)


def coco_pixels(mask: Mask) -> dict[str, Any]:
    """What a COCO annotation says of the pixels of an object, as run lengths."""
    rle = encode_rle(mask)
    return {
        "segmentation": rle,
        "area": int(coco_mask.area(rle)),
        "bbox": [float(side) for side in coco_mask.toBbox(rle)],
        "iscrowd": 0,
    }
