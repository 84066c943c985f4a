"""What a network saw, what it said and what is true, side by side."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.training.curriculum import Example
from clickmend.training.points import PointView

UNCOUNTED = 128
"""The grey of what does not count."""


def object_row(example: Example, logits: FloatMap) -> RGB:
    """Photo with its clicks, the answer's probability and the truth.

    Args:
        example: A view with its feedback, ``(S, S)``.
        logits: The answer, ``(S, S)``.

    Returns:
        ``(S, 3 S, 3)``; foreground clicks green, background clicks red, what does not count
        grey.
    """
    photo = example.view.image.copy()
    for click in example.clicks:
        row, column = int(click.y), int(click.x)
        colour = (0, 220, 0) if click.is_foreground else (220, 0, 0)
        photo[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3] = colour
    truth = np.where(example.view.counted, example.view.truth * 255, UNCOUNTED)
    return beside(photo, grey(1 / (1 + np.exp(-logits))), grey(truth / 255))


def points_row(view: PointView, foreground: FloatMap | None) -> RGB:
    """Photo with its points, the instance maps made of them, and the truth.

    Args:
        view: A picture with a point per object, ``(H, W)``.
        foreground: The largest instance map of each patch, in [0, 1]; ``None`` before there are.

    Returns:
        ``(H, 3 W, 3)``.
    """
    height, width = view.index.shape
    photo = view.image.copy()
    for x, y in view.points.astype(int):
        photo[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = (220, 0, 0)
    known = np.ones((height, width), bool)
    shown: NDArray[Any] = np.zeros((height, width), np.float32)
    if foreground is not None:
        shown = cv2.resize(foreground, (width, height), interpolation=cv2.INTER_NEAREST)
    truth = view.index / max(1, len(view.classes))
    return beside(photo, grey(shown.clip(0, 1)), coloured(truth, known))


def grey(share: NDArray[Any]) -> RGB:
    """Numbers in [0, 1] as grey, ``(H, W, 3)``."""
    levels = (255 * share).astype(np.uint8)
    return np.repeat(levels[..., None], 3, axis=2)


def coloured(share: NDArray[Any], counted: Mask) -> RGB:
    """Numbers in [0, 1] from blue over green to red; grey where nothing counts."""
    levels = (255 * np.where(counted, share, 0).clip(0, 1)).astype(np.uint8)
    colours = cv2.applyColorMap(levels, cv2.COLORMAP_TURBO)[..., ::-1]
    return np.where(counted[..., None], colours, UNCOUNTED).astype(np.uint8)


def beside(*pictures: RGB) -> RGB:
    """Pictures of one height in a row."""
    return np.concatenate(pictures, axis=1)
