"""How pixels moved from one frame to the next, and how far that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.feedback.crop import resize

FLOW_PX = 384
"""The longer side at which motion is looked for."""

LEAST_PX = 32
"""And the shorter side at least, which the search needs."""

LOOSE_PX = 1.5
"""There and back again a pixel may miss itself by so much, and by ``LOOSE`` of its way."""

LOOSE = 0.05


@dataclass(frozen=True, slots=True)
class Motion:
    """Where each pixel of the new frame was in the old one.

    Args:
        back: (x, y) in pixels of the old frame, by how much, ``(H, W, 2)``.
        sure: Where the way there and the way back agree, ``(H, W)``.
    """

    back: Float[NDArray[np.float32], "H W 2"]
    sure: Mask

    def carry(self, values: FloatMap) -> FloatMap:
        """A map of the old frame, ``(H, W)``, as it lies in the new one; over the edge comes 0."""
        height, width = values.shape
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        carried = cv2.remap(
            values,
            x + self.back[..., 0],
            y + self.back[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0,
        )
        return np.asarray(carried, np.float32)


def motion(old: RGB, new: RGB) -> Motion:
    """Dense inverse search [Kroeger16] in both ways.

    Args:
        old: A frame, ``(H, W, 3)``.
        new: The next, of the same size.
    """
    height, width = old.shape[:2]
    scale = FLOW_PX / max(height, width)
    small = max(LEAST_PX, round(width * scale)), max(LEAST_PX, round(height * scale))
    factors = np.array([width / small[0], height / small[1]], np.float32)
    greys = [cv2.cvtColor(resize(one, *small), cv2.COLOR_RGB2GRAY) for one in (old, new)]
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    there = search.calc(greys[0], greys[1], None)
    back = search.calc(greys[1], greys[0], None)
    sure = _agree(there, back)
    whole = cv2.resize(back, (width, height), interpolation=cv2.INTER_LINEAR) * factors
    seen = cv2.resize(sure.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return Motion(whole.astype(np.float32), seen.astype(np.bool_))


def _agree(there: NDArray[np.float32], back: NDArray[np.float32]) -> Mask:
    """Where a pixel of the new frame comes back to itself, ``(h, w)``."""
    height, width = there.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    at_x, at_y = x + back[..., 0], y + back[..., 1]
    returned = cv2.remap(there, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    missed = np.linalg.norm(back + returned, axis=-1)
    way = np.linalg.norm(back, axis=-1) + np.linalg.norm(returned, axis=-1)
    inside = (at_x >= 0) & (at_x <= width - 1) & (at_y >= 0) & (at_y <= height - 1)
    agree: Mask = inside & (missed <= LOOSE_PX + LOOSE * way)
    return agree
