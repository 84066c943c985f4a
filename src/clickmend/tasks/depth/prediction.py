"""What a depth session shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clickmend.core.types import FloatMap
from clickmend.data.codecs import write_depth


@dataclass(frozen=True)
class DepthPrediction:
    """The distance of every pixel.

    Args:
        depth_m: Metres, NaN where a prior did not know it, ``(H, W)`` of the original image.
    """

    depth_m: FloatMap

    def save(self, path: str | Path) -> None:
        """Write a 16-bit PNG of millimetres or an NPY of metres, whole or not at all.

        Raises:
            OutputError: The file cannot be written there.
        """
        write_depth(path, self.depth_m)
