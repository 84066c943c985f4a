"""Validation during a training: the product's own session on photos that training does not see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from clickmend.core.types import RGB, TaskName
from clickmend.data import DepthSample, LabelSample, MatteSample
from clickmend.evaluation.protocol import simulate
from clickmend.evaluation.subjects import ObjectSubject
from clickmend.metrics import (
    PhotoInstances,
    compare_instances,
    confusion_matrix,
    depth_scores,
    mean_iou,
    mean_squared_error,
    pixel_accuracy,
    sum_of_absolute_differences,
    voc_mean_average_precision,
)


def validate_clicks(
    photos: Sequence[Any],
    make_session: Callable[[RGB], Any],
    *,
    clicks: int = 5,
) -> dict[str, float]:
    """Mean IoU after 1, 3 and 5 clicks of the automatic annotator.

    Args:
        photos: What to click on: ``image``, ``truth`` and ``counted``, False where none is scored.
        make_session: Starts a fresh session on a photo.
        clicks: The most clicks per object.
    """
    scores = np.array(
        [
            simulate(
                make_session(photo.image),
                ObjectSubject(photo.image, photo.truth, ~photo.counted),
                clicks=clicks,
            ).scores[1:]
            for photo in photos
        ]
    )
    shown = [n for n in (1, 3, 5) if n <= clicks]
    return {f"validation IoU, click {n}": float(scores[:, n - 1].mean()) for n in shown}


def validate_labels(
    photos: Sequence[LabelSample], make_session: Callable[[RGB], Any]
) -> dict[str, float]:
    """Mean IoU and pixel accuracy of the network's own answers, over all photos together.

    Args:
        photos: Photos with their classes.
        make_session: Starts a fresh session on a photo.
    """
    shown = [make_session(photo.image).prediction.labels for photo in photos]
    classes = 1 + int(max(max(a.max(), b.labels.max()) for a, b in zip(shown, photos, strict=True)))
    confusion = sum(
        (
            confusion_matrix(labels, photo.labels, classes=classes, ignore=photo.ignore)
            for labels, photo in zip(shown, photos, strict=True)
        ),
        start=np.zeros((classes, classes), np.int64),
    )
    return {
        "validation mIoU": mean_iou(confusion),
        "validation pixel accuracy": pixel_accuracy(confusion),
    }


def validate_mattes(
    photos: Sequence[MatteSample], make_session: Callable[..., Any]
) -> dict[str, float]:
    """Mean MSE and SAD of the network's own answers, where alpha is unknown.

    Args:
        photos: Photos with their alpha and trimap.
        make_session: Starts a fresh session on a photo with ``trimap=``.
    """
    scores = []
    for photo in photos:
        shown = make_session(photo.image, trimap=photo.trimap).prediction.alpha
        truth = (photo.alpha, photo.trimap)
        scores.append(
            (mean_squared_error(shown, *truth), sum_of_absolute_differences(shown, *truth))
        )
    mse, sad = np.mean(scores, axis=0)
    return {"validation MSE": float(mse), "validation SAD": float(sad)}


def validate_depths(
    photos: Sequence[DepthSample], make_session: Callable[[RGB], Any]
) -> dict[str, float]:
    """Mean δ1 and AbsRel of the network's own answers, where depth is known.

    Args:
        photos: Photos with their depth.
        make_session: Starts a fresh session on a photo.
    """
    scores = [
        depth_scores(make_session(photo.image).prediction.depth_m, photo.depth_m, photo.ignore)
        for photo in photos
    ]
    return {
        "validation delta1": float(np.mean([score.delta_1 for score in scores])),
        "validation AbsRel": float(np.mean([score.abs_rel for score in scores])),
    }


def validate_instances(photos: Sequence[Any], find: Callable[[RGB], Any]) -> dict[str, float]:
    """VOC's mean average precision (all-point) at three overlaps, of what the network finds alone.

    Args:
        photos: Photos with their objects: ``image``, ``index`` (1…K, ``(H, W)``), ``classes``.
        find: Finds the objects of a photo.
    """
    compared = compare_found(photos, find)
    return {
        f"validation mAP{round(100 * iou)}": voc_mean_average_precision(
            compared, iou=iou, interpolation="all-point"
        )
        for iou in (0.25, 0.5, 0.75)
    }


def compare_found(photos: Sequence[Any], find: Callable[[RGB], Any]) -> list[PhotoInstances]:
    """What is found in each photo beside its objects, see :func:`validate_instances`."""
    compared = []
    for photo in photos:
        found = find(photo.image)
        compared.append(
            compare_instances(
                list(found.masks),
                [photo.index == number for number in range(1, len(photo.classes) + 1)],
                scores=found.scores.tolist(),
                classes=[str(kind) for kind in found.classes],
                true_classes=[str(kind) for kind in photo.classes],
            )
        )
    return compared


VALIDATORS: Mapping[TaskName, Callable[[Sequence[Any], Callable[..., Any]], dict[str, float]]] = {
    "interactive": validate_clicks,
    "semantic": validate_labels,
    "matting": validate_mattes,
    "depth": validate_depths,
    "instances": validate_instances,
}
"""What measures the photos of the validation split, by the task of a trainer."""
