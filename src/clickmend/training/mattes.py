"""Mattes: foreground colours with their alpha, from mattes that people made and from objects."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from clickmend.core.errors import NotAvailableError
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.data import MatteSample
from clickmend.training.shapes import add_hair, blurred
from clickmend.training.views import View


@dataclass(frozen=True, slots=True)
class Matte:
    """Foreground colours ``(H, W, 3)`` and alpha ``(H, W)``."""

    foreground: RGB
    alpha: FloatMap


@dataclass(frozen=True, slots=True)
class Layers:
    """A photo taken apart: the photo with its trimap, and the colours of both its layers."""

    sample: MatteSample
    foreground: RGB
    background: RGB


def take_apart(sample: MatteSample) -> Layers:
    """Estimate the colours of both layers of a photo (Germer et al., multi-level).

    Raises:
        NotAvailableError: PyMatting is not installed.
    """
    try:
        from pymatting import estimate_foreground_ml
    except ImportError:
        raise NotAvailableError(
            "PyMatting is not installed. Training needs the extra 'train': "
            "pip install 'clickmend[train]'."
        ) from None
    layers = estimate_foreground_ml(
        sample.image / 255.0, sample.alpha.astype(np.float64), return_background=True
    )
    front, back = ((255 * layer).clip(0, 255).astype(np.uint8) for layer in layers)
    return Layers(sample, front, back)


def soften(view: View, rng: np.random.Generator) -> Matte:
    """An object as a matte: its border blurred, or drawn along the photo's edges, or with hair."""
    mask = view.truth.astype(np.float32)
    if rng.random() < 0.4:
        alpha = _follow_edges(mask, view.image, rng)
    else:
        alpha = blurred(mask, float(np.exp(rng.uniform(np.log(0.5), np.log(4)))))
    if rng.random() < 0.5:
        alpha = add_hair(alpha, rng)
    return Matte(_spread(view.image, view.truth), alpha)


def _follow_edges(mask: FloatMap, image: RGB, rng: np.random.Generator) -> FloatMap:
    """The guided filter of a mask by the grey photo (He et al.), stretched to reach 0 and 1."""
    side = 2 * int(rng.integers(3, 10)) + 1
    guide = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)

    def mean(x: FloatMap) -> FloatMap:
        return cv2.blur(x, (side, side)).astype(np.float32, copy=False)

    guide_mean, mask_mean = mean(guide), mean(mask)
    variance = mean(guide * guide) - guide_mean**2
    least = np.float32(10 ** rng.uniform(-4, -2))
    slope = (mean(guide * mask) - guide_mean * mask_mean) / (variance + least)
    filtered = mean(slope) * guide + mean(mask_mean - slope * guide_mean)
    return blurred(((filtered - 0.1) / 0.8).clip(0, 1).astype(np.float32), 0.5)


def _spread(image: RGB, mask: Mask) -> RGB:
    """The object's colours, continued beyond its border."""
    inside = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    if not inside.any():
        return image
    colours = image.astype(np.float32)
    spread = colours
    for sigma in (24, 6):
        weight = cv2.GaussianBlur(inside, (0, 0), sigma)[..., None]
        near = cv2.GaussianBlur(colours * inside[..., None], (0, 0), sigma)
        spread = np.where(weight > 1e-2, near / (weight + 1e-6), spread)
    whole = np.where(inside[..., None] > 0, colours, spread)
    return whole.clip(0, 255).astype(np.uint8)
