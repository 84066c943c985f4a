"""Training views: windows of photos, colour augmentation, and batches of tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, Mask

P = TypeVar("P", bound=np.generic)

Shape = tuple[int, int]
"""Height and width of a view."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a photo, mirrored and turned.

    Args:
        cx: Its centre in the photo, pixels from the left.
        cy: The same, from the top.
        width: Width in the photo, pixels; each reader defines what lies beyond the photo.
        height: Height in the photo, likewise.
        mirrored: Whether it is flipped horizontally.
        turn: Rotation in radians.
    """

    cx: float
    cy: float
    width: float
    height: float
    mirrored: bool = False
    turn: float = 0.0

    def read(self, picture: NDArray[P], shape: Shape) -> NDArray[P]:
        """A picture, or continuous values such as alpha, interpolated linearly.

        Beyond the photo they are reflected.
        """
        return self._warp(picture, shape, cv2.INTER_LINEAR, cv2.BORDER_REFLECT_101)

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


def inside(centre: float, length: float, limit: int) -> float:
    """The centre, shifted so that the window lies in the photo; its middle if it is too large."""
    return limit / 2 if length >= limit else min(max(centre, length / 2), limit - length / 2)


def random_window(rng: np.random.Generator, photo: Shape, view: Shape, *, least: float) -> Window:
    """A part of the photo of the view's proportions, mirrored half of the time.

    It is at least the share ``least`` of the largest one.
    """
    height, width = photo
    scale = min(width / view[1], height / view[0]) * float(rng.uniform(least, 1))
    w, h = scale * view[1], scale * view[0]
    cx, cy = rng.uniform(w / 2, width - w / 2), rng.uniform(h / 2, height - h / 2)
    return Window(float(cx), float(cy), w, h, mirrored=rng.random() < 0.5)


PLAIN_SHARE = 0.4
"""Share of views without colour augmentation, in tasks for which colours matter."""


def recolour_some(image: RGB, rng: np.random.Generator) -> RGB:
    """The picture as it is, or recoloured."""
    return image if rng.random() < PLAIN_SHARE else recolour(image, rng)


def recolour(image: RGB, rng: np.random.Generator) -> RGB:
    """Brightness, contrast, saturation, channel gains and grey, then sometimes blur or noise.

    All but blur and noise are one colour matrix with an offset.
    """
    matrix = np.eye(3)
    saturation = 0.0 if rng.random() < 0.08 else float(rng.uniform(0.3, 1.5))
    if rng.random() < 0.6:
        matrix = saturation * matrix + (1 - saturation) / 3
    if rng.random() < 0.5:
        matrix = rng.uniform(0.75, 1.25, size=3)[:, None] * matrix
    offset = 0.0
    if rng.random() < 0.8:
        contrast = float(rng.uniform(0.6, 1.4))
        matrix = contrast * matrix
        offset = 127 * (1 - contrast) + float(rng.normal(0, 24))
    affine = np.concatenate([matrix, np.full((3, 1), offset)], axis=1)
    varied = cv2.transform(image, affine)
    if rng.random() < 0.15:
        varied = cv2.GaussianBlur(varied, (0, 0), float(rng.uniform(0.4, 1.5)))
    if rng.random() < 0.1:
        sigma = float(rng.uniform(0, 14))
        noise = rng.standard_normal(varied.shape, dtype=np.float32) * sigma
        varied = np.clip(varied + noise, 0, 255)
    recoloured: RGB = varied.astype(np.uint8)
    return recoloured


def stack_images(images: Sequence[RGB]) -> Float[Tensor, "B 3 H W"]:
    """Photos of one size as RGB in [0, 1], channels last in memory."""
    stacked = torch.from_numpy(np.stack(images))
    image = stacked.permute(0, 3, 1, 2).float().div(255)
    return image.contiguous(memory_format=torch.channels_last)


def stack_maps(maps: Sequence[NDArray[Any]]) -> Float[Tensor, "B 1 H W"]:
    """Masks or numbers per pixel, as float32."""
    return torch.from_numpy(np.stack(maps))[:, None].float()
