"""The tasks that can be measured: their photos, their weights, and what is clicked on them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from clickmend import data
from clickmend.core.registry import Registry
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.protocol import UNREFINED
from clickmend.evaluation.subjects import (
    DepthSubject,
    LabelSubject,
    MatteSubject,
    ObjectSubject,
    Subject,
)
from clickmend.tasks.base import REGION
from clickmend.tasks.registry import task_named

Subjects: TypeAlias = dict[int | None, Subject[Any]]
"""What is clicked on one photo: objects by their id, or under None the photo as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchTask:
    """One task as a bench sees it.

    Args:
        name: Of the task.
        subject: The kind of what is clicked on.
        dev: The sets that are reported.
        training: The sets that settings are tuned on; never among the reported ones.
        open_set: Opens one of our sets by name.
        open_training: The same, without the photos that no training may see.
        layouts: The published layouts, opened from a folder.
        subjects: What is clicked on a sample.
    """

    name: str
    subject: type[Subject[Any]]
    dev: tuple[str, ...]
    training: tuple[str, ...]
    open_set: Callable[[str], data.PhotoDataset[Any]]
    open_training: Callable[[str], data.PhotoDataset[Any]]
    layouts: Registry[Any]
    subjects: Callable[[Any], Subjects]

    @property
    def measure(self) -> Measure:
        """What its curves show."""
        return self.subject.measure

    @property
    def model(self) -> str:
        """The weights by default."""
        return task_named(self.name).weights

    @property
    def mends_by(self) -> str:
        """How a prior is mended by default."""
        return UNREFINED if self.name == "interactive" else REGION


def _objects(sample: data.ObjectSample) -> Subjects:
    return {
        object_id: ObjectSubject(sample.image, mask, sample.ignore)
        for object_id, mask in sample.masks()
    }


def _labels(sample: data.LabelSample) -> Subjects:
    return {None: LabelSubject(sample.image, sample.labels, sample.ignore)}


def _matte(sample: data.MatteSample) -> Subjects:
    return {None: MatteSubject(sample.image, sample.alpha, ~sample.unknown, trimap=sample.trimap)}


def _depth(sample: data.DepthSample) -> Subjects:
    return {None: DepthSubject(sample.image, sample.depth_m, sample.ignore)}


def _trained_objects(name: str) -> data.ObjectDataset:
    dataset = copy.copy(data.open_object_set(name))
    dataset.names = tuple(stem for stem in dataset.names if not data.held_out(name, stem))
    return dataset


TASKS: Registry[BenchTask] = Registry("task of a bench")
"""The tasks by name."""
for _task in (
    BenchTask(
        name="interactive",
        subject=ObjectSubject,
        dev=("voc99", "davis10"),
        training=("coco100", "feralcat", "pennfudan"),
        open_set=data.open_object_set,
        open_training=_trained_objects,
        layouts=data.DATASETS,
        subjects=_objects,
    ),
    BenchTask(
        name="semantic",
        subject=LabelSubject,
        dev=("camvid-val",),
        training=("camvid-train",),
        open_set=data.open_label_set,
        open_training=data.open_label_set,
        layouts=data.LABEL_DATASETS,
        subjects=_labels,
    ),
    BenchTask(
        name="matting",
        subject=MatteSubject,
        dev=("alphamatting14-val",),
        training=("alphamatting14-train",),
        open_set=data.open_matte_set,
        open_training=data.open_matte_set,
        layouts=data.MATTE_DATASETS,
        subjects=_matte,
    ),
    BenchTask(
        name="depth",
        subject=DepthSubject,
        dev=("kitchen-dev", "office-dev"),
        training=("kitchen-train", "office-train", "lab-train"),
        open_set=data.open_depth_set,
        open_training=data.open_depth_set,
        layouts=data.DEPTH_DATASETS,
        subjects=_depth,
    ),
):
    TASKS.register(_task.name)(_task)
