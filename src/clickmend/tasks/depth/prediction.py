"""Predictions of depth."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np

from clickmend.core.types import FloatMap
from clickmend.data.depth_files import depth_levels, depth_npy, depth_png
from clickmend.data.levels import GreyPicture, every_so_many
from clickmend.tasks.prediction import Prediction, Shown

LARGEST_M = 65.535
"""The largest depth that a 16-bit PNG of millimetres holds."""


@dataclass(frozen=True, eq=False)
class DepthPrediction(Prediction):
    """The distance of every pixel.

    Args:
        depth_m: Metres, NaN where a prior has no value, ``(H, W)`` of the original image.
    """

    depth_m: FloatMap

    @property
    def pixels(self) -> FloatMap:
        """Metres, ``(H, W)``."""
        return self.depth_m

    def encoded(self, suffix: str) -> bytes:
        """A 16-bit PNG of millimetres, or an NPY of metres.

        Raises:
            OutputError: A depth is larger than ``LARGEST_M`` and the file is a PNG.
        """
        return depth_npy(self.depth_m) if suffix == ".npy" else depth_png(self.depth_m)

    def shown(self) -> GreyPicture:
        """16 bits, in millimetres or the smallest larger power of ten that fits."""
        return self._in_units(self.depth_m)

    def coarse(self, every: int) -> GreyPicture:
        """See ``Prediction``."""
        return self._in_units(every_so_many(self.depth_m, every))

    def _in_units(self, depth_m: FloatMap) -> GreyPicture:
        """The picture of a subset of the pixels, in the unit for all."""
        farthest, units_per_m = np.nanmax(self.depth_m, initial=0.0), 1000.0
        while farthest > np.float32(65535 / units_per_m):
            units_per_m /= 10
        levels = depth_levels(depth_m, units_per_m=units_per_m)
        return GreyPicture(levels, None if units_per_m == 1000 else units_per_m)

    def at(self, x: float, y: float) -> Shown:
        """Metres, or nothing where a prior has no value."""
        here = float(self.depth_m[self.pixel(x, y)])
        return Shown(value=None if isnan(here) else here)
