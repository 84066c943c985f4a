"""A PNG of object numbers for each photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data.codecs import index_png, read_index
from clickmend.data.planes import Size
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels
from clickmend.projects.formats.ids import numbers, odd_id
from clickmend.projects.formats.places import PerPhoto


@final
class InstancePng(PerPhoto):
    """The id of each pixel's object, 0 for the background, in 8 bits or where needed 16."""

    name = "instance-png"
    title = "an instance PNG"
    suffixes = (".png",)
    tasks = frozenset({"instances"})
    holds = frozenset({"several", "parts", "holes", "unlabelled", "ids"})

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        index = read_index(file, size=size, error=DataError)
        found = [int(number) for number in np.unique(index) if number]
        objects = tuple(LabelObject(mask=index == number, id=number) for number in found)
        return PhotoLabels(file_name=name, size=size, objects=objects)

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        return odd_id(labels, largest=65535)

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        width, height = labels.size
        index = np.zeros((height, width), np.uint16)
        found = numbers(labels)
        for number, one in zip(found, labels.objects, strict=True):
            index[one.mask] = number
        return index_png(index)


FORMATS.register(InstancePng.name)(InstancePng())
