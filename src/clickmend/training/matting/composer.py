"""Compositions: mattes that people made, objects and drawn shapes, before other photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import NotAvailableError
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.data import MatteSample
from clickmend.training.logger import NOT_INSTALLED
from clickmend.training.matting.drawn import SOFT, add_hair, blurred, draw_shape, draw_trimap
from clickmend.training.objects import View, crop_view, target_pool
from clickmend.training.sources import Part
from clickmend.training.views import Shape, Window, recolour

if TYPE_CHECKING:
    from clickmend.training.matting.trainer import MattingRecipe


@dataclass(frozen=True, slots=True)
class MatteView:
    """A picture with a trimap and the true alpha, each ``(H, W)``.

    ``contrast`` is |F − B|, the mean over the channels, in [0, 1].
    """

    image: RGB
    trimap: NDArray[np.uint8]
    alpha: FloatMap
    contrast: FloatMap


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


class Composer:
    """Draws views of mattes that people made, and of a recipe's objects and backgrounds."""

    def __init__(self, recipe: MattingRecipe, mattes: Sequence[Layers], *, part: Part) -> None:
        self._scales = recipe.scales
        self._mattes = mattes
        self._backgrounds = target_pool(recipe.sources, part)
        self._objects = target_pool(recipe.objects, part)

    def draw(self, rng: np.random.Generator, shape: Shape, kinds: Mapping[str, float]) -> MatteView:
        """A view of one of ``kinds`` in their shares."""
        shares = np.array(list(kinds.values()))
        for _ in range(20):
            kind = list(kinds)[int(rng.choice(len(kinds), p=shares / shares.sum()))]
            view = self._photo(rng, shape) if kind == "photo" else self._compose(kind, rng, shape)
            if 0.01 < float((view.trimap == 128).mean()) < 0.95:
                break
        return view

    def _photo(self, rng: np.random.Generator, shape: Shape) -> MatteView:
        layers = self._mattes[int(rng.integers(len(self._mattes)))]
        sample = layers.sample
        window = self._window(sample.alpha, rng, shape)
        alpha = window.read(sample.alpha, shape)
        if rng.random() < 0.5:
            trimap = window.read_nearest(sample.trimap, shape, outside=0).astype(np.uint8)
        else:
            trimap = draw_trimap(alpha, rng)
        front, back = (window.read(x, shape) for x in (layers.foreground, layers.background))
        return MatteView(window.read(sample.image, shape), trimap, alpha, _contrast(front, back))

    def _compose(self, kind: str, rng: np.random.Generator, shape: Shape) -> MatteView:
        matte = self._front(kind, rng, shape)
        back = self._background(rng, shape)
        alpha = matte.alpha[..., None]
        image = (alpha * matte.foreground + (1 - alpha) * back).round().astype(np.uint8)
        contrast = _contrast(matte.foreground, back)
        return MatteView(image, draw_trimap(matte.alpha, rng), matte.alpha, contrast)

    def _front(self, kind: str, rng: np.random.Generator, shape: Shape) -> Matte:
        if kind == "matte":
            layers = self._mattes[int(rng.integers(len(self._mattes)))]
            window = self._window(layers.sample.alpha, rng, shape)
            alpha = window.read(layers.sample.alpha, shape)
            return Matte(recolour(window.read(layers.foreground, shape), rng), alpha)
        if kind == "object":
            return soften(crop_view(self._objects.pick(rng).read(), rng, shape[1]), rng)
        return Matte(self._background(rng, shape), draw_shape(rng, shape))

    def _background(self, rng: np.random.Generator, shape: Shape) -> RGB:
        """A part of a photo, now and then out of focus."""
        photo = self._backgrounds.pick(rng).read()
        image = recolour(crop_view(photo, rng, shape[1], zoom=False).image, rng)
        if rng.random() < 0.25:
            image = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(1, 5))).astype(np.uint8)
        return image

    def _window(self, alpha: FloatMap, rng: np.random.Generator, shape: Shape) -> Window:
        """A window around a soft pixel."""
        low, high = np.log(self._scales)
        zoom = float(np.exp(rng.uniform(low, high)))
        w, h = shape[1] / zoom, shape[0] / zoom
        rows, columns = np.nonzero((alpha > SOFT[0]) & (alpha < SOFT[1]))
        at = int(rng.integers(len(rows)))
        return Window(
            float(columns[at] + rng.uniform(-0.35, 0.35) * w),
            float(rows[at] + rng.uniform(-0.35, 0.35) * h),
            w,
            h,
            mirrored=rng.random() < 0.5,
            turn=float(rng.normal(0, 0.2)),
        )


def _contrast(front: RGB, back: RGB) -> FloatMap:
    contrast: FloatMap = np.abs(front.astype(np.float32) - back).mean(axis=2) / 255
    return contrast


def take_apart(sample: MatteSample) -> Layers:
    """Estimate the colours of both layers of a photo (Germer et al., multi-level).

    Raises:
        NotAvailableError: PyMatting is not installed.
    """
    try:
        from pymatting import estimate_foreground_ml
    except ImportError:
        raise NotAvailableError(NOT_INSTALLED.format("PyMatting")) from None
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
