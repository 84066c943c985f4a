"""What is seen at each place of a frame: the maps of the shipped encoder, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickmend.core.extras import need
from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap
from clickmend.feedback.crop import resize, whole_image
from clickmend.networks import load
from clickmend.networks.inputs import as_planes

SEES = "interactive-l0"
"""The weights whose encoder says what a place looks like."""

LONG_PX = 640
"""The longer side at which it looks."""

STRIDE = 8
"""Of the places."""

LEVELS = (1, 2, 3, 4)
"""The encoder's maps at 1/4, 1/8, 1/16 and 1/32, each of unit length at a place."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What is seen at each place of a frame.

    Args:
        vectors: ``(h·w, C)``, row by row.
        grid: (h, w).
    """

    vectors: Float[NDArray[np.float32], "N C"]
    grid: tuple[int, int]

    def shares(self, probability: FloatMap) -> NDArray[np.float32]:
        """How much of each place is the object's, ``(h·w,)``."""
        height, width = self.grid
        return resize(probability, width, height).ravel()


def looks_of(photo: RGB, *, scale: float = 1.0) -> Looks:
    """What the encoder sees of a frame.

    Args:
        photo: The frame, ``(H, W, 3)``.
        scale: How many times as large as usual it is looked at.

    Raises:
        NotAvailableError: Torch is not installed.
    """
    need("torch", by="Following an object through a film")
    import torch
    import torch.nn.functional as F

    height, width = photo.shape[:2]
    view = whole_image(width, height, long_side=round(scale * LONG_PX / 32) * 32)
    grid = view.out_h // STRIDE, view.out_w // STRIDE
    with torch.no_grad():
        maps = _encoder()(torch.from_numpy(as_planes(view.read(photo))))
        seen = [
            F.interpolate(F.normalize(maps[level], dim=1), grid, mode="bilinear")
            for level in LEVELS
        ]
        joint = torch.cat(seen, dim=1)[0].flatten(1)
    return Looks(np.ascontiguousarray(joint.numpy().T), grid)


@lru_cache(maxsize=1)
def _encoder() -> Any:
    return load(SEES, device="cpu").network.encoder
