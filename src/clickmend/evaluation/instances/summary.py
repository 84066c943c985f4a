"""From runs to the rows of the points-to-masks tables.

A row of several datasets together, "all", has one more reading: its classes are those of all sets,
so that each set of one class weighs as much as another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np

from clickmend.evaluation.instances.runs import compared_of
from clickmend.evaluation.instances.settings import PointSetting, setting_of
from clickmend.jobs import Record
from clickmend.metrics import INTERPOLATIONS, PhotoInstances, coco_scores, voc_average_precision

ALL = "all"
"""The name of the rows of all datasets together."""

THRESHOLDS = (25, 50, 75)
"""The overlaps of VOC's mAP, in percent."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """One dataset in one setting.

    Args:
        dataset: Its name.
        setting: The way from points to masks.
        images: How many.
        objects: How many, and points.
        voc: VOC's mean average precision, by the way of interpolation and "mAP25", "mAP50", ….
        classes: The same of each class.
        coco: COCO's, by name.
        mean_iou: Of each object with the mask of its own point.
        seconds_per_photo: The mean.
        seconds_per_object: All seconds by all objects.
    """

    dataset: str
    setting: PointSetting
    images: int
    objects: int
    voc: dict[str, dict[str, float]]
    classes: dict[str, dict[str, dict[str, float]]]
    coco: dict[str, float | None]
    mean_iou: float
    seconds_per_photo: float
    seconds_per_object: float

    def facts(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self) | {"setting": self.setting.facts()}


def row_of(facts: dict[str, Any]) -> PointRow:
    """The row whose facts these are."""
    return PointRow(**facts | {"setting": setting_of(facts["setting"])})


def summarise_points(records: Iterable[Record]) -> list[PointRow]:
    """The rows of a table in the order in which datasets and settings appear, and then of all.

    Args:
        records: What :class:`~clickmend.evaluation.instances.runs.PointRuns` makes.
    """
    groups: dict[tuple[str, PointSetting], list[Record]] = {}
    together: dict[PointSetting, list[Record]] = {}
    for record in records:
        setting = setting_of(record)
        groups.setdefault((record["dataset"], setting), []).append(record)
        together.setdefault(setting, []).append(record)
    rows = [_row(dataset, setting, group) for (dataset, setting), group in groups.items()]
    if len({dataset for dataset, _ in groups}) > 1:
        rows += [_row(ALL, setting, group) for setting, group in together.items()]
    return rows


def _row(dataset: str, setting: PointSetting, records: Sequence[Record]) -> PointRow:
    photos = [compared_of(record) for record in records]
    own = np.concatenate([photo.iou.diagonal() for photo in photos])
    seconds = [record["seconds"] for record in records]
    classes = _of_classes(photos)
    return PointRow(
        dataset=dataset,
        setting=setting,
        images=len(records),
        objects=len(own),
        voc={
            way: {
                name: float(np.mean([of[way][name] for of in classes.values()]))
                for name in (f"mAP{percent}" for percent in THRESHOLDS)
            }
            for way in INTERPOLATIONS
        },
        classes=classes,
        coco=asdict(coco_scores(photos)),
        mean_iou=float(own.mean()),
        seconds_per_photo=float(np.mean(seconds)),
        seconds_per_object=float(np.sum(seconds)) / len(own),
    )


def _of_classes(photos: Sequence[PhotoInstances]) -> dict[str, dict[str, dict[str, float]]]:
    """Class → way of interpolation → "mAP50" → its average precision."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for way in INTERPOLATIONS:
        for percent in THRESHOLDS:
            ap = voc_average_precision(photos, iou=percent / 100, interpolation=way)
            for name, value in ap.items():
                found.setdefault(name, {}).setdefault(way, {})[f"mAP{percent}"] = value
    return found
