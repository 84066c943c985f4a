"""Pictures as other cameras and other light would have given them."""

from __future__ import annotations

import cv2
import numpy as np

from clickmend.core.types import RGB

PLAIN_SHARE = 0.4
"""How often a view keeps its colours where they tell what it shows, or how far away that is."""


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
