"""Views of objects: drawn from sources, cropped from a photo, pasted into another photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import DataError
from clickmend.core.types import RGB, Mask
from clickmend.training.sources import SOURCES, Part, Photo, Pool, part_of
from clickmend.training.views import Window, inside, recolour

LARGEST_SHARE = 0.8
"""Maximum area of an object, as a share of the photo."""


@dataclass(frozen=True, slots=True)
class View:
    """A picture, the object in it and the pixels that count.

    ``image`` is ``(H, W, 3)``, ``truth`` and ``counted`` are ``(H, W)``, and so is ``others``: a
    number for each other object and 0 elsewhere, or ``None`` where nobody knows of any.
    """

    image: RGB
    truth: Mask
    counted: Mask
    others: NDArray[Any] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One object of one photo; ``region`` is its id, ``None`` takes all ids together."""

    photo: Photo
    region: int | None

    def read(self) -> View:
        """The photo with the object's mask, the pixels that count, and the other objects."""
        sample = self.photo.read()
        image, ids, counted = sample.image, sample.ids, ~sample.ignore
        if self.region is None:
            return View(image, ids > 0, counted)
        truth = ids == self.region
        return View(image, truth, counted, np.where(truth | ~counted, 0, ids))


def list_targets(source: str, part: Part) -> list[Target]:
    """All objects of a source in ``part``.

    Raises:
        DataError: The set is missing or holds no fitting object.
    """
    facts = SOURCES[source]
    datasets = [facts.open()] + ([facts.open(annotator=2)] if facts.annotators == 2 else [])
    targets = []
    for stem in datasets[0].names:
        if part_of(source, stem) != part:
            continue
        for dataset in datasets:
            photo = Photo(source, dataset, stem)
            if facts.whole:
                targets.append(Target(photo, None))
            elif stem in dataset.names:
                targets += [Target(photo, i) for i in _objects(photo, facts.least)]
    if not targets and (facts.folder is None or part == "train"):
        raise DataError(
            f"The set {source} holds no object for {part}. It must hold images/NAME.jpg and "
            "masks/NAME.png; restore the published files."
        )
    return targets


def _objects(photo: Photo, least: float) -> list[int]:
    """The ids of the objects that are neither too small nor nearly everything."""
    ids = photo.read().ids
    found, counts = np.unique(ids, return_counts=True)
    shares = counts / ids.size
    fits = (found > 0) & (shares >= least) & (shares < LARGEST_SHARE)
    return [int(i) for i in found[fits]]


def target_pool(sources: Mapping[str, float], part: Part) -> Pool[Target]:
    """The objects of several sources."""
    return Pool([list_targets(source, part) for source in sources], sources.values())


class ObjectViews:
    """Views drawn from the training photos of sources in their shares.

    A share ``paste_share`` of them has its object pasted into another photo.
    """

    def __init__(self, sources: Mapping[str, float], *, paste_share: float) -> None:
        targets = {source: list_targets(source, "train") for source in sources}
        cut = [s for s in sources if SOURCES[s].cut_out]
        behind = [s for s in sources if SOURCES[s].background]
        self._all = Pool(list(targets.values()), sources.values())
        self._cut_out = Pool([targets[s] for s in cut], [sources[s] for s in cut])
        self._backgrounds = Pool([targets[s] for s in behind], [sources[s] for s in behind])
        self._paste_share = paste_share if cut and behind else 0.0

    def draw(self, rng: np.random.Generator, size_px: int) -> View:
        """A square view of ``size_px``, recoloured."""
        for _ in range(20):
            if self._paste_share and rng.random() < self._paste_share:
                view = self._draw_pasted(rng, size_px)
            else:
                view = crop_view(self._all.pick(rng).read(), rng, size_px)
            if 0.004 < float(view.truth.mean()) < 0.9:
                break
        return replace(view, image=recolour(view.image, rng))

    def _draw_pasted(self, rng: np.random.Generator, size_px: int) -> View:
        """An object pasted into another photo, sometimes with a second one before or behind it."""
        background = crop_view(self._backgrounds.pick(rng).read(), rng, size_px, zoom=False)
        layers = 1 + int(rng.random() < 0.4)
        fronts = [crop_view(self._cut_out.pick(rng).read(), rng, size_px) for _ in range(layers)]
        return paste(background, fronts, wanted=int(rng.integers(layers)))


def validation_views(sources: Mapping[str, float], *, most: int, seed: int) -> list[View]:
    """Whole photos of the validation split, each with one object to click on.

    At most ``most`` of them, drawn evenly from the sources.
    """
    rng = np.random.default_rng(seed)
    chosen = [s for s in sources if SOURCES[s].validates]
    views = []
    for source in chosen:
        targets = list_targets(source, "validation")
        picked = rng.permutation(len(targets))[: -(-most // len(chosen))]
        views += [targets[int(i)].read() for i in np.sort(picked)]
    return views[:most]


def crop_view(photo: View, rng: np.random.Generator, size_px: int, *, zoom: bool = True) -> View:
    """A random window of the photo, mirrored and turned a little, as a square view.

    Half of the windows show (nearly) the whole photo; the others zoom in until the object takes 30
    to 85 % of the window's longer side. Pixels from outside the photo are ignored.
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
    cx, cy = inside(cx, w, width), inside(cy, h, height)
    mirrored = rng.random() < 0.5
    window = Window(cx, cy, w, h, mirrored=mirrored, turn=float(rng.normal(0, 0.12)))
    shape = (size_px, size_px)
    return View(
        window.read(photo.image, shape),
        window.read_mask(photo.truth, shape),
        window.read_mask(photo.counted, shape),
        None if photo.others is None else window.read_nearest(photo.others, shape, outside=0),
    )


def paste(background: View, fronts: Sequence[View], *, wanted: int) -> View:
    """The objects of ``fronts`` pasted into a background, one after the other, with soft borders.

    Args:
        background: The background; only its picture is used.
        fronts: The farthest first; all of the background's size.
        wanted: Which of them is the object of the new view.
    """
    image, truth = background.image, np.zeros_like(background.truth)
    others = np.zeros(truth.shape, np.uint16)
    for number, front in enumerate(fronts):
        soft = cv2.GaussianBlur(front.truth.astype(np.float32), (0, 0), 0.8)[..., None]
        image = (image * (1 - soft) + front.image * soft).astype(np.uint8)
        truth = front.truth if number == wanted else truth & ~front.truth
        others[front.truth] = 0 if number == wanted else 1 + number
    return View(image, truth, np.ones_like(truth), others)
