"""Validation during a training: the product's own session on photos that training does not see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from clickmend import metrics
from clickmend.core.types import RGB, TaskName
from clickmend.data import DepthSample, LabelSample, MatteSample
from clickmend.evaluation.protocol import simulate
from clickmend.evaluation.subjects import ObjectSubject


def validate_clicks(
    photos: Sequence[Any],
    make_session: Callable[[RGB], Any],
    *,
    clicks: int = 5,
) -> dict[str, float]:
    """Mean IoU after 1, 3 and 5 clicks of the automatic annotator.

    Args:
        photos: What to click on: ``image``, ``truth`` and ``counted``, False where none is scored.
        make_session: Starts a fresh session on a photo, here and below.
        clicks: The most clicks per object.
    """
    scores = [
        simulate(
            make_session(photo.image),
            ObjectSubject(photo.image, photo.truth, ~photo.counted),
            clicks=clicks,
        ).scores
        for photo in photos
    ]
    shown = [n for n in (1, 3, 5) if n <= clicks]
    return _means([{f"IoU, click {n}": curve[n] for n in shown} for curve in scores])


def validate_labels(
    photos: Sequence[LabelSample], make_session: Callable[[RGB], Any]
) -> dict[str, float]:
    """Mean IoU and pixel accuracy of the network's own answers, over all photos together."""
    shown = [make_session(photo.image).prediction.labels for photo in photos]
    classes = 1 + int(max(max(a.max(), b.labels.max()) for a, b in zip(shown, photos, strict=True)))
    confusion = sum(
        (
            metrics.confusion_matrix(labels, photo.labels, classes=classes, ignore=photo.ignore)
            for labels, photo in zip(shown, photos, strict=True)
        ),
        start=np.zeros((classes, classes), np.int64),
    )
    return {
        "validation mIoU": metrics.mean_iou(confusion),
        "validation pixel accuracy": metrics.pixel_accuracy(confusion),
    }


def validate_mattes(
    photos: Sequence[MatteSample], make_session: Callable[..., Any]
) -> dict[str, float]:
    """Mean MSE and SAD of the network's own answers, where alpha is unknown."""
    scores = []
    for photo in photos:
        shown = make_session(photo.image, trimap=photo.trimap).prediction.alpha
        truth = (photo.alpha, photo.trimap)
        mse = metrics.mean_squared_error(shown, *truth)
        scores.append({"MSE": mse, "SAD": metrics.sum_of_absolute_differences(shown, *truth)})
    return _means(scores)


def validate_depths(
    photos: Sequence[DepthSample], make_session: Callable[[RGB], Any]
) -> dict[str, float]:
    """Mean δ1 and AbsRel of the network's own answers, where depth is known in metres.

    And δ1 of the answers scaled to the right median, of relative depths too.
    """
    scores = []
    for photo in photos:
        shown, truth = make_session(photo.image).prediction.depth_m, photo.depth_m
        scaled = metrics.depth_scores(shown * np.nanmedian(truth / shown), truth, photo.ignore)
        found = {"delta1, scaled": scaled.delta_1}
        if not photo.relative:
            plain = metrics.depth_scores(shown, truth, photo.ignore)
            found |= {"delta1": plain.delta_1, "AbsRel": plain.abs_rel}
        scores.append(found)
    return _means(scores)


def _means(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each score over the photos that have it."""
    return {
        f"validation {name}": float(np.mean([each[name] for each in scores if name in each]))
        for name in dict.fromkeys(name for each in scores for name in each)
    }


def validate_instances(photos: Sequence[Any], find: Callable[[RGB], Any]) -> dict[str, float]:
    """VOC's mean average precision (all-point) at three overlaps, of what the network finds alone.

    A photo has its objects in ``index`` (1…K, ``(H, W)``) and ``classes``.
    """
    compared = compare_found(photos, find)
    return {
        f"validation mAP{round(100 * iou)}": metrics.voc_mean_average_precision(
            compared, iou=iou, interpolation="all-point"
        )
        for iou in (0.25, 0.5, 0.75)
    }


def compare_found(
    photos: Sequence[Any], find: Callable[[RGB], Any]
) -> list[metrics.PhotoInstances]:
    """What is found in each photo beside its objects, see :func:`validate_instances`."""
    compared = []
    for photo in photos:
        found = find(photo.image)
        compared.append(
            metrics.compare_instances(
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
