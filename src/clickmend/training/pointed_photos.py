"""Photos with one point per object: of each object of a set its mask gives the point, no more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, Labels
from clickmend.data import ObjectDataset, open_object_set
from clickmend.training.colour import recolour_some
from clickmend.training.instance_recipes import InstancesRecipe
from clickmend.training.points import PointView, points_of
from clickmend.training.split import Part, names_in, some_of
from clickmend.training.window import Shape, random_window

KEPT_BACK = 30
"""The most photos of a validation."""

LEAST_SHARE = 0.003
"""Of the view, what is seen of an object that counts."""

LEAST_WINDOW = 0.6
"""Of the photo's shorter side, what a view shows at least."""

MOST = 40
"""Objects of a view, the largest ones."""

TRIES = 10
"""How often a window with an object is looked for."""


@final
@dataclass(frozen=True, slots=True)
class _Photo:
    dataset: ObjectDataset
    name: str
    kind: int


@lru_cache(maxsize=4096)
def _read(dataset: ObjectDataset, name: str) -> tuple[RGB, NDArray[np.uint16]]:
    sample = dataset.read(name)
    return sample.image, sample.ids.astype(np.uint16)


class PointedPhotos:
    """Views of the training photos, all objects of a source of one class, see ``PointSource``."""

    def __init__(self, recipe: InstancesRecipe) -> None:
        self._recipe = recipe
        self._photos = self._list("train")
        shares = np.array(list(recipe.sources.values()))
        self._shares = shares / shares.sum()

    def draw(self, rng: np.random.Generator, shape: Shape) -> PointView:
        """A window at a random zoom, now and then mirrored; in it at least one object."""
        while True:
            photos = self._photos[int(rng.choice(len(self._photos), p=self._shares))]
            photo = photos[int(rng.integers(len(photos)))]
            image, ids = _read(photo.dataset, photo.name)
            for _ in range(TRIES):
                window = random_window(rng, ids.shape, shape, least=LEAST_WINDOW)
                index = _numbered(window.read_nearest(ids, shape, outside=0))
                if index.any():
                    view = recolour_some(window.read(image, shape), rng)
                    return self._pointed(view, index, photo.kind, rng)

    def kept_back(self, seed: int, shape: Shape) -> list[PointView]:
        """Whole photos that training keeps back, at their own size."""
        del shape  # a photo is looked at as the card says
        photos = [photo for source in self._list("validation") for photo in source]
        views = []
        for photo in some_of(photos, most=KEPT_BACK, seed=seed):
            image, ids = _read(photo.dataset, photo.name)
            index = _numbered(ids)
            views.append(self._pointed(image, index, photo.kind, np.random.default_rng(seed)))
        return views

    def _pointed(self, image: RGB, index: Labels, kind: int, rng: np.random.Generator) -> PointView:
        count = int(index.max())
        points = points_of(index, count, rng, place=self._recipe.place)
        return PointView(image, index, np.full(count, kind, np.int64), points)

    def _list(self, part: Part) -> list[list[_Photo]]:
        listed = []
        for kind, source in enumerate(self._recipe.sources):
            dataset = open_object_set(source)
            names = names_in(source, dataset.names, part)
            listed.append([_Photo(dataset, name, kind) for name in names])
        return listed


def _numbered(ids: NDArray[np.uint16]) -> Labels:
    """1…K for the objects that are large enough to count, from the largest one on."""
    found, counts = np.unique(ids, return_counts=True)
    counts[found == 0] = 0
    order = np.argsort(-counts, kind="stable")[:MOST]
    kept = found[order[counts[order] >= LEAST_SHARE * ids.size]]
    index = np.zeros(int(found.max()) + 1, np.int32)
    index[kept] = np.arange(1, len(kept) + 1)
    return index[ids]
