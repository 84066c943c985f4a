"""Predictions of matting."""

from __future__ import annotations

from dataclasses import dataclass

from clickmend.core.types import FloatMap
from clickmend.data.codecs import alpha_levels, alpha_npy, alpha_png
from clickmend.data.levels import GreyPicture
from clickmend.tasks.prediction import Prediction, Shown


@dataclass(frozen=True, eq=False)
class MattingPrediction(Prediction):
    """The share of the foreground in every pixel.

    Args:
        alpha: In [0, 1], ``(H, W)`` of the original image.
    """

    alpha: FloatMap

    @property
    def pixels(self) -> FloatMap:
        """Alpha, ``(H, W)``."""
        return self.alpha

    def encoded(self, suffix: str) -> bytes:
        """An 8-bit PNG, or an NPY."""
        return alpha_npy(self.alpha) if suffix == ".npy" else alpha_png(self.alpha)

    def shown(self) -> GreyPicture:
        """Alpha in 8 bits."""
        return GreyPicture(alpha_levels(self.alpha))

    def at(self, x: float, y: float) -> Shown:
        """Alpha."""
        return Shown(value=float(self.alpha[self.pixel(x, y)]))
