"""A portable float map for each photo: its depth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data.depth_files import read_depth
from clickmend.data.picture_files import check_area, file_bytes
from clickmend.data.planes import Size
from clickmend.projects.formats.base import FORMATS, PhotoLabels
from clickmend.projects.formats.metres import metres, no_depth
from clickmend.projects.formats.places import PerPhoto

_HEAD = re.compile(rb"Pf\s+(\d{1,9})\s+(\d{1,9})\s+([-+.\deE]{1,24})\s")


@final
class Pfm(PerPhoto):
    """32-bit floats, the rows from the bottom up; infinite where depth is unknown.

    The sign of the scale in the head says the order of the bytes. Its size is kept and not
    applied: the files of Middlebury have 1/255 there and whole numbers that mean what they are.
    """

    name = "pfm"
    title = "PFM"
    suffixes = (".pfm",)
    tasks = frozenset({"depth"})

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        content = file_bytes(file, error=DataError)
        head = _HEAD.match(content)
        if head is None:
            raise ValueError("it does not begin with Pf, the width, the height and the scale")
        width, height, scale = int(head[1]), int(head[2]), head[3].decode("ascii")
        check_area(width, height, name=str(file), error=DataError)
        order = "<" if float(scale) < 0 else ">"
        numbers = np.frombuffer(content, f"{order}f4", count=width * height, offset=head.end())
        rows = numbers.reshape(height, width)[::-1].astype(np.float32)
        return PhotoLabels(
            file_name=name,
            size=size,
            plane=read_depth(rows, size=size, depth_scale=1.0, error=DataError),
            extra={self.name: {"scale": scale.lstrip("+-")}},
        )

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        return no_depth(labels)

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        depth_m = metres(labels)
        scale = labels.extra.get(self.name, {}).get("scale", "1.0")
        unknown_far = np.where(np.isnan(depth_m), np.float32(np.inf), depth_m)
        head = f"Pf\n{labels.size[0]} {labels.size[1]}\n-{scale}\n"
        return head.encode("ascii") + unknown_far[::-1].astype("<f4").tobytes()


FORMATS.register(Pfm.name)(Pfm())
