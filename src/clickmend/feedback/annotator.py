"""The automatic annotator: an error map becomes the next click (G-BRS, Eq. 14).

Readings that are fixed here, because they change the number of clicks:
 * The error map is padded by one correct pixel on each side before the distance transform, so
   the border of the image is a border of the error.
 * Ignored pixels are no error and take no part.
 * Of several pixels at the peak the first in row order is clicked; of two classes with the same
   peak the foreground (the lower class index) wins.
 * The distance transform is the exact Euclidean one.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import Mask
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click


def distance_inside(mask: Mask) -> NDArray[np.float32]:
    """Exact Euclidean distance of each pixel of ``mask`` (H, W) to the nearest pixel outside it.

    What lies beyond the image counts as outside; pixels outside the mask have 0.
    """
    padded = np.pad(mask.astype(np.uint8), 1)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance[1:-1, 1:-1].astype(np.float32, copy=False)


def next_click(prediction: Mask, truth: Mask, ignore: Mask | None = None) -> Click | None:
    """The click that an annotator would make next on an object mask.

    Args:
        prediction: What the session shows, ``(H, W)``.
        truth: The object, ``(H, W)``.
        ignore: Pixels that take no part, ``(H, W)``.

    Returns:
        A foreground or background click at the centre of the pixel deepest inside an error,
        with the largest distance from there to the boundary of that error's connected component
        (8-neighbours) as its radius; ``None`` when nothing is wrong.
    """
    missed = truth & ~prediction
    excess = prediction & ~truth
    if ignore is not None:
        missed &= ~ignore
        excess &= ~ignore
    depth_missed, depth_excess = distance_inside(missed), distance_inside(excess)
    peak_missed, peak_excess = float(depth_missed.max()), float(depth_excess.max())
    if peak_missed == 0 and peak_excess == 0:
        return None
    foreground = peak_missed >= peak_excess
    error, depth = (missed, depth_missed) if foreground else (excess, depth_excess)
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return Click(
        x=float(column) + 0.5,
        y=float(row) + 0.5,
        label=FOREGROUND if foreground else BACKGROUND,
        radius_px=radius_of_component(error, int(row), int(column)),
    )


def radius_of_component(error: Mask, row: int, column: int) -> float:
    """The largest distance from (row, column) to a pixel of its component's boundary, pixels.

    At least 1, so that a one-pixel error has a radius too.
    """
    _, labels = cv2.connectedComponents(error.astype(np.uint8), connectivity=8)
    component = labels == labels[row, column]
    boundary = component & (distance_inside(component) <= 1.0)
    rows, columns = np.nonzero(boundary)
    return max(1.0, float(np.hypot(rows - row, columns - column).max()))
