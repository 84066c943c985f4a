"""The trainer of semantic networks: views of class maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self, cast, final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.shapes import Float, Int
from clickmend.core.types import RGB, TaskName
from clickmend.data import Kind, LabelDataset, LabelSample
from clickmend.training.pictures import beside, coloured
from clickmend.training.recipe import Recipe
from clickmend.training.sources import SOURCES, Photo, Pool, list_photos, some_of
from clickmend.training.trainer import Trainer
from clickmend.training.views import Shape, Window, inside, recolour_some

VOID = 255
"""The class of pixels that do not count."""

VALIDATED = 30
"""The most photos of a validation."""

LEAST_PIXELS = 30
"""A photo shows a class when at least so many pixels do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticRecipe(Recipe):
    """A training of a semantic network, on class maps.

    Args:
        labels: The classes in order; a source's class of another name needs a line in ``merged``,
            or it does not count.
        merged: A source's class → the one of ``labels`` that holds it.
        balance: A class weighs its frequency to the power of minus this; 0 weighs all pixels alike.
        rare_share: How often a view is cut around a class that is drawn evenly.
        scales: The least and the greatest zoom, 1 is what the network is meant for.
    """

    task: ClassVar[TaskName] = "semantic"
    kind: ClassVar[Kind] = "labels"
    in_card = ("labels",)

    labels: tuple[str, ...]
    merged: Mapping[str, str] = field(default_factory=dict)
    balance: float = 0.4
    rare_share: float = 0.3
    scales: tuple[float, float] = (0.6, 1.8)

    def on(self, sources: Sequence[str]) -> Self:
        """The same training on other photos, with the classes that they have."""
        classes = (cast(LabelDataset, SOURCES[source].open()).classes for source in sources)
        labels = tuple(dict.fromkeys(label for each in classes for label in each))
        options = {**self.network_options, "classes": len(labels)}
        return replace(Recipe.on(self, sources), labels=labels, merged={}, network_options=options)

    def trainer(self) -> SemanticTrainer:
        """See the base class."""
        return SemanticTrainer(self)


@dataclass(frozen=True, slots=True)
class LabelView:
    """A picture ``(H, W, 3)`` and the places of its classes among the labels, ``(H, W)``."""

    image: RGB
    classes: NDArray[np.uint8]


@final
class SemanticTrainer(Trainer[LabelView, SemanticRecipe]):
    """Views of the training photos, see ``Trainer``."""

    def __init__(self, recipe: SemanticRecipe) -> None:
        super().__init__(recipe)
        self._pool = Pool(list_photos(recipe.sources, "train"), recipe.sources.values())
        photos = [photo for photos in self._pool.things for photo in photos]
        counts = np.array(
            [np.bincount(self._read(p).classes.ravel(), minlength=VOID + 1) for p in photos]
        )[:, : len(recipe.labels)]
        self._showing = [
            [photos[i] for i in np.flatnonzero(counts[:, label] >= LEAST_PIXELS)]
            for label in range(len(recipe.labels))
        ]
        frequency = counts.sum(axis=0) / counts.sum()
        weights = np.maximum(frequency, 1e-4) ** -recipe.balance
        # A pixel weighs 1 in the mean.
        self._weights = torch.from_numpy(weights / (weights * frequency).sum()).float()

    def view(self, rng: np.random.Generator, shape: Shape) -> LabelView:
        """A window at a random zoom, now and then around a class that is drawn evenly."""
        rare = rng.random() < self.recipe.rare_share
        photo, label = self._pick_class(rng) if rare else (self._pool.pick(rng), None)
        view = self._read(photo)
        height, width = view.classes.shape
        low, high = np.log(self.recipe.scales)
        zoom = float(np.exp(rng.uniform(low, high))) * self.recipe.view_px / max(height, width)
        w, h = shape[1] / zoom, shape[0] / zoom
        if label is None:
            cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        else:
            rows, columns = np.nonzero(view.classes == label)
            at = int(rng.integers(len(rows)))
            cx, cy = columns[at] + rng.uniform(-0.4, 0.4) * w, rows[at] + rng.uniform(-0.4, 0.4) * h
        cx, cy = inside(float(cx), w, width), inside(float(cy), h, height)
        window = Window(cx, cy, w, h, mirrored=rng.random() < 0.5)
        image = window.read(view.image, shape)
        classes = window.read_nearest(view.classes, shape, outside=VOID).astype(np.uint8)
        return LabelView(recolour_some(image, rng), classes)

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
        most = max(1, len(self.recipe.labels) - 1)
        shown = answer.argmax(dim=0).numpy() / most
        return beside(
            view.image,
            coloured(shown, np.ones_like(counted)),
            coloured(view.classes / most, counted),
        )

    def validation(self, seed: int) -> Sequence[LabelSample]:
        """Photos of the first source; the others only help it."""
        listed = list_photos([next(iter(self.recipe.sources))], "validation")[0]
        samples = []
        for photo in some_of(listed, most=VALIDATED, seed=seed):
            view = self._read(photo)
            ignore = view.classes == VOID
            labels = np.where(ignore, 0, view.classes).astype(np.int32)
            samples.append(LabelSample(photo.name, view.image, labels, ignore))
        return samples

    def _read(self, photo: Photo) -> LabelView:
        sample: LabelSample = photo.read()
        labels, merged = self.recipe.labels, self.recipe.merged
        wanted = [merged.get(name, name) for name in cast(LabelDataset, photo.dataset).classes]
        places = [labels.index(name) if name in labels else VOID for name in wanted]
        classes = np.array(places, np.uint8)[sample.labels]
        return LabelView(sample.image, np.where(sample.ignore, VOID, classes).astype(np.uint8))

    def _pick_class(self, rng: np.random.Generator) -> tuple[Photo, int]:
        shown = [label for label, photos in enumerate(self._showing) if photos]
        label = shown[int(rng.integers(len(shown)))]
        photos = self._showing[label]
        return photos[int(rng.integers(len(photos)))], label


def label_loss(
    logits: Float[Tensor, "B K H W"],
    labels: Int[Tensor, "B H W"],
    weights: Float[Tensor, " K"],
) -> Float[Tensor, ""]:
    """Cross-entropy, a weighted mean over the pixels that count.

    Args:
        logits: The network's answer.
        labels: The classes, ``VOID`` where nothing counts.
        weights: Of the classes.
    """
    entropy = F.cross_entropy(
        logits.float(), labels, weight=weights, ignore_index=VOID, reduction="sum"
    )
    counted = labels != VOID
    return entropy / weights[labels[counted]].sum().clamp(min=1e-6)
