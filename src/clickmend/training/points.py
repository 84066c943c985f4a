"""Pictures with one point per object: what the learned pipeline is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, final

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, Labels

PointPlace: TypeAlias = Literal["centre", "anywhere"]
"""Where in an object its point lies: deepest inside, or anywhere in what is seen of it."""


@final
@dataclass(frozen=True, slots=True)
class PointView:
    """A picture and what is known of its K objects.

    Attributes:
        image: ``(H, W, 3)``.
        index: 1…K where an object is seen, 0 elsewhere, ``(H, W)``.
        classes: Of each object, ``(K,)``.
        points: (x, y) of each object in pixels, ``(K, 2)``.
    """

    image: RGB
    index: Labels
    classes: NDArray[np.int64]
    points: NDArray[np.float32]


def points_of(
    index: Labels, count: int, rng: np.random.Generator, *, place: PointPlace
) -> NDArray[np.float32]:
    """A point (x, y) in each of the objects 1…count, the centre of a pixel, ``(count, 2)``."""
    points = np.empty((count, 2), np.float32)
    for number in range(1, count + 1):
        mask = index == number
        if place == "centre":
            edged = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
            depth = cv2.distanceTransform(edged, cv2.DIST_L2, 5)[1:-1, 1:-1]
            row, column = np.unravel_index(int(depth.argmax()), mask.shape)
        else:
            rows, columns = np.nonzero(mask)
            at = int(rng.integers(len(rows)))
            row, column = rows[at], columns[at]
        points[number - 1] = column + 0.5, row + 0.5
    return points
