"""An NPY array for each photo: a mask, a class map, a matte or depth, exactly as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data.codecs import index_npy
from clickmend.data.planes import Size, npy_bytes, read_plane
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels, class_map
from clickmend.projects.formats.places import PerPhoto


@final
class Npy(PerPhoto):
    """The array: bool is a mask, integers are classes, floats are alpha or metres."""

    name = "npy"
    title = "an NPY array"
    suffixes = (".npy",)
    tasks = frozenset({"interactive", "semantic", "matting", "depth"})
    holds = frozenset({"parts", "holes", "empty", "unlabelled"})

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        array = read_plane(file, size=size, error=DataError).numbers
        if array.dtype == np.bool_:
            return PhotoLabels(file_name=name, size=size, objects=(LabelObject(mask=array),))
        return PhotoLabels(file_name=name, size=size, plane=array, classes=tuple(classes))

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        if labels.plane is not None and labels.plane.dtype.kind in "iu" and labels.plane.min() < 0:
            return f"the number {labels.plane.min()}, only those from 0"
        return ""

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        if labels.plane is None:
            width, height = labels.size
            masks = [one.mask for one in labels.objects] or [np.zeros((height, width), bool)]
            return npy_bytes(masks[0])
        if labels.plane.dtype.kind == "f":
            return npy_bytes(labels.plane)
        return index_npy(class_map(labels))


FORMATS.register(Npy.name)(Npy())
