"""Matting training: mattes set before other photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.types import RGB, FloatMap
from clickmend.data import MatteSample, open_matte_set
from clickmend.training.batches import stack_images, stack_maps
from clickmend.training.colour import recolour
from clickmend.training.losses import matte_loss
from clickmend.training.mattes import Layers, Matte, soften, take_apart
from clickmend.training.pictures import beside, grey
from clickmend.training.recipes import MattingRecipe
from clickmend.training.scenes import Target, list_targets, load
from clickmend.training.shapes import SOFT, draw_shape, draw_trimap
from clickmend.training.split import Part, names_in
from clickmend.training.views import crop_view
from clickmend.training.window import Shape, Window

KEPT_BACK = 24
"""Views of a validation."""

KEPT_BACK_PX = 320
"""Their sides."""


@dataclass(frozen=True, slots=True)
class MatteView:
    """A picture with a trimap and the true alpha, each ``(H, W)``.

    ``contrast`` is |F − B|, the mean over the channels, in [0, 1].
    """

    image: RGB
    trimap: NDArray[np.uint8]
    alpha: FloatMap
    contrast: FloatMap


class MattingSubject:
    """Views of mattes before the training photos, see ``Subject``."""

    def __init__(self, recipe: MattingRecipe) -> None:
        self._recipe = recipe
        dataset = open_matte_set(recipe.mattes)
        # So few that none is kept back: what validates is kept-back photos behind and before.
        names = names_in(recipe.mattes, dataset.names, "train", "validation")
        self._mattes = [take_apart(dataset.read(name)) for name in names]
        self._composer = Composer(recipe, self._mattes, part="train")

    def draw(self, rng: np.random.Generator, shape: Shape) -> MatteView:
        """A composition or a photo, recoloured."""
        view = self._composer.draw(rng, shape, self._recipe.kinds)
        return MatteView(recolour(view.image, rng), view.trimap, view.alpha, view.contrast)

    def inputs(self, views: Sequence[MatteView]) -> tuple[Tensor, ...]:
        """The pictures and the trimaps."""
        image = stack_images([view.image for view in views])
        return image, trimap_input([view.trimap for view in views])

    def judge(self, answer: Tensor, views: Sequence[MatteView]) -> tuple[Tensor, dict[str, float]]:
        """The loss, and the squared error over the unknown pixels."""
        truth, unknown, contrast = (
            stack_maps(maps).to(answer.device)
            for maps in (
                [view.alpha for view in views],
                [view.trimap == 128 for view in views],
                [view.contrast for view in views],
            )
        )
        loss = matte_loss(answer, truth, unknown, contrast)
        squared = ((answer.detach() - truth).square() * unknown).sum()
        return loss, {"MSE": float(squared / unknown.sum().clamp(min=1))}

    def row(self, answer: Tensor, view: MatteView) -> RGB:
        """Photo, trimap, answer and truth."""
        answered = grey(answer[0].numpy())
        return beside(view.image, grey(view.trimap / 255), answered, grey(view.alpha))

    def kept_back(self, seed: int) -> Sequence[MatteSample]:
        """Mattes and objects before photos, objects and photos all kept back."""
        composer = Composer(self._recipe, self._mattes, part="validation")
        rng = np.random.default_rng([seed, 2])
        shape = (KEPT_BACK_PX, KEPT_BACK_PX)
        kinds = {"matte": 0.5, "object": 0.5}
        views = [composer.draw(rng, shape, kinds) for _ in range(KEPT_BACK)]
        return [
            MatteSample(f"{number:02}", view.image, view.alpha, view.trimap)
            for number, view in enumerate(views)
        ]


class Composer:
    """Draws views.

    Args:
        recipe: Names the backgrounds and the objects.
        mattes: What people made.
        part: Which photos are objects and backgrounds.
    """

    def __init__(self, recipe: MattingRecipe, mattes: Sequence[Layers], *, part: Part) -> None:
        self._scales = recipe.scales
        self._mattes = mattes
        self._backgrounds = _Pool(recipe.sources, part)
        self._objects = _Pool(recipe.objects, part)

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
        alpha = window.read_map(sample.alpha, shape)
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
            alpha = window.read_map(layers.sample.alpha, shape)
            return Matte(recolour(window.read(layers.foreground, shape), rng), alpha)
        if kind == "object":
            return soften(crop_view(load(self._objects.pick(rng)), rng, shape[1]), rng)
        return Matte(self._background(rng, shape), draw_shape(rng, shape))

    def _background(self, rng: np.random.Generator, shape: Shape) -> RGB:
        """A part of a photo, now and then out of focus."""
        photo = load(self._backgrounds.pick(rng))
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


class _Pool:
    """Objects of several sources, drawn in their shares."""

    def __init__(self, sources: Mapping[str, float], part: Part) -> None:
        self._targets = [list_targets(source, part) for source in sources]
        shares = np.array(list(sources.values()))
        self._shares = shares / shares.sum()

    def pick(self, rng: np.random.Generator) -> Target:
        targets = self._targets[int(rng.choice(len(self._targets), p=self._shares))]
        return targets[int(rng.integers(len(targets)))]


def trimap_input(trimaps: Sequence[NDArray[np.uint8]]) -> Float[Tensor, "B 1 H W"]:
    """Trimaps of 0, 128 and 255 as 0, 0.5 and 1."""
    return torch.round(stack_maps(trimaps) / 127.5) / 2


def _contrast(front: RGB, back: RGB) -> FloatMap:
    contrast: FloatMap = np.abs(front.astype(np.float32) - back).mean(axis=2) / 255
    return contrast
