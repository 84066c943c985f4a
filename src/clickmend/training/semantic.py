"""Semantic training: views of class maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.types import RGB
from clickmend.data import LabelDataset, LabelSample, open_label_set
from clickmend.training.batches import stack_images
from clickmend.training.colour import recolour_some
from clickmend.training.losses import VOID, label_loss
from clickmend.training.pictures import beside, coloured
from clickmend.training.recipes import SemanticRecipe
from clickmend.training.split import Part, names_in, some_of
from clickmend.training.window import Shape, Window

ClassMap = NDArray[np.uint8]
"""The place of each pixel's class among the recipe's labels, ``VOID`` where none counts."""

KEPT_BACK = 30
"""The most photos of a validation."""

LEAST_PIXELS = 30
"""A photo shows a class when at least so many pixels do."""


@dataclass(frozen=True, slots=True)
class LabelView:
    """A picture ``(H, W, 3)`` and its classes ``(H, W)``."""

    image: RGB
    classes: ClassMap


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo of a source, read when it is shown."""

    dataset: LabelDataset
    name: str
    recipe_classes: tuple[int, ...]

    def read(self) -> LabelView:
        return _read(self.dataset, self.name, self.recipe_classes)


@lru_cache(maxsize=4096)
def _read(dataset: LabelDataset, name: str, recipe_classes: tuple[int, ...]) -> LabelView:
    sample = dataset.read(name)
    classes = np.array(recipe_classes, np.uint8)[sample.labels]
    return LabelView(sample.image, np.where(sample.ignore, VOID, classes).astype(np.uint8))


class SemanticSubject:
    """Views of the training photos, see ``Subject``."""

    def __init__(self, recipe: SemanticRecipe) -> None:
        self._recipe = recipe
        self._photos = [self._list(source, "train") for source in recipe.sources]
        shares = np.array(list(recipe.sources.values()))
        self._shares = shares / shares.sum()
        counts = np.array(
            [
                np.bincount(photo.read().classes.ravel(), minlength=VOID + 1)
                for photos in self._photos
                for photo in photos
            ]
        )[:, : len(recipe.labels)]
        photos = [photo for photos in self._photos for photo in photos]
        self._showing = [
            [photos[i] for i in np.flatnonzero(counts[:, label] >= LEAST_PIXELS)]
            for label in range(len(recipe.labels))
        ]
        frequency = counts.sum(axis=0) / counts.sum()
        weights = np.maximum(frequency, 1e-4) ** -recipe.balance
        # A pixel weighs 1 in the mean.
        self._weights = torch.from_numpy(weights / (weights * frequency).sum()).float()

    def draw(self, rng: np.random.Generator, shape: Shape) -> LabelView:
        """A window at a random zoom, now and then around a class that is drawn evenly."""
        rare = rng.random() < self._recipe.rare_share
        photo, label = self._pick_class(rng) if rare else (self._pick(rng), None)
        view = photo.read()
        height, width = view.classes.shape
        low, high = np.log(self._recipe.scales)
        zoom = float(np.exp(rng.uniform(low, high))) * self._recipe.view_px / max(height, width)
        w, h = shape[1] / zoom, shape[0] / zoom
        if label is None:
            cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        else:
            rows, columns = np.nonzero(view.classes == label)
            at = int(rng.integers(len(rows)))
            cx, cy = columns[at] + rng.uniform(-0.4, 0.4) * w, rows[at] + rng.uniform(-0.4, 0.4) * h
        window = Window(
            _inside(float(cx), w, width),
            _inside(float(cy), h, height),
            w,
            h,
            mirrored=rng.random() < 0.5,
        )
        image = window.read(view.image, shape)
        classes = window.read_nearest(view.classes, shape, outside=VOID).astype(np.uint8)
        return LabelView(recolour_some(image, rng), classes)

    def inputs(self, views: Sequence[LabelView]) -> tuple[Tensor, ...]:
        """The pictures."""
        return (stack_images([view.image for view in views]),)

    def judge(self, answer: Tensor, views: Sequence[LabelView]) -> tuple[Tensor, dict[str, float]]:
        """Weighted cross-entropy; the share of the pixels that are right."""
        classes = torch.from_numpy(np.stack([view.classes for view in views]))
        classes = classes.to(answer.device, torch.int64)
        loss = label_loss(answer, classes, self._weights.to(answer.device))
        right = answer.detach().argmax(dim=1) == classes
        accuracy = float(right.sum() / (classes != VOID).sum().clamp(min=1))
        return loss, {"pixel accuracy": accuracy}

    def row(self, answer: Tensor, view: LabelView) -> RGB:
        """Photo, answer and truth, each class a colour."""
        counted = view.classes != VOID
        most = max(1, len(self._recipe.labels) - 1)
        shown = answer.argmax(dim=0).numpy() / most
        return beside(
            view.image,
            coloured(shown, np.ones_like(counted)),
            coloured(view.classes / most, counted),
        )

    def kept_back(self, seed: int) -> Sequence[LabelSample]:
        """The photos that the first source keeps back; the others only help it."""
        source = next(iter(self._recipe.sources))
        samples = []
        for photo in some_of(self._list(source, "validation"), most=KEPT_BACK, seed=seed):
            view = photo.read()
            ignore = view.classes == VOID
            labels = np.where(ignore, 0, view.classes).astype(np.int32)
            samples.append(LabelSample(photo.name, view.image, labels, ignore))
        return samples

    def _list(self, source: str, part: Part) -> list[_Photo]:
        dataset = open_label_set(source)
        labels, merged = self._recipe.labels, self._recipe.merged
        wanted = [merged.get(name, name) for name in dataset.classes]
        classes = tuple(labels.index(name) if name in labels else VOID for name in wanted)
        return [_Photo(dataset, name, classes) for name in names_in(source, dataset.names, part)]

    def _pick(self, rng: np.random.Generator) -> _Photo:
        photos = self._photos[int(rng.choice(len(self._photos), p=self._shares))]
        return photos[int(rng.integers(len(photos)))]

    def _pick_class(self, rng: np.random.Generator) -> tuple[_Photo, int]:
        shown = [label for label, photos in enumerate(self._showing) if photos]
        label = shown[int(rng.integers(len(shown)))]
        photos = self._showing[label]
        return photos[int(rng.integers(len(photos)))], label


def _inside(centre: float, length: float, limit: int) -> float:
    """The centre, moved so that the window lies in the photo; in its middle if it cannot."""
    if length >= limit:
        return limit / 2
    return min(max(centre, length / 2), limit - length / 2)
