"""Validation during a training: the product's own session on photos that training keeps back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from clickmend.core.types import RGB, Mask, TaskName
from clickmend.data import DepthSample, LabelSample, MatteSample
from clickmend.evaluation.protocol import ClickSession, simulate
from clickmend.evaluation.subjects import HasAlpha, HasDepth, HasLabels, ObjectSubject
from clickmend.metrics import (
    confusion_matrix,
    depth_scores,
    mean_iou,
    mean_squared_error,
    pixel_accuracy,
    sum_of_absolute_differences,
)


class LabelSession(Protocol):
    """A session on a photo's classes."""

    @property
    def prediction(self) -> HasLabels:
        """What the session shows now."""
        ...


class MatteSession(Protocol):
    """A session on a photo's alpha."""

    @property
    def prediction(self) -> HasAlpha:
        """What the session shows now."""
        ...


class DepthSession(Protocol):
    """A session on a photo's depth."""

    @property
    def prediction(self) -> HasDepth:
        """What the session shows now."""
        ...


class KeptBack(Protocol):
    """A photo that training did not see: ``(H, W, 3)``, its object and what counts, ``(H, W)``."""

    @property
    def image(self) -> RGB:
        """The photo."""
        ...

    @property
    def truth(self) -> Mask:
        """The object."""
        ...

    @property
    def counted(self) -> Mask:
        """False where nothing is scored."""
        ...


def validate_clicks(
    photos: Sequence[KeptBack],
    make_session: Callable[[RGB], ClickSession[Any]],
    *,
    clicks: int = 5,
) -> dict[str, float]:
    """Mean IoU after 1, 3 and 5 clicks of the automatic annotator.

    Args:
        photos: What to click on.
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
    photos: Sequence[LabelSample], make_session: Callable[[RGB], LabelSession]
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
    photos: Sequence[MatteSample], make_session: Callable[..., MatteSession]
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
    photos: Sequence[DepthSample], make_session: Callable[[RGB], DepthSession]
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


VALIDATORS: Mapping[TaskName, Callable[[Sequence[Any], Callable[..., Any]], dict[str, float]]] = {
    "interactive": validate_clicks,
    "semantic": validate_labels,
    "matting": validate_mattes,
    "depth": validate_depths,
}
"""What measures the photos that a course keeps back, by its task."""
