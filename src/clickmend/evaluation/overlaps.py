"""The rows of a table from the overlaps of masks from points.

The row "all" combines several datasets: its classes are those of all sets, so sets with one class
each have equal weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from clickmend import metrics
from clickmend.evaluation.scenes import PointSetting
from clickmend.evaluation.summary import Row, grouped
from clickmend.jobs import Record

ALL = "all"
"""Name of the rows of all datasets together."""

THRESHOLDS = ("mAP25", "mAP50", "mAP75")
"""VOC's mAP at these overlaps, in percent."""


ARRAYS = ("iou", "areas", "true_areas", "ignored")
"""The fields of ``PhotoInstances`` that a record keeps, as lists."""


def compared_of(record: Record) -> metrics.PhotoInstances:
    """The overlaps in a record; each prediction has the class of its object."""
    classes = tuple(record["classes"])
    return metrics.PhotoInstances(
        scores=np.asarray(record["scores"], np.float64),
        classes=classes,
        true_classes=classes,
        **{name: np.asarray(record[name], np.float64) for name in ARRAYS},
    )


def summarise_points(records: Sequence[Record]) -> list[Row]:
    """The rows of a table in the order in which datasets and settings appear, and then of all.

    A row has ``images``, ``objects``, VOC's mean average precision by the way of interpolation and
    "mAP25", … (``voc``), the same of each class (``classes``), COCO's by name, the mean overlap of
    each object with the mask of its own point, and seconds.
    """
    groups = grouped(records, PointSetting)
    if len({dataset for dataset, _ in groups}) > 1:
        groups |= grouped(({**record, "dataset": ALL} for record in records), PointSetting)
    return [_row(*key, of) for key, of in groups.items()]


def _row(dataset: str, setting: PointSetting, records: Sequence[Record]) -> Row:
    photos = [compared_of(record) for record in records]
    own = np.concatenate([photo.iou.diagonal() for photo in photos])
    seconds = [record["seconds"] for record in records]
    classes = _of_classes(photos)
    return {
        "dataset": dataset,
        "setting": setting.facts(),
        "images": len(records),
        "objects": len(own),
        "voc": {
            way: {
                name: float(np.mean([of[way][name] for of in classes.values()]))
                for name in THRESHOLDS
            }
            for way in metrics.INTERPOLATIONS
        },
        "classes": classes,
        "coco": asdict(metrics.coco_scores(photos)),
        "mean_iou": float(own.mean()),
        "seconds_per_photo": float(np.mean(seconds)),
        "seconds_per_object": float(np.sum(seconds)) / len(own),
    }


def _of_classes(photos: Sequence[metrics.PhotoInstances]) -> dict[str, dict[str, dict[str, float]]]:
    """Class → way of interpolation → "mAP50" → its average precision."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for way in metrics.INTERPOLATIONS:
        for name in THRESHOLDS:
            overlap = int(name.removeprefix("mAP")) / 100
            ap = metrics.voc_average_precision(photos, iou=overlap, interpolation=way)
            for kind, value in ap.items():
                found.setdefault(kind, {}).setdefault(way, {})[name] = value
    return found
