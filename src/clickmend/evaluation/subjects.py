"""The subjects of each task: its datasets, the annotator and the measures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from clickmend import data, metrics
from clickmend.core.registry import Registry
from clickmend.core.types import RGB, FloatMap, Labels, Mask
from clickmend.evaluation.measures import DELTA1, IOU, MIOU, MSE, Measure
from clickmend.feedback.annotator import next_click, next_label_click, next_value_click
from clickmend.feedback.corruption import corrupt_labels, corrupt_mask, corrupt_values, filled
from clickmend.feedback.marks import Click

PixelsT = TypeVar("PixelsT", bound=NDArray[Any])


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The initial data of a session.

    Args:
        image: The photo, ``(H, W, 3)``.
        trimap: 0, 128 and 255, ``(H, W)``; matting only.
        prior: A prediction to correct, ``(H, W)``.
        classes: The classes of a class map; ``None`` for the network's.
    """

    image: RGB
    trimap: NDArray[np.uint8] | None = None
    prior: NDArray[Any] | None = None
    classes: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Subject(ABC, Generic[PixelsT]):
    """A photo and its truth, with the task's annotator and measures.

    Args:
        image: The photo, ``(H, W, 3)``.
        truth: The true prediction, ``(H, W)``.
        ignore: Pixels that are not clicked or scored, ``(H, W)``.
    """

    image: RGB
    truth: PixelsT
    ignore: Mask | None = None

    kind: ClassVar[data.Kind]
    dev: ClassVar[tuple[str, ...]]
    """The sets that are reported."""
    training: ClassVar[tuple[str, ...]]
    """The sets that settings are tuned on; never among the reported ones."""
    measure: ClassVar[Measure]
    shows: ClassVar[str]
    """The field of a prediction that is scored."""
    annotator: ClassVar[Callable[..., Click | None]]
    step: ClassVar[float] = 0.0
    """A change of a value that a written file may show; of labels any does."""

    @classmethod
    @abstractmethod
    def subjects(cls, sample: Any) -> Subjects:
        """The subjects of a sample."""

    def start(self, prior: PixelsT | None = None) -> Start:
        """The initial data of a session on this photo."""
        return Start(self.image, prior=prior)

    def pixels(self, prediction: Any) -> PixelsT:
        """The prediction as the task's array, ``(H, W)``."""
        shown: PixelsT = getattr(prediction, self.shows)
        return shown

    def next_click(self, shown: PixelsT) -> Click | None:
        """The annotator's next click on a prediction; None if it is correct."""
        return type(self).annotator(shown, self.truth, self.ignore)

    @abstractmethod
    def score(self, shown: PixelsT) -> float:
        """The measure of ``shown``."""

    def others(self, shown: PixelsT) -> dict[str, float]:
        """The further measures of the task, taken at the start and at the end."""
        assert shown.shape == self.truth.shape
        return {}

    def changed(self, before: PixelsT, after: PixelsT) -> Mask:
        """The pixels at which a written file would differ, ``(H, W)``."""
        different: Mask = np.abs(after - before) >= self.step if self.step else before != after
        return different

    @abstractmethod
    def corrupted(self, rng: np.random.Generator) -> PixelsT:
        """A poor prediction to start from, ``(H, W)``."""


Subjects: TypeAlias = dict[int | None, Subject[Any]]
"""The subjects of one photo: objects by id, or the whole photo under None."""

TASKS: Registry[type[Subject[Any]]] = Registry("task of a bench")
"""The tasks that can be measured, by name."""


@TASKS.register("interactive")
@dataclass(frozen=True, eq=False)
class ObjectSubject(Subject[Mask]):
    """One object of a photo."""

    kind = "objects"
    dev, training = ("voc99", "davis10"), ("coco100", "feralcat", "pennfudan")
    measure, shows, annotator = IOU, "mask", staticmethod(next_click)

    @classmethod
    def subjects(cls, sample: data.ObjectSample) -> Subjects:
        """Every object of the photo."""
        return {number: cls(sample.image, mask, sample.ignore) for number, mask in sample.masks()}

    def score(self, shown: Mask) -> float:
        """Intersection over union."""
        return metrics.intersection_over_union(shown, self.truth, self.ignore)

    def corrupted(self, rng: np.random.Generator) -> Mask:
        """Grown, shrunk, moved, cut, holed or with a blob."""
        return corrupt_mask(self.truth, rng)


@TASKS.register("semantic")
@dataclass(frozen=True, eq=False)
class LabelSubject(Subject[Labels]):
    """A class of each pixel.

    Args:
        classes: The dataset's names of them; ``None`` where they are the network's.
    """

    classes: tuple[str, ...] | None = field(default=None, kw_only=True)

    kind = "labels"
    dev, training = ("camvid-val",), ("camvid-train",)
    measure, shows, annotator = MIOU, "labels", staticmethod(next_label_click)

    @classmethod
    def subjects(cls, sample: data.LabelSample) -> Subjects:
        """The photo."""
        return {None: cls(sample.image, sample.labels, sample.ignore)}

    def start(self, prior: Labels | None = None) -> Start:
        """The photo, a prior and the classes."""
        return Start(self.image, prior=prior, classes=self.classes)

    def score(self, shown: Labels) -> float:
        """Mean intersection over union of the classes that the truth has."""
        classes = 1 + int(max(shown.max(), self.truth.max()))
        confusion = metrics.confusion_matrix(shown, self.truth, classes=classes, ignore=self.ignore)
        return float(metrics.class_iou(confusion)[confusion.sum(axis=1) > 0].mean())

    def corrupted(self, rng: np.random.Generator) -> Labels:
        """Shifted boundaries, a wrong region and a hole."""
        return corrupt_labels(self.truth, rng, ignore=self.ignore)


@TASKS.register("matting")
@dataclass(frozen=True, eq=False)
class MatteSubject(Subject[FloatMap]):
    """The alpha of a foreground; known pixels of the trimap are ignored.

    Args:
        trimap: 0, 128 and 255, ``(H, W)``.
    """

    trimap: NDArray[np.uint8] = field(kw_only=True)

    kind = "mattes"
    dev, training = ("alphamatting14-val",), ("alphamatting14-train",)
    measure, shows, annotator = MSE, "alpha", staticmethod(next_value_click)
    step = 0.5 / 255
    """Half a grey level of an 8-bit file."""

    @classmethod
    def subjects(cls, sample: data.MatteSample) -> Subjects:
        """The photo, clicked where alpha is unknown."""
        return {None: cls(sample.image, sample.alpha, ~sample.unknown, trimap=sample.trimap)}

    def start(self, prior: FloatMap | None = None) -> Start:
        """The photo, its trimap and a prior."""
        return Start(self.image, trimap=self.trimap, prior=prior)

    def score(self, shown: FloatMap) -> float:
        """Mean squared error where alpha is unknown."""
        return metrics.mean_squared_error(shown, self.truth, self.trimap)

    def others(self, shown: FloatMap) -> dict[str, float]:
        """Sum of absolute differences, gradient and connectivity error where it is unknown."""
        return {
            "SAD": metrics.sum_of_absolute_differences(shown, self.truth, self.trimap),
            "Grad": metrics.gradient_error(shown, self.truth, self.trimap),
            "Conn": metrics.connectivity_error(shown, self.truth, self.trimap),
        }

    def corrupted(self, rng: np.random.Generator) -> FloatMap:
        """A wrong region, blur and a hole; known pixels of the trimap are correct."""
        poor = corrupt_values(self.truth, rng, hole=0.0).clip(0, 1)
        poor[self.trimap == 0] = 0
        poor[self.trimap == 255] = 1
        return poor


@TASKS.register("depth")
@dataclass(frozen=True, eq=False)
class DepthSubject(Subject[FloatMap]):
    """Metres; NaN in the truth is unknown and ignored."""

    kind = "depth"
    dev = ("kitchen-dev", "office-dev")
    training = ("kitchen-train", "office-train", "lab-train")
    measure, shows, annotator = DELTA1, "depth_m", staticmethod(next_value_click)
    step = 0.0005
    """Half a millimetre, in metres."""

    @classmethod
    def subjects(cls, sample: data.DepthSample) -> Subjects:
        """The photo."""
        return {None: cls(sample.image, sample.depth_m, sample.ignore)}

    def score(self, shown: FloatMap) -> float:
        """Share of the pixels that are right within a factor of 1.25."""
        return metrics.depth_scores(shown, self.truth, self.ignore).delta_1

    def others(self, shown: FloatMap) -> dict[str, float]:
        """δ2, δ3, AbsRel, SqRel, RMSE and RMSE-log."""
        scores = metrics.depth_scores(shown, self.truth, self.ignore)
        return {name: value for name, value in asdict(scores).items() if name != DELTA1.name}

    def corrupted(self, rng: np.random.Generator) -> FloatMap:
        """A wrong region, blur and a hole; unknown depth is that of the nearest pixel."""
        complete = filled(self.truth)
        poor = corrupt_values(complete, rng, hole=float(complete.max()))
        return poor.clip(complete.min() / 2, None)
