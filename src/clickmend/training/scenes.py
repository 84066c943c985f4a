"""Scenes: which object of which photo is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import DataError
from clickmend.core.types import RGB, Mask
from clickmend.data import ObjectDataset, open_object_set
from clickmend.training.split import Part, part_of
from clickmend.training.views import View, crop_view, paste, vary_colour

WHOLE = ("ccp", "carparts")
"""Sets that number the parts of one object; all parts together are the object."""

TWO_ANNOTATORS = ("bsds",)

SMALLEST_SHARE: Mapping[str, float] = {"bsds": 0.006, "nuclei": 0.0008}
"""The least share of the photo that an object covers to be shown; 0.003 elsewhere."""

LARGEST_SHARE = 0.8

CUT_OUT = ("ccp", "pennfudan", "feralcat", "coco100")
"""Sources whose objects are set into other photos."""

BACKGROUNDS = ("bsds", "coco100", "feralcat")
"""Sources whose photos they are set into."""


@dataclass(frozen=True, slots=True)
class Target:
    """One object of one photo; ``region`` is its id, ``None`` takes all ids together."""

    dataset: ObjectDataset
    name: str
    region: int | None


@lru_cache(maxsize=4096)
def _read(dataset: ObjectDataset, name: str) -> tuple[RGB, NDArray[np.uint16], Mask]:
    """Photo, ids and the pixels that count."""
    sample = dataset.read(name)
    return sample.image, sample.ids.astype(np.uint16), ~sample.ignore


def list_targets(source: str, part: Part) -> list[Target]:
    """All objects of ``source`` in ``part``.

    Args:
        source: A name of ``OBJECT_SETS``; with "-parts" behind it, single parts in place of
            whole objects.
        part: Which photos.

    Raises:
        DataError: The set is missing or holds no fitting object.
    """
    name, _, parts = source.partition("-")
    annotators: tuple[Literal[1, 2], ...] = (1, 2) if name in TWO_ANNOTATORS else (1,)
    datasets = [open_object_set(name, annotator=annotator) for annotator in annotators]
    targets = []
    for stem in datasets[0].names:
        if part_of(name, stem) != part:
            continue
        for dataset in datasets:
            if name in WHOLE and not parts:
                targets.append(Target(dataset, stem, None))
            elif stem in dataset.names:
                least = SMALLEST_SHARE.get(name, 0.003)
                targets += [Target(dataset, stem, i) for i in _objects(dataset, stem, least)]
    if not targets:
        raise DataError(
            f"The set {name} holds no object for {part}. It must hold images/NAME.jpg and "
            "masks/NAME.png; restore the published files."
        )
    return targets


def _objects(dataset: ObjectDataset, stem: str, least: float) -> list[int]:
    """The ids of the objects that are neither too small nor nearly everything."""
    _, ids, _ = _read(dataset, stem)
    found, counts = np.unique(ids, return_counts=True)
    shares = counts / ids.size
    fits = (found > 0) & (shares >= least) & (shares < LARGEST_SHARE)
    return [int(i) for i in found[fits]]


def load(target: Target) -> View:
    """The photo with the object's mask, the pixels that count, and the other objects."""
    image, ids, counted = _read(target.dataset, target.name)
    if target.region is None:
        return View(image, ids > 0, counted)
    truth = ids == target.region
    return View(image, truth, counted, np.where(truth | ~counted, 0, ids))


class Scenes:
    """Views drawn from the training photos.

    Args:
        sources: Source names and how often each is drawn.
        part: Which photos.
        paste_share: How often an object is set into another photo.
    """

    def __init__(self, sources: Mapping[str, float], *, part: Part, paste_share: float) -> None:
        self._targets = {source: list_targets(source, part) for source in sources}
        self._sources = dict(sources)
        self._cut_out = {s: 1.0 for s in sources if s in CUT_OUT}
        self._backgrounds = {s: sources[s] for s in sources if s in BACKGROUNDS}
        self._paste_share = paste_share if self._cut_out and self._backgrounds else 0.0

    def draw(self, rng: np.random.Generator, size_px: int, *, vary: bool = True) -> View:
        """A square view of ``size_px``; without ``vary`` its colours are the photo's."""
        for _ in range(20):
            if self._paste_share and rng.random() < self._paste_share:
                view = self._draw_pasted(rng, size_px)
            else:
                view = crop_view(self._pick(self._sources, rng), rng, size_px)
            if 0.004 < float(view.truth.mean()) < 0.9:
                break
        return vary_colour(view, rng) if vary else view

    def _pick(self, sources: Mapping[str, float], rng: np.random.Generator) -> View:
        weights = np.array(list(sources.values()))
        targets = self._targets[list(sources)[rng.choice(len(weights), p=weights / weights.sum())]]
        return load(targets[int(rng.integers(len(targets)))])

    def _draw_pasted(self, rng: np.random.Generator, size_px: int) -> View:
        """An object set into another photo, at times with a second one before or behind it."""
        background = crop_view(self._pick(self._backgrounds, rng), rng, size_px, zoom=False)
        layers = 1 + int(rng.random() < 0.4)
        fronts = [crop_view(self._pick(self._cut_out, rng), rng, size_px) for _ in range(layers)]
        return paste(background, fronts, wanted=int(rng.integers(layers)))


def validation_views(sources: Mapping[str, float], *, most: int, seed: int) -> list[View]:
    """Whole photos, each with one object, that training keeps back.

    Single parts and the microscope are left out: what validates is what people click on.

    Args:
        sources: As for ``Scenes``.
        most: How many, drawn evenly from the sources.
        seed: Of the draw.
    """
    rng = np.random.default_rng(seed)
    chosen = [s for s in sources if not s.endswith("-parts") and s != "nuclei"]
    views = []
    for source in chosen:
        targets = list_targets(source, "validation")
        picked = rng.permutation(len(targets))[: -(-most // len(chosen))]
        views += [load(targets[int(i)]) for i in np.sort(picked)]
    return views[:most]
