"""Grey levels: what the picture of a prediction holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.data.planes import png_bytes
from clickmend.data.png_text import with_text

Levels: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""Grey levels, 8 or 16 bits, ``(H, W)``; of colours ``(H, W, C)``, in the order of OpenCV."""

A = TypeVar("A", bound=NDArray[Any])


def every_so_many(values: A, every: int) -> A:
    """The middle pixel of each square of ``every`` pixels a side, row by row.

    Squares that the border cuts count too, and a middle beyond it is the last pixel before it: of
    ``(H, W)`` are ⌈H / every⌉ × ⌈W / every⌉.
    """
    rows, columns = (
        np.minimum(np.arange(every // 2, side + every // 2, every), side - 1)
        for side in values.shape[:2]
    )
    found: A = values[rows][:, columns]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class GreyPicture:
    """What a page shows of a prediction.

    Every task here is drawn in grey, which is all that the page reads. One from outside may be
    drawn in colours, for clients of its own.

    Args:
        levels: ``(H, W)``, or ``(H, W, C)`` of colours.
        units_per_m: How many of them a metre of depth has, where that is not 1000.
    """

    levels: Levels
    units_per_m: float | None = None

    @classmethod
    def of(cls, png: bytes) -> GreyPicture:
        """What a PNG file holds."""
        levels: Any = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
        return cls(levels)

    def png(self) -> bytes:
        """Its file; "units_per_m" is a text in it."""
        png = png_bytes(self.levels)
        if self.units_per_m is None:
            return png
        return with_text(png, "units_per_m", f"{self.units_per_m:g}")
