"""What is pointed at: photos that no training saw, their objects, and a point in each."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cache
from typing import final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.types import RGB, Mask
from clickmend.data import SET_CLASSES, ObjectDataset, ObjectSample, held_out
from clickmend.evaluation.datasets import dataset_name, open_bench_dataset
from clickmend.evaluation.instances.settings import PointKind
from clickmend.evaluation.runs import stream_of
from clickmend.feedback.marks import FOREGROUND
from clickmend.feedback.simulate import click_inside
from clickmend.tasks.instances.prediction import UNNAMED

DEPTHS: dict[PointKind, float] = {"random": 0.0, "centre": 1.0}
"""How deep in its object a point lies: anywhere, or where the distance to the border peaks."""


@cache
def open_held_out(spec: str) -> ObjectDataset:
    """Open a dataset without the photos that a training may have seen.

    Args:
        spec: One of our sets, or a published layout and its folder.

    Raises:
        OptionError: There is no such set or layout, or a layout has no folder.
        DataError: It is not there, or all of its photos are for training.
    """
    dataset: ObjectDataset = open_bench_dataset(spec)
    if "=" in spec:
        return dataset
    chosen = copy.copy(dataset)
    chosen.names = tuple(stem for stem in dataset.names if held_out(spec, stem))
    if not chosen.names:
        raise DataError(
            f"All photos of {spec} are for training. What is reported has to be held out, as are "
            "parts of pennfudan, feralcat and coco100; choose another set."
        )
    return chosen


@final
@dataclass(frozen=True, eq=False)
class Scene:
    """A photo and its objects, in the order of their ids.

    Attributes:
        image: ``(H, W, 3)``.
        masks: Of the K objects, each ``(H, W)``.
        classes: What each object is; "object" where nobody knows.
        ignore: Pixels that count for nothing, ``(H, W)``.
        ids: Of the objects.
        name: Of the photo.
    """

    image: RGB
    masks: tuple[Mask, ...]
    classes: tuple[str, ...]
    ignore: Mask
    ids: tuple[int, ...]
    name: str

    def points(self, kind: PointKind, *, seed: int) -> tuple[tuple[float, float], ...]:
        """A point (x, y) in each object, at the centre of a pixel."""
        return tuple(
            _point(mask, kind, np.random.default_rng([seed, stream_of(self.name, object_id)]))
            for mask, object_id in zip(self.masks, self.ids, strict=True)
        )


def read_scene(dataset: ObjectDataset, spec: str, image: str) -> Scene:
    """A photo of a dataset with the objects that have a pixel that counts."""
    sample = dataset.read(image)
    objects = [(one, mask) for one, mask in sample.masks() if (mask & ~sample.ignore).any()]
    return Scene(
        image=sample.image,
        masks=tuple(mask & ~sample.ignore for _, mask in objects),
        classes=tuple(_class(sample, spec, one) for one, _ in objects),
        ignore=sample.ignore,
        ids=tuple(one for one, _ in objects),
        name=image,
    )


def _class(sample: ObjectSample, spec: str, object_id: int) -> str:
    if sample.classes is not None:
        return sample.classes[object_id]
    return SET_CLASSES.get(dataset_name(spec), UNNAMED)


def _point(mask: Mask, kind: PointKind, rng: np.random.Generator) -> tuple[float, float]:
    click = click_inside(mask, FOREGROUND, rng, depth=DEPTHS[kind])
    assert click is not None
    return click.x, click.y
