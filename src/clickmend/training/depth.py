"""Depth training: views of depth maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from torch import Tensor

from clickmend.core.types import RGB, FloatMap
from clickmend.data import DepthDataset, DepthSample, open_depth_set
from clickmend.training.batches import stack_images, stack_maps
from clickmend.training.colour import recolour_some
from clickmend.training.losses import depth_loss
from clickmend.training.pictures import beside, coloured
from clickmend.training.recipes import DepthRecipe
from clickmend.training.split import Part, names_in, some_of
from clickmend.training.window import Shape, Window

ASPECT = 4 / 3
"""Width to height of a window, as depth cameras see."""

KEPT_BACK = 30
"""The most photos of a validation."""


@dataclass(frozen=True, slots=True)
class DepthView:
    """A picture ``(H, W, 3)`` and its depth ``(H, W)``, metres, NaN where unknown."""

    image: RGB
    depth_m: FloatMap


@lru_cache(maxsize=4096)
def _read(dataset: DepthDataset, name: str) -> DepthSample:
    return dataset.read(name)


class DepthSubject:
    """Views of the training photos, see ``Subject``."""

    def __init__(self, recipe: DepthRecipe) -> None:
        self._recipe = recipe
        self._photos = [_list(source, "train") for source in recipe.sources]
        shares = np.array(list(recipe.sources.values()))
        self._shares = shares / shares.sum()

    def draw(self, rng: np.random.Generator, shape: Shape) -> DepthView:
        """A window of the photo, seen as the camera would from nearer: the depth shrinks with it.

        What a photo of another shape does not show of the window is reflected, its depth unknown.
        """
        photos = self._photos[int(rng.choice(len(self._photos), p=self._shares))]
        sample = _read(*photos[int(rng.integers(len(photos)))])
        height, width = sample.depth_m.shape
        share = float(rng.uniform(self._recipe.least_window, 1))
        w, h = share * width, share * width / ASPECT
        window = Window(
            float(rng.uniform(w / 2, width - w / 2)),
            float(rng.uniform(h / 2, height - h / 2)) if h < height else height / 2,
            w,
            h,
            mirrored=rng.random() < 0.5,
        )
        depth: FloatMap = window.read_nearest(sample.depth_m, shape, outside=np.nan)
        depth = depth * np.float32(share)
        near, far = self._recipe.range_m
        depth[(depth < near) | (depth > far)] = np.nan
        return DepthView(recolour_some(window.read(sample.image, shape), rng), depth)

    def inputs(self, views: Sequence[DepthView]) -> tuple[Tensor, ...]:
        """The pictures."""
        return (stack_images([view.image for view in views]),)

    def judge(self, answer: Tensor, views: Sequence[DepthView]) -> tuple[Tensor, dict[str, float]]:
        """The loss in log-depth; δ1 and AbsRel over all known pixels of the batch."""
        truth = stack_maps([view.depth_m for view in views]).to(answer.device)
        known = truth.isfinite()
        p, t = answer.detach()[known], truth[known]
        near = ((p / t).log().abs() < np.log(1.25)).float().mean()
        numbers = {"delta1": float(near), "AbsRel": float(((p - t).abs() / t).mean())}
        return depth_loss(answer, truth), numbers

    def row(self, answer: Tensor, view: DepthView) -> RGB:
        """Photo, answer and truth, from near in blue to far in red."""
        known = np.isfinite(view.depth_m)
        low, high = np.log(self._recipe.range_m)
        truth = np.log(np.where(known, view.depth_m, 1))
        shown = answer[0].log().numpy()
        return beside(
            view.image,
            coloured((shown - low) / (high - low), np.ones_like(known)),
            coloured((truth - low) / (high - low), known),
        )

    def kept_back(self, seed: int) -> Sequence[DepthSample]:
        """Photos that every source keeps back, at most ``KEPT_BACK``."""
        photos = [photo for source in self._recipe.sources for photo in _list(source, "validation")]
        return [_read(*photo) for photo in some_of(photos, most=KEPT_BACK, seed=seed)]


def _list(source: str, part: Part) -> list[tuple[DepthDataset, str]]:
    dataset = open_depth_set(source)
    return [(dataset, name) for name in names_in(source, dataset.names, part)]
