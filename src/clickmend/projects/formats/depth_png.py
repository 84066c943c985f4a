"""A PNG of 16 bits for each photo: its depth in a unit of its own."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np

from clickmend.core.errors import ClickmendError, DataError
from clickmend.data.depth_files import UNITS, depth_png, read_depth, units_per_m
from clickmend.data.planes import PixelSource, Size
from clickmend.projects.formats.base import FORMATS, PhotoLabels
from clickmend.projects.formats.metres import metres, no_depth
from clickmend.projects.formats.places import PerPhoto

MILLIMETRES = 1000.0
"""Units in a metre."""

_HEAD = 33
"""Bytes of the signature and the header of a PNG, after which text may come."""


@final
class DepthPng(PerPhoto):
    """Depth in whole units, 0 where it is unknown; the file says its unit in a text of its own.

    Args:
        name: Of the format.
        units_per_m: Of files that do not say it.
        unit: In words.
    """

    suffixes = (".png",)
    tasks = frozenset({"depth"})

    def __init__(self, name: str, units_per_m: float, unit: str) -> None:
        self.name, self._units_per_m = name, units_per_m
        self.title = f"a depth PNG of {unit}"
        self.precision = f"{unit}, to {65535 / units_per_m:.5g} m"

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        scale = self._scale(file, DataError)
        depth_m = read_depth(file, size=size, depth_scale=scale, error=DataError)
        return PhotoLabels(file_name=name, size=size, plane=depth_m)

    def depth_scale(self, source: PixelSource, *, error: type[ClickmendError]) -> float | None:
        """See the base class; millimetres are what a session takes a PNG for."""
        return None if self._units_per_m == MILLIMETRES else self._scale(source, error)

    def _scale(self, source: PixelSource, error: type[ClickmendError]) -> float:
        return 1 / (units_per_m(source, error) or self._units_per_m)

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        if odd := no_depth(labels):
            return odd
        depth_m = metres(labels)
        known = depth_m[~np.isnan(depth_m)]
        if known.size and known.max() > 65535 / self._units_per_m:
            return f"depth of {known.max():g} m"
        if known.size and np.rint(known.min() * self._units_per_m) == 0:
            return f"depth of {known.min():g} m, less than half a unit"
        return ""

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        text = f"{UNITS}\0{self._units_per_m:.17g}".encode("latin-1")
        content = depth_png(metres(labels), units_per_m=self._units_per_m)
        return content[:_HEAD] + _chunk(b"tEXt", text) + content[_HEAD:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


FORMATS.register("depth-png")(DepthPng("depth-png", MILLIMETRES, "1 mm"))
FORMATS.register("depth-png-kitti")(DepthPng("depth-png-kitti", 256.0, "1/256 m"))
FORMATS.register("depth-png-tum")(DepthPng("depth-png-tum", 5000.0, "1/5000 m"))
