"""How far a click on an object mask is meant: here, or all along the contour.

A click that contradicts the mask lies in an error, and the distance to the nearest border of what
is shown is the only length it gives. Two witnesses tell whether the error ends there. The network,
given the mask and the click, moves its contour everywhere by the same amount where the whole
contour is off, and otherwise nowhere else. And a true contour runs along edges of the photo, which
a contour that is too wide or too tight does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask

FARTHEST_SHARE = 0.16
"""The most by which a contour may be off, as a share of the root of the mask's area."""

SURER = 1.02
"""How many times more the network's answer must overlap with the shifted mask than with itself."""

SHARPER = 1.15
"""How many times stronger the photo's edges must be along the shifted contour."""

SMOOTH_PX = 1.0
"""σ of the blur that frees edges from grain."""

FEW = 20
"""Contours of fewer pixels say nothing."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A whole contour that is off.

    Args:
        by_px: How far inward the true contour lies; negative where it lies outward.
        depth: The signed distance of every pixel to the shown contour, ``(H, W)``.
    """

    by_px: float
    depth: FloatMap

    @property
    def mask(self) -> Mask:
        """The mask with the contour where it belongs, ``(H, W)``."""
        shifted: Mask = np.floor(self.depth) >= self.by_px
        return shifted


def edges_of(photo: RGB) -> FloatMap:
    """How strongly the colour changes at each pixel, ``(H, W)``; asked for once per photo."""
    smooth = cv2.GaussianBlur(photo, (0, 0), SMOOTH_PX)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
    along = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength: FloatMap = np.sqrt((across * across + along * along).sum(axis=2), dtype=np.float32)
    return strength


def depth_in(mask: Mask) -> FloatMap:
    """Signed distance to the border of ``mask`` (H, W), positive inside; the photo's is none."""
    inside = mask.astype(np.uint8)
    depth = distance_to_end(inside) - distance_to_end(1 - inside)
    signed: FloatMap = depth - np.sign(depth) * 0.5
    return signed


def distance_to_end(inside: NDArray[np.uint8]) -> FloatMap:
    """Distance to the nearest pixel that is 0, ``(H, W)``; the photo's border is no end."""
    if inside.all():
        return np.full(inside.shape, float(max(inside.shape)), np.float32)
    return cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5).astype(np.float32)


def find_shift(
    depth: FloatMap, answer: FloatMap, edges: FloatMap, at: tuple[int, int]
) -> Shift | None:
    """The shift of the whole contour that a click asks for, if both witnesses see one.

    Args:
        depth: The signed distance to the shown contour, ``(H, W)``.
        answer: The network's logits, given the mask and the click, ``(H, W)``.
        edges: See :func:`edges_of`.
        at: Row and column of the clicked pixel.
    """
    inward = bool(depth[at] > 0)
    most = int(FARTHEST_SHARE * np.sqrt(np.count_nonzero(depth > 0)))
    least = int(np.ceil(abs(float(depth[at]))))
    if least > most:
        return None
    # Levels 0 … 2m: the shown contour lies between m - 1 and m, one shifted by t before m + t.
    middle = most + 2
    level = np.clip(np.floor(depth), -middle, middle).astype(np.intp).ravel() + middle
    pixels = np.bincount(level, minlength=2 * middle + 1)
    strength = np.bincount(level, edges.ravel(), minlength=2 * middle + 1)
    kept = np.bincount(level, answer.ravel() > 0, minlength=2 * middle + 1)
    inside, both = pixels[::-1].cumsum()[::-1], kept[::-1].cumsum()[::-1]
    agreement = both / np.maximum(kept.sum() + inside - both, 1)
    crossed = pixels[1:] + pixels[:-1]
    sharpness = np.zeros(len(pixels))
    sharpness[1:] = np.where(
        crossed >= FEW, (strength[1:] + strength[:-1]) / np.maximum(crossed, 1), 0
    )
    shifts = np.arange(least, most + 1) * (1 if inward else -1)
    places = middle + shifts
    best = int(np.argmax(agreement[places] * np.sqrt(sharpness[places])))
    place = places[best]
    if agreement[place] <= SURER * agreement[middle]:
        return None
    if sharpness[place] <= SHARPER * sharpness[middle]:
        return None
    return Shift(float(shifts[best]), depth)
