"""What a semantic session shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clickmend.core.types import Labels
from clickmend.data.codecs import write_index

VOID = 255
"""The class of a pixel that has none."""


@dataclass(frozen=True)
class SemanticPrediction:
    """The class of every pixel.

    Args:
        labels: Indices into ``classes``, ``VOID`` where there is none, ``(H, W)`` of the original
            image.
        classes: Names in the order of the indices.
    """

    labels: Labels
    classes: tuple[str, ...]

    def save(self, path: str | Path) -> None:
        """Write the class map as an index PNG or as NPY, whole or not at all.

        Raises:
            OutputError: The file cannot be written there.
        """
        write_index(path, self.labels)
