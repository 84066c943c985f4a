"""How a click on an object mask reads: for how much of its surroundings it speaks.

A network that was trained with disks already agrees *at* the clicked pixel, so an energy that
asks there alone is silent. A click speaks for an area around it: a disk, whose radius is a share
of the attention radius, without what opposite clicks are nearer to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap, Mask
from clickmend.feedback.annotator import distance_inside
from clickmend.feedback.marks import Click


@dataclass(frozen=True, slots=True)
class Reading:
    """The rule that turns clicks into areas.

    Args:
        area_share: Radius of the area that a click speaks for, as a share of its attention
            radius; 0 takes the clicked pixel alone, as printed.
        first_share: Attention radius of a plain click where the shown mask gives no hint, as a
            share of the photo's shorter side.
        border_share: Attention radius of a plain click into an error, as a share of its distance
            to where the shown object (or background) around it ends.
        most_share: No plain click reaches farther than this share of the shorter side.
    """

    area_share: float = 0.3
    first_share: float = 0.15
    border_share: float = 0.3
    most_share: float = 0.1

    def radius_px(self, click: Click, shown: Mask) -> float:
        """The attention radius of ``click``, pixels of the photo.

        A click that contradicts the mask lies in an error, and no error is wider than what is
        shown around it: the distance to the nearest border of the shown object or background.

        Args:
            click: Inside the photo.
            shown: The mask when the click came, ``(H, W)``.
        """
        if click.radius_px is not None:
            return click.radius_px
        side = float(min(shown.shape))
        row, column = int(click.y), int(click.x)
        inside = bool(shown[row, column])
        if not shown.any() or inside == click.is_foreground:
            return self.first_share * side
        border = float(distance_inside(shown if inside else ~shown)[row, column])
        return min(self.border_share * border, self.most_share * side)


def areas(
    points: Sequence[tuple[float, float]],
    radii_px: Sequence[float],
    signs: Sequence[int],
    *,
    shown: Mask,
) -> NDArray[np.float32]:
    """The area of each click as weights that sum to 1, ``(K, H, W)``.

    A pixel belongs to a click's area when its centre is within the radius and no opposite click
    is nearer; the pixel that holds the click always does. Of the area of an older click only
    what was granted remains: the pixels that were shown as it says when the newest click came.

    Args:
        points: (x, y) in the view, the newest last.
        radii_px: In pixels of the view.
        signs: +1 for foreground, −1 for background.
        shown: The mask over the view when the newest click came, ``(H, W)``.
    """
    height, width = shown.shape
    squared = np.stack([_squared_distance(x, y, height, width) for x, y in points])
    weights = np.zeros_like(squared)
    sign = np.asarray(signs)
    for i, ((x, y), radius) in enumerate(zip(points, radii_px, strict=True)):
        inside = squared[i] <= radius**2
        if (sign != sign[i]).any():
            inside &= squared[i] < squared[sign != sign[i]].min(axis=0)
        if i < len(points) - 1:
            inside &= shown == (sign[i] > 0)
        weights[i][inside] = 1.0
        weights[i, min(int(y), height - 1), min(int(x), width - 1)] = 1.0
        weights[i] /= weights[i].sum()
    return weights


def _squared_distance(x: float, y: float, height: int, width: int) -> FloatMap:
    dx = np.arange(width, dtype=np.float32) + 0.5 - x
    dy = np.arange(height, dtype=np.float32) + 0.5 - y
    squared: FloatMap = (dy[:, None] ** 2 + dx**2).astype(np.float32)
    return squared
