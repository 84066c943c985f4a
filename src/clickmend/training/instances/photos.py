"""Views with one point per object, and photos whose masks give the points, no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, Labels
from clickmend.training.sources import Pool, list_photos, some_of
from clickmend.training.views import Shape, random_window, recolour_some

PointPlace: TypeAlias = Literal["centre", "anywhere"]
"""Where in an object its point lies: deepest inside, or anywhere in what is seen of it."""

VALIDATED = 30
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
class PointView:
    """A picture and what is known of its K objects.

    Attributes:
        image: ``(H, W, 3)``.
        index: 1…K where an object is seen, 0 elsewhere, ``(H, W)``.
        classes: Of each object, ``(K,)``.
        points: (x, y) of each object in pixels, ``(K, 2)``.
    """

    image: RGB
    index: Labels
    classes: NDArray[np.int64]
    points: NDArray[np.float32]


def points_of(
    index: Labels, count: int, rng: np.random.Generator, *, place: PointPlace
) -> NDArray[np.float32]:
    """A point (x, y) in each of the objects 1…count, the centre of a pixel, ``(count, 2)``."""
    points = np.empty((count, 2), np.float32)
    for number in range(1, count + 1):
        mask = index == number
        if place == "centre":
            edged = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
            depth = cv2.distanceTransform(edged, cv2.DIST_L2, 5)[1:-1, 1:-1]
            row, column = np.unravel_index(int(depth.argmax()), mask.shape)
        else:
            rows, columns = np.nonzero(mask)
            at = int(rng.integers(len(rows)))
            row, column = rows[at], columns[at]
        points[number - 1] = column + 0.5, row + 0.5
    return points


@final
class PointedPhotos:
    """Views of the training photos, all objects of a source of one class.

    Args:
        sources: Sources of objects and how often each is drawn.
        place: Where the points lie.
        fixed: Views of a photo that there are in all; at 0 each is drawn anew.
    """

    def __init__(self, sources: Mapping[str, float], *, place: PointPlace, fixed: int = 0) -> None:
        self._sources, self._place, self._fixed = sources, place, fixed
        self._pool = Pool(list_photos(sources, "train"), sources.values())

    def draw(self, rng: np.random.Generator, shape: Shape) -> PointView:
        """A window at a random zoom, now and then mirrored; in it at least one object."""
        while True:
            photo = self._pool.pick(rng)
            if self._fixed:
                number = int(rng.integers(self._fixed))
                rng = np.random.default_rng([number, *photo.name.encode()])
            sample = photo.read()
            for _ in range(TRIES):
                window = random_window(rng, sample.ids.shape, shape, least=LEAST_WINDOW)
                index = _numbered(window.read_nearest(sample.ids, shape, outside=0))
                if index.any():
                    view = recolour_some(window.read(sample.image, shape), rng)
                    return self._pointed(view, index, photo.number, rng)

    def validation(self, seed: int, shape: Shape) -> list[PointView]:
        """Whole photos of the validation split, at their own size."""
        del shape  # a photo is looked at as the card says
        listed = [photo for each in list_photos(self._sources, "validation") for photo in each]
        views = []
        for photo in some_of(listed, most=VALIDATED, seed=seed):
            sample, rng = photo.read(), np.random.default_rng(seed)
            views.append(self._pointed(sample.image, _numbered(sample.ids), photo.number, rng))
        return views

    def _pointed(self, image: RGB, index: Labels, kind: int, rng: np.random.Generator) -> PointView:
        count = int(index.max())
        points = points_of(index, count, rng, place=self._place)
        return PointView(image, index, np.full(count, kind, np.int64), points)


def _numbered(ids: NDArray[np.uint16]) -> Labels:
    """1…K for the objects that are large enough to count, from the largest one on."""
    found, counts = np.unique(ids, return_counts=True)
    counts[found == 0] = 0
    order = np.argsort(-counts, kind="stable")[:MOST]
    kept = found[order[counts[order] >= LEAST_SHARE * ids.size]]
    index = np.zeros(int(found.max()) + 1, np.int32)
    index[kept] = np.arange(1, len(kept) + 1)
    return index[ids]
