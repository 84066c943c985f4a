"""What each task makes of a photo and its truth: who clicks where, and what is scored."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap, Labels, Mask
from clickmend.evaluation.corruption import corrupt_labels, corrupt_values, filled
from clickmend.evaluation.measures import DELTA1, IOU, MIOU, MSE
from clickmend.evaluation.protocol import Start, Subject
from clickmend.feedback.annotator import next_click, next_label_click, next_value_click
from clickmend.feedback.marks import Click
from clickmend.feedback.simulate import corrupt_mask
from clickmend.metrics import (
    class_iou,
    confusion_matrix,
    connectivity_error,
    depth_scores,
    gradient_error,
    intersection_over_union,
    mean_squared_error,
    sum_of_absolute_differences,
)

HALF_GREY = 0.5 / 255
"""A change of alpha that an 8-bit file may show."""

HALF_MILLIMETRE = 0.0005
"""A change of depth, in metres, that a file of millimetres may show."""


class HasMask(Protocol):
    """What an interactive session answers."""

    @property
    def mask(self) -> Mask:
        """The object, ``(H, W)`` of the photo."""
        ...


class HasLabels(Protocol):
    """What a semantic session answers."""

    @property
    def labels(self) -> Labels:
        """A class of each pixel, ``(H, W)``."""
        ...


class HasAlpha(Protocol):
    """What a matting session answers."""

    @property
    def alpha(self) -> FloatMap:
        """In [0, 1], ``(H, W)``."""
        ...


class HasDepth(Protocol):
    """What a depth session answers."""

    @property
    def depth_m(self) -> FloatMap:
        """Metres, ``(H, W)``."""
        ...


@dataclass(frozen=True, eq=False)
class ObjectSubject(Subject[HasMask, Mask]):
    """One object of a photo."""

    measure = IOU

    def pixels(self, prediction: HasMask) -> Mask:
        """See the base class."""
        return prediction.mask

    def next_click(self, shown: Mask) -> Click | None:
        """See the base class."""
        return next_click(shown, self.truth, self.ignore)

    def score(self, shown: Mask) -> float:
        """Intersection over union."""
        return intersection_over_union(shown, self.truth, self.ignore)

    def changed(self, before: Mask, after: Mask) -> Mask:
        """See the base class."""
        different: Mask = before != after
        return different

    def corrupted(self, rng: np.random.Generator) -> Mask:
        """See the base class."""
        return corrupt_mask(self.truth, rng)


@dataclass(frozen=True, eq=False)
class LabelSubject(Subject[HasLabels, Labels]):
    """A class of each pixel."""

    measure = MIOU

    def pixels(self, prediction: HasLabels) -> Labels:
        """See the base class."""
        return prediction.labels

    def next_click(self, shown: Labels) -> Click | None:
        """See the base class."""
        return next_label_click(shown, self.truth, self.ignore)

    def score(self, shown: Labels) -> float:
        """Mean intersection over union of the classes that the truth has."""
        classes = 1 + int(max(shown.max(), self.truth.max()))
        confusion = confusion_matrix(shown, self.truth, classes=classes, ignore=self.ignore)
        return float(class_iou(confusion)[confusion.sum(axis=1) > 0].mean())

    def changed(self, before: Labels, after: Labels) -> Mask:
        """See the base class."""
        different: Mask = before != after
        return different

    def corrupted(self, rng: np.random.Generator) -> Labels:
        """See the base class."""
        return corrupt_labels(self.truth, rng, ignore=self.ignore)


@dataclass(frozen=True, eq=False)
class MatteSubject(Subject[HasAlpha, FloatMap]):
    """The alpha of a foreground; what the trimap knows is to be ignored.

    Args:
        trimap: 0, 128 and 255, ``(H, W)``.
    """

    trimap: NDArray[np.uint8] = field(kw_only=True)

    measure = MSE

    def start(self, prior: FloatMap | None = None) -> Start:
        """See the base class."""
        return Start(self.image, trimap=self.trimap, prior=prior)

    def pixels(self, prediction: HasAlpha) -> FloatMap:
        """See the base class."""
        return prediction.alpha

    def next_click(self, shown: FloatMap) -> Click | None:
        """See the base class."""
        return next_value_click(shown, self.truth, self.ignore)

    def score(self, shown: FloatMap) -> float:
        """Mean squared error where alpha is unknown."""
        return mean_squared_error(shown, self.truth, self.trimap)

    def others(self, shown: FloatMap) -> dict[str, float]:
        """Sum of absolute differences, gradient and connectivity error where it is unknown."""
        return {
            "SAD": sum_of_absolute_differences(shown, self.truth, self.trimap),
            "Grad": gradient_error(shown, self.truth, self.trimap),
            "Conn": connectivity_error(shown, self.truth, self.trimap),
        }

    def changed(self, before: FloatMap, after: FloatMap) -> Mask:
        """See the base class."""
        different: Mask = np.abs(after - before) >= HALF_GREY
        return different

    def corrupted(self, rng: np.random.Generator) -> FloatMap:
        """See the base class; what the trimap knows is as it says."""
        poor = corrupt_values(self.truth, rng, hole=0.0).clip(0, 1)
        poor[self.trimap == 0] = 0
        poor[self.trimap == 255] = 1
        return poor


@dataclass(frozen=True, eq=False)
class DepthSubject(Subject[HasDepth, FloatMap]):
    """Metres; NaN in the truth is unknown and ignored."""

    measure = DELTA1

    def pixels(self, prediction: HasDepth) -> FloatMap:
        """See the base class."""
        return prediction.depth_m

    def next_click(self, shown: FloatMap) -> Click | None:
        """See the base class."""
        return next_value_click(shown, self.truth, self.ignore)

    def score(self, shown: FloatMap) -> float:
        """Share of the pixels that are right within a factor of 1.25."""
        return depth_scores(shown, self.truth, self.ignore).delta_1

    def others(self, shown: FloatMap) -> dict[str, float]:
        """δ2, δ3, AbsRel, SqRel, RMSE and RMSE-log."""
        scores = depth_scores(shown, self.truth, self.ignore)
        return {name: value for name, value in asdict(scores).items() if name != DELTA1.name}

    def changed(self, before: FloatMap, after: FloatMap) -> Mask:
        """See the base class."""
        different: Mask = np.abs(after - before) >= HALF_MILLIMETRE
        return different

    def corrupted(self, rng: np.random.Generator) -> FloatMap:
        """See the base class; unknown depth gets that of the nearest known pixel."""
        complete = filled(self.truth)
        poor = corrupt_values(complete, rng, hole=float(complete.max()))
        return poor.clip(complete.min() / 2, None)
