"""Pictures of a training: input, answer and truth, side by side."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, Mask

UNCOUNTED = 128
"""The grey of ignored pixels."""


def grey(share: NDArray[Any]) -> RGB:
    """Numbers in [0, 1] as grey, ``(H, W, 3)``."""
    levels = (255 * share).astype(np.uint8)
    return np.repeat(levels[..., None], 3, axis=2)


def coloured(share: NDArray[Any], counted: Mask) -> RGB:
    """Numbers in [0, 1] from blue over green to red; grey where ignored."""
    levels = (255 * np.where(counted, share, 0).clip(0, 1)).astype(np.uint8)
    colours = cv2.applyColorMap(levels, cv2.COLORMAP_TURBO)[..., ::-1]
    return np.where(counted[..., None], colours, UNCOUNTED).astype(np.uint8)


def beside(*pictures: RGB) -> RGB:
    """Pictures of one height in a row."""
    return np.concatenate(pictures, axis=1)
