"""An OpenEXR picture of floats for each photo: its depth."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import DataError, NotAvailableError
from clickmend.data.depth_files import read_depth
from clickmend.data.picture_files import check_area, file_bytes
from clickmend.data.planes import Size
from clickmend.projects.formats.base import FORMATS, PhotoLabels
from clickmend.projects.formats.metres import metres, no_depth
from clickmend.projects.formats.places import PerPhoto

_DEPTH = ("Z", "V")
"""What the channel of depth is called where there are several, the last part of its name."""

_NOTHING_M = 1e10
"""What Blender writes where there is nothing."""


@final
class ExrDepth(PerPhoto):
    """Floats in the channel Z, NaN where depth is unknown; it needs the package OpenEXR."""

    name = "exr-depth"
    title = "a depth EXR"
    suffixes = (".exr",)
    tasks = frozenset({"depth"})

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        exr = _library()
        file_bytes(file, error=DataError)  # says what is wrong with the place
        try:
            with exr.File(str(file), separate_channels=True, header_only=True) as head:
                corners = head.header()["dataWindow"]
                width, height = (int(side) + 1 for side in np.subtract(corners[1], corners[0]))
                check_area(width, height, name=str(file), error=DataError)
            with exr.File(str(file), separate_channels=True) as found:
                channels = {key: channel.pixels for key, channel in found.channels().items()}
        except (RuntimeError, OSError, KeyError, ValueError) as problem:
            raise DataError(
                f"{file} is damaged or no EXR ({str(problem)[:80]}). Give a whole EXR file; save "
                "it anew."
            ) from problem
        key = _channel(channels, file)
        depth = np.asarray(channels[key], np.float32)
        depth = np.where(depth >= _NOTHING_M, np.float32(np.nan), depth)
        return PhotoLabels(
            file_name=name,
            size=size,
            plane=read_depth(depth, size=size, depth_scale=1.0, error=DataError),
            extra={self.name: {"channel": key}},
        )

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        return no_depth(labels)

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        exr = _library()
        key = labels.extra.get(self.name, {}).get("channel", "Z")
        head = {"compression": exr.ZIP_COMPRESSION, "type": exr.scanlineimage}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "depth.exr"
            # Its writer takes the memory as it lies, see findings/openexr_ignores_strides.sh.
            exr.File(head, {key: np.ascontiguousarray(metres(labels))}).write(str(file))
            return file.read_bytes()


def _channel(channels: dict[str, NDArray[Any]], file: Path) -> str:
    if len(channels) == 1:
        return next(iter(channels))
    for ending in _DEPTH:
        for key in channels:
            if key.split(".")[-1] == ending:
                return key
    raise DataError(
        f"{file} has the channels {', '.join(sorted(channels))}, and none is depth. That is the "
        "only one, or one named Z or V; save it alone."
    )


def _library() -> ModuleType:
    try:
        import OpenEXR
    except ImportError as problem:
        raise NotAvailableError(
            "EXR is read and written by the package OpenEXR, which is not installed. Install "
            "clickmend[exr], or choose pfm or tiff-depth."
        ) from problem
    module: ModuleType = OpenEXR
    return module


FORMATS.register(ExrDepth.name)(ExrDepth())
