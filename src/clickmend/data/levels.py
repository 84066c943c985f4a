"""Grey levels: what the picture of a prediction holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.data.planes import png_bytes
from clickmend.data.png_text import with_text

Levels: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""Grey levels, 8 or 16 bits, ``(H, W)``."""


@dataclass(frozen=True, slots=True, eq=False)
class GreyPicture:
    """What a page shows of a prediction.

    Args:
        levels: ``(H, W)``.
        units_per_m: How many of them a metre of depth has, where that is not 1000.
    """

    levels: Levels
    units_per_m: float | None = None

    @classmethod
    def of(cls, png: bytes) -> GreyPicture:
        """What a grey PNG file holds."""
        levels: Any = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
        return cls(levels)

    def png(self) -> bytes:
        """Its file; "units_per_m" is a text in it."""
        png = png_bytes(self.levels)
        if self.units_per_m is None:
            return png
        return with_text(png, "units_per_m", f"{self.units_per_m:g}")
