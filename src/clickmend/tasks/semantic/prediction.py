"""Predictions of semantic segmentation."""

from __future__ import annotations

from dataclasses import dataclass

from clickmend.core.types import Labels
from clickmend.data.codecs import index_levels, index_npy, index_png
from clickmend.data.levels import GreyPicture
from clickmend.tasks.prediction import Prediction, Shown

VOID = 255
"""The index of pixels without a class."""


@dataclass(frozen=True, eq=False)
class SemanticPrediction(Prediction):
    """The class of every pixel.

    Args:
        labels: Indices into ``classes``, ``VOID`` where there is none, ``(H, W)`` of the original
            image.
        classes: Names in the order of the indices.
    """

    labels: Labels
    classes: tuple[str, ...]

    @property
    def pixels(self) -> Labels:
        """The classes, ``(H, W)``."""
        return self.labels

    def encoded(self, suffix: str) -> bytes:
        """An index PNG, or an NPY."""
        return index_npy(self.labels) if suffix == ".npy" else index_png(self.labels)

    def shown(self) -> GreyPicture:
        """The classes."""
        return GreyPicture(index_levels(self.labels))

    def at(self, x: float, y: float) -> Shown:
        """The name of the class, or nothing where there is none."""
        here = int(self.labels[self.pixel(x, y)])
        return Shown(label=self.classes[here] if here < len(self.classes) else None)
