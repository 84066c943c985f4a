"""Training views: cut from a photo, mirrored, turned, set into another photo, recoloured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, Mask


@dataclass(frozen=True, slots=True)
class View:
    """A picture, the object in it and the pixels that count.

    ``image`` is ``(H, W, 3)``, ``truth`` and ``counted`` are ``(H, W)``.
    """

    image: RGB
    truth: Mask
    counted: Mask


def crop_view(photo: View, rng: np.random.Generator, size_px: int, *, zoom: bool = True) -> View:
    """A random window of the photo, mirrored and turned a little, as a square view.

    Half of the windows show (nearly) the whole photo; the others zoom in until the object takes
    30 to 85 % of the window's longer side. What the turn brings in from outside does not count.
    """
    height, width = photo.truth.shape
    rows = np.flatnonzero(photo.truth.any(axis=1))
    columns = np.flatnonzero(photo.truth.any(axis=0))
    if zoom and rows.size and rng.random() < 0.5:
        extent = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
        side = max(48.0, extent / float(np.exp(rng.uniform(np.log(0.3), np.log(0.85)))))
        squeeze = float(np.exp(rng.uniform(-0.2, 0.2)))
        w, h = min(width, side * squeeze), min(height, side / squeeze)
        cx = (columns[0] + columns[-1]) / 2 + rng.uniform(-0.2, 0.2) * w
        cy = (rows[0] + rows[-1]) / 2 + rng.uniform(-0.2, 0.2) * h
    else:
        w, h = width * float(rng.uniform(0.8, 1)), height * float(rng.uniform(0.8, 1))
        cx, cy = float(rng.uniform(w / 2, width - w / 2)), float(rng.uniform(h / 2, height - h / 2))
    cx = min(max(cx, w / 2), width - w / 2)
    cy = min(max(cy, h / 2), height - h / 2)
    flip = -1.0 if rng.random() < 0.5 else 1.0
    turn = float(rng.normal(0, 0.12))
    cos, sin = np.cos(turn), np.sin(turn)
    # Maps view pixels to photo pixels, which is what WARP_INVERSE_MAP wants.
    matrix = np.array([[flip * w * cos, -w * sin, 0], [flip * h * sin, h * cos, 0]]) / size_px
    centre = np.array([size_px / 2, size_px / 2])
    matrix[:, 2] = np.array([cx, cy]) - matrix[:, :2] @ centre

    def warp(x: NDArray[np.uint8], border: int) -> NDArray[np.uint8]:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = cv2.warpAffine(x, matrix, (size_px, size_px), flags=flags, borderMode=border)
        return warped.astype(np.uint8, copy=False)

    return View(
        warp(photo.image, cv2.BORDER_REFLECT_101),
        warp(photo.truth.astype(np.uint8) * 255, cv2.BORDER_CONSTANT) > 127,
        warp(photo.counted.astype(np.uint8) * 255, cv2.BORDER_CONSTANT) > 127,
    )


def paste(background: View, fronts: Sequence[View], *, wanted: int) -> View:
    """The objects of ``fronts`` set before a background, one after the other, with soft borders.

    Args:
        background: Gives the picture only.
        fronts: The farthest first; all of the background's size.
        wanted: Which of them is the object of the new view.
    """
    image, truth = background.image, np.zeros_like(background.truth)
    for number, front in enumerate(fronts):
        soft = cv2.GaussianBlur(front.truth.astype(np.float32), (0, 0), 0.8)[..., None]
        image = (image * (1 - soft) + front.image * soft).astype(np.uint8)
        truth = front.truth if number == wanted else truth & ~front.truth
    return View(image, truth, np.ones_like(truth))


def vary_colour(view: View, rng: np.random.Generator) -> View:
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
    image = cv2.transform(view.image, affine)
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.5)))
    if rng.random() < 0.1:
        sigma = float(rng.uniform(0, 14))
        noise = rng.standard_normal(image.shape, dtype=np.float32) * sigma
        image = np.clip(image + noise, 0, 255)
    return View(image.astype(np.uint8), view.truth, view.counted)
