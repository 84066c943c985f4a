"""How well instance masks agree with the truth: overlaps, and the mean average precision of VOC.

Readings that are fixed here:
 * A prediction goes to the true object of its class that it overlaps most, and is right where that
   overlap is at least the threshold and no surer prediction has it (VOC's rule).
 * Predictions of one score come in together, as one step of the curve. So the result depends on no
   order; where all scores are equal, the curve has one point.
 * A prediction that is not right and of which at least the threshold's share lies in ignored pixels
   counts for nothing, as COCO has it of crowds; ours are of every class.
 * A class that the truth does not hold has no average precision and is not in the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, final

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

from clickmend.core.errors import OptionError
from clickmend.core.types import Mask
from clickmend.metrics.counted import check_sizes

Interpolation: TypeAlias = Literal["11-point", "all-point"]
"""How a curve becomes a number: the mean of the precision at the recalls 0, 0.1 … 1, as until
VOC 2009, or the area below, as since 2010; the precision is that at the recall or any beyond."""

INTERPOLATIONS: tuple[Interpolation, ...] = ("11-point", "all-point")


@final
@dataclass(frozen=True, eq=False)
class PhotoInstances:
    """What was found in one photo, what there is, and how far they overlap.

    Attributes:
        iou: Of each of P predictions with each of T true objects, ``(P, T)``.
        scores: How sure each prediction is, ``(P,)``.
        classes: What each prediction is, P names.
        true_classes: What each true object is, T names.
        areas: Pixels of the predictions, ``(P,)``.
        true_areas: Pixels of the true objects, ``(T,)``.
        ignored: The share of each prediction that lies in ignored pixels, ``(P,)``; those count
            for no overlap and no area.
    """

    iou: NDArray[np.float64]
    scores: NDArray[np.float64]
    classes: tuple[str, ...]
    true_classes: tuple[str, ...]
    areas: NDArray[np.float64]
    true_areas: NDArray[np.float64]
    ignored: NDArray[np.float64]


def compare_instances(
    predictions: Sequence[Mask],
    truths: Sequence[Mask],
    *,
    scores: Sequence[float],
    classes: Sequence[str],
    true_classes: Sequence[str],
    ignore: Mask | None = None,
) -> PhotoInstances:
    """Overlap every prediction of a photo with every true object.

    Args:
        predictions: P masks ``(H, W)``.
        truths: T masks ``(H, W)``.
        scores: Of the predictions; the larger the surer.
        classes: Of the predictions.
        true_classes: Of the true objects.
        ignore: Pixels that count for no mask, ``(H, W)``.

    Raises:
        OptionError: The masks differ in size, a score is not finite, or there is not one score and
            one class for each mask.
    """
    for what, told, wanted in (
        ("scores", scores, predictions),
        ("classes", classes, predictions),
        ("true classes", true_classes, truths),
    ):
        if len(told) != len(wanted):
            raise OptionError(
                f"There are {len(wanted)} masks and {len(told)} {what}. Every mask needs one; "
                "give them in the order of the masks."
            )
    if not np.isfinite(scores).all():
        raise OptionError(
            "A score is not finite. Scores are put in order, so that they must be numbers; give "
            "0 to what nothing is known of."
        )
    for mask in (*predictions, *truths):
        check_sizes(mask, {"other mask": (*predictions, *truths)[0], "ignore mask": ignore})
    found, there = _encoded(predictions, ignore), _encoded(truths, ignore)
    iou = coco_mask.iou(found, there, [0] * len(there)) if found and there else []
    return PhotoInstances(
        iou=np.asarray(iou, np.float64).reshape(len(found), len(there)),
        scores=np.asarray(scores, np.float64),
        classes=tuple(classes),
        true_classes=tuple(true_classes),
        areas=_areas(found),
        true_areas=_areas(there),
        ignored=_shares(predictions, ignore),
    )


def voc_average_precision(
    photos: Sequence[PhotoInstances], *, iou: float, interpolation: Interpolation
) -> dict[str, float]:
    """The average precision of each class over all photos, as PASCAL VOC defines it.

    Args:
        photos: All photos of a set.
        iou: From which overlap on an object counts as found, in (0, 1].
        interpolation: How the curve becomes a number.

    Returns:
        In [0, 1], by class, for the classes of the truth in the order of their names.

    Raises:
        OptionError: The threshold is outside (0, 1].
    """
    if not 0 < iou <= 1:
        raise OptionError(
            f"The threshold is an IoU of {iou}. Allowed are numbers above 0 up to 1, such as 0.5."
        )
    names = sorted({name for photo in photos for name in photo.true_classes})
    return {name: _average_precision(photos, name, iou, interpolation) for name in names}


def voc_mean_average_precision(
    photos: Sequence[PhotoInstances], *, iou: float, interpolation: Interpolation
) -> float:
    """The mean of `voc_average_precision` over the classes, in [0, 1]; NaN without any object.

    Raises:
        OptionError: The threshold is outside (0, 1].
    """
    of_classes = voc_average_precision(photos, iou=iou, interpolation=interpolation)
    return float(np.mean(list(of_classes.values()))) if of_classes else float("nan")


def _average_precision(
    photos: Sequence[PhotoInstances], name: str, iou: float, interpolation: Interpolation
) -> float:
    objects = sum(photo.true_classes.count(name) for photo in photos)
    judged = [_judged(photo, name, iou) for photo in photos]
    scores = np.concatenate([of for of, _ in judged])
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(np.concatenate([which for _, which in judged])[order])
    # The last of each score: before, only a part of the equally sure ones would be in.
    ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    recall = right[ends] / objects
    precision = right[ends] / (ends + 1)
    # The best precision at this recall or any beyond; nothing is found beyond the last.
    best = np.maximum.accumulate(precision[::-1])[::-1]
    if interpolation == "all-point":
        return float(np.sum(np.diff(recall, prepend=0.0) * best))
    # Of exact quotients, for 0.30000000000000004 would miss a recall of 3/10.
    first = np.searchsorted(recall, np.arange(11) / 10)
    return float(np.mean(np.append(best, 0.0)[first]))


def _judged(
    photo: PhotoInstances, name: str, iou: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The scores of the predictions of a class that count, and which of them are right."""
    mine = np.flatnonzero([other == name for other in photo.classes])
    there = np.flatnonzero([other == name for other in photo.true_classes])
    mine = mine[np.argsort(-photo.scores[mine], kind="stable")]
    right = np.zeros(len(mine), bool)
    if there.size and mine.size:
        overlaps = photo.iou[np.ix_(mine, there)]
        nearest = overlaps.argmax(axis=1)
        enough = overlaps.max(axis=1) >= iou
        _, first = np.unique(np.where(enough, nearest, -1), return_index=True)
        right[first] = True
        right &= enough
    counts = right | (photo.ignored[mine] < iou)
    return photo.scores[mine][counts], right[counts]


def _encoded(masks: Sequence[Mask], ignore: Mask | None) -> list[dict[str, Any]]:
    counted = (mask if ignore is None else mask & ~ignore for mask in masks)
    return [coco_mask.encode(np.asfortranarray(mask, dtype=np.uint8)) for mask in counted]


def _areas(encoded: Sequence[dict[str, Any]]) -> NDArray[np.float64]:
    return np.array([coco_mask.area(rle) for rle in encoded], np.float64)


def _shares(masks: Sequence[Mask], ignore: Mask | None) -> NDArray[np.float64]:
    """Which share of each mask is ignored, of an empty one none."""
    ignored = [
        0 if ignore is None else (mask & ignore).sum() / max(mask.sum(), 1) for mask in masks
    ]
    return np.array(ignored, np.float64)
