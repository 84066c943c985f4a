"""A TIFF of floats for each photo: its depth."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import final

import tifffile

from clickmend.core.errors import DataError
from clickmend.data.depth_files import read_depth
from clickmend.data.planes import Size, read_plane
from clickmend.projects.formats.base import FORMATS, PhotoLabels
from clickmend.projects.formats.metres import metres, no_depth
from clickmend.projects.formats.places import PerPhoto


@final
class TiffDepth(PerPhoto):
    """32-bit floats, NaN where depth is unknown."""

    name = "tiff-depth"
    title = "a depth TIFF"
    suffixes = (".tif", ".tiff")
    tasks = frozenset({"depth"})

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        numbers = read_plane(file, size=size, error=DataError).numbers
        if numbers.dtype.kind != "f":
            raise DataError(
                f"{file} holds {numbers.dtype}, whose unit is not known. A depth TIFF holds floats "
                "that are metres; convert it, or save 16 bits as depth-png."
            )
        depth_m = read_depth(numbers, size=size, depth_scale=1.0, error=DataError)
        return PhotoLabels(file_name=name, size=size, plane=depth_m)

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        return no_depth(labels)

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        stream = io.BytesIO()
        tifffile.imwrite(stream, metres(labels), photometric="minisblack", metadata=None)
        return stream.getvalue()


FORMATS.register(TiffDepth.name)(TiffDepth())
