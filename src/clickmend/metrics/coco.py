"""COCO's average precision of instance masks, computed by faster-coco-eval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from faster_coco_eval import COCO, COCOeval_faster
from numpy.typing import NDArray

from clickmend.metrics.instances import PhotoInstances

MOST = 100
"""COCO takes of each class the surest hundred of a photo."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CocoScores:
    """What COCO reports, each in [0, 1] and None where there is nothing to find.

    Attributes:
        ap: The mean over the classes and the IoU thresholds 0.5, 0.55 … 0.95.
        ap50: At IoU 0.5.
        ap75: At IoU 0.75.
        ap_small: Of objects below 32² pixels.
        ap_medium: Of those from 32² to 96².
        ap_large: Of the larger ones.
        ar: The share found, with at most 100 predictions for each photo, as the mean like ``ap``.
    """

    ap: float | None
    ap50: float | None
    ap75: float | None
    ap_small: float | None
    ap_medium: float | None
    ap_large: float | None
    ar: float | None


def coco_scores(photos: Sequence[PhotoInstances]) -> CocoScores:
    """COCO's summary over all photos.

    Predictions of one score come in one after another, in the order of the photos and of each
    photo's masks: so it is defined there. Ignored pixels are a crowd of every class.

    Args:
        photos: All photos of a set.
    """
    if not any(photo.true_classes for photo in photos):
        return CocoScores(**dict.fromkeys(CocoScores.__slots__))
    names = sorted({name for photo in photos for name in photo.true_classes})
    truth = COCO(
        {
            "images": [{"id": number} for number in range(1, len(photos) + 1)],
            "categories": [{"id": number, "name": name} for number, name in enumerate(names, 1)],
            "annotations": _annotations(photos, names, of_truth=True),
        }
    )
    found = COCO(truth.dataset | {"annotations": _annotations(photos, names, of_truth=False)})
    stats = _evaluated(
        truth, found, [np.column_stack([photo.iou, photo.ignored]) for photo in photos]
    ).all_stats
    told = [None if value < 0 else float(value) for value in stats]
    aps = ("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large")
    return CocoScores(**dict(zip(aps, told[:6], strict=True)), ar=told[8])


def _evaluated(truth: COCO, found: COCO, ious: Sequence[NDArray[np.float64]]) -> COCOeval_faster:
    """COCO's evaluation of masks whose overlaps are known, so that none is drawn again.

    To the library the masks are boxes, for of these it keeps no pixels.
    """
    evaluation = COCOeval_faster(truth, found, "bbox")
    evaluation.params.maxDets = [1, 10, MOST]

    def known(image_id: np.int64, category_id: np.int64) -> NDArray[np.float64]:
        """Of the predictions of a class in a photo, the surest first, with its true objects."""
        which = ([image_id], [category_id], True)
        there = evaluation.gt_dataset.get_instances(*which)[0][0]
        sure = evaluation.dt_dataset.get_instances(*which)[0][0]
        order = np.argsort([-one["score"] for one in sure], kind="stable")[:MOST]
        rows = [sure[index]["place"] for index in order]
        table: NDArray[np.float64] = ious[int(image_id) - 1]
        return table[rows][:, [one["place"] for one in there]]

    evaluation.computeIoU = known
    evaluation.run()
    return evaluation


def _annotations(
    photos: Sequence[PhotoInstances], names: Sequence[str], *, of_truth: bool
) -> list[dict[str, Any]]:
    annotations: list[dict[str, Any]] = []
    for image_id, photo in enumerate(photos, start=1):
        classes = photo.true_classes if of_truth else photo.classes
        areas = photo.true_areas if of_truth else photo.areas
        masks = [
            (place, name, area)
            for place, (name, area) in enumerate(zip(classes, areas, strict=True))
        ]
        if of_truth and photo.ignored.any():
            masks += [(len(classes), name, 0.0) for name in names]
        for place, name, area in masks:
            if name in names:  # COCO knows no class that the truth does not hold
                annotations.append(
                    {
                        "id": len(annotations) + 1,
                        "image_id": image_id,
                        "category_id": names.index(name) + 1,
                        "place": place,
                        "area": float(area),
                        "bbox": [0.0, 0.0, 1.0, 1.0],
                        "iscrowd": int(of_truth and place == len(classes)),
                    }
                    | ({} if of_truth else {"score": float(photo.scores[place])})
                )
    return annotations
