"""A PNG of class numbers for each photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import final

from clickmend.core.errors import DataError
from clickmend.data.codecs import index_png, read_index
from clickmend.data.planes import Size
from clickmend.projects.formats.base import FORMATS, PhotoLabels, class_map
from clickmend.projects.formats.places import PerPhoto


@final
class IndexPng(PerPhoto):
    """Class numbers as the grey levels of 8 bits, or of 16 where one is above 255."""

    name = "index-png"
    title = "an index PNG"
    suffixes = (".png",)
    tasks = frozenset({"semantic"})

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        plane = read_index(file, size=size, error=DataError)
        return PhotoLabels(file_name=name, size=size, plane=plane, classes=tuple(classes))

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        plane = class_map(labels)
        if plane.min() < 0 or plane.max() > 65535:
            return f"numbers from {plane.min()} to {plane.max()}, only 0 to 65535"
        return ""

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        return index_png(class_map(labels))


FORMATS.register(IndexPng.name)(IndexPng())
