"""Windows: the part of a photo that a training view shows, and how it is turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask

Shape = tuple[int, int]
"""Height and width of a view."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a photo, mirrored and turned.

    Args:
        cx: Its centre in the photo, pixels.
        cy: The same, down.
        width: In the photo, pixels; beyond the photo's border is what a reader says.
        height: The same, down.
        mirrored: Whether left and right change places.
        turn: Radians.
    """

    cx: float
    cy: float
    width: float
    height: float
    mirrored: bool = False
    turn: float = 0.0

    def read(self, image: RGB, shape: Shape) -> RGB:
        """The picture; beyond the photo it is reflected."""
        flags = cv2.INTER_LINEAR
        return self._warp(image, shape, flags, cv2.BORDER_REFLECT_101).astype(np.uint8, copy=False)

    def read_map(self, numbers: FloatMap, shape: Shape) -> FloatMap:
        """Numbers between which there are others, such as alpha; reflected beyond the photo."""
        flags = cv2.INTER_LINEAR
        warped = self._warp(numbers, shape, flags, cv2.BORDER_REFLECT_101)
        return warped.astype(np.float32, copy=False)

    def read_mask(self, mask: Mask, shape: Shape) -> Mask:
        """A mask; false beyond the photo."""
        levels = mask.astype(np.uint8) * 255
        inside: Mask = self._warp(levels, shape, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT) > 127
        return inside

    def read_nearest(self, values: NDArray[Any], shape: Shape, *, outside: float) -> NDArray[Any]:
        """Values that must not be mixed, such as classes; ``outside`` beyond the photo."""
        return self._warp(values, shape, cv2.INTER_NEAREST, cv2.BORDER_CONSTANT, outside)

    def _warp(
        self,
        x: NDArray[Any],
        shape: Shape,
        flags: int,
        border: int,
        outside: float = 0.0,
    ) -> NDArray[Any]:
        height, width = shape
        flip = -1.0 if self.mirrored else 1.0
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        # Maps view pixels to photo pixels, which is what WARP_INVERSE_MAP wants.
        matrix = np.array(
            [
                [flip * self.width * cos / width, -self.width * sin / height, 0],
                [flip * self.height * sin / width, self.height * cos / height, 0],
            ]
        )
        centre = np.array([width / 2, height / 2])
        matrix[:, 2] = np.array([self.cx, self.cy]) - matrix[:, :2] @ centre
        warped: NDArray[Any] = cv2.warpAffine(
            x,
            matrix,
            (width, height),
            flags=flags | cv2.WARP_INVERSE_MAP,
            borderMode=border,
            borderValue=outside,
        )
        return warped


def random_window(rng: np.random.Generator, photo: Shape, view: Shape, *, least: float) -> Window:
    """A part of the photo of the view's proportions, mirrored half of the time.

    Args:
        rng: Of the draw.
        photo: Its height and width.
        view: Of what it is shown in.
        least: How small it may be, a share of the largest one.
    """
    height, width = photo
    scale = min(width / view[1], height / view[0]) * float(rng.uniform(least, 1))
    w, h = scale * view[1], scale * view[0]
    cx, cy = rng.uniform(w / 2, width - w / 2), rng.uniform(h / 2, height - h / 2)
    return Window(float(cx), float(cy), w, h, mirrored=rng.random() < 0.5)
