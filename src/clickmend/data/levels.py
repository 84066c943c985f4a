"""Grey levels: the pixels of a prediction's picture."""

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
    """The picture of a prediction on the page.

    All tasks here use grey levels, the only ones that the page reads. A task of another package may
    use colours, for its own clients.

    Args:
        levels: ``(H, W)``, or ``(H, W, C)`` of colours.
        units_per_m: Levels per metre of depth, if not 1000.
    """

    levels: Levels
    units_per_m: float | None = None

    @classmethod
    def of(cls, png: bytes) -> GreyPicture:
        """From the content of a PNG file."""
        levels: Any = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
        return cls(levels)

    def png(self) -> bytes:
        """The content of its PNG file, with "units_per_m" as a text."""
        png = png_bytes(self.levels)
        if self.units_per_m is None:
            return png
        return with_text(png, "units_per_m", f"{self.units_per_m:g}")
