"""What a matting session shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clickmend.core.types import FloatMap
from clickmend.data.codecs import write_alpha


@dataclass(frozen=True)
class MattingPrediction:
    """The share of the foreground in every pixel.

    Args:
        alpha: In [0, 1], ``(H, W)`` of the original image.
    """

    alpha: FloatMap

    def save(self, path: str | Path) -> None:
        """Write alpha as a PNG or as NPY, whole or not at all.

        Raises:
            OutputError: The file cannot be written there.
        """
        write_alpha(path, self.alpha)
