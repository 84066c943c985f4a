"""Tests of validation during a training."""

import numpy as np
import pytest

from clickmend.core.types import RGB, FloatMap, Labels, Mask
from clickmend.data import DepthSample, LabelSample, MatteSample
from clickmend.evaluation.validation import (
    VALIDATORS,
    validate_clicks,
    validate_depths,
    validate_instances,
    validate_labels,
    validate_mattes,
)
from clickmend.feedback import Click
from clickmend.training.instances.photos import PointView
from clickmend.training.objects import View


class Growing:
    """A session whose mask gains one column of the object with every click."""

    def __init__(self, photo: RGB) -> None:
        self.mask: Mask = np.zeros(photo.shape[:2], bool)
        self.prediction = self

    def add(self, mark: Click) -> "Growing":
        columns = int(self.mask.any(axis=0).sum())
        self.mask = self.mask.copy()
        self.mask[:, columns] = True
        return self


def test_the_mean_overlap_after_the_clicks_is_told() -> None:
    truth = np.zeros((10, 10), bool)
    truth[:, :5] = True
    view = View(np.zeros((10, 10, 3), np.uint8), truth, np.ones_like(truth))
    found = validate_clicks([view, view], Growing)
    assert found == {
        "validation IoU, click 1": pytest.approx(0.2),
        "validation IoU, click 3": pytest.approx(0.6),
        "validation IoU, click 5": pytest.approx(1.0),
    }


class Answer:
    """A session that answers one thing, and its own prediction."""

    def __init__(self, answer: Labels | FloatMap) -> None:
        self.labels = self.alpha = self.depth_m = answer
        self.prediction = self


def photo() -> RGB:
    return np.zeros((2, 4, 3), np.uint8)


def test_classes_are_counted_over_all_photos_together() -> None:
    labels = np.array([[0, 0, 1, 1], [0, 0, 1, 2]], np.int32)
    ignore = np.zeros_like(labels, bool)
    ignore[1, 3] = True
    samples = [LabelSample("a", photo(), labels, ignore)] * 2
    answers = iter([labels, np.zeros_like(labels)])
    found = validate_labels(samples, lambda _: Answer(next(answers)))
    # Class 0: 8 of 8 + 3; class 1: 3 of 6; class 2 is ignored.
    assert found == {
        "validation mIoU": pytest.approx((8 / 11 + 3 / 6) / 2),
        "validation pixel accuracy": pytest.approx(11 / 14),
    }


def test_alpha_is_compared_where_it_is_unknown_and_the_trimap_is_told() -> None:
    alpha = np.array([[0, 0.5, 0.5, 1]] * 2, np.float32)
    trimap = np.array([[0, 128, 128, 255]] * 2, np.uint8)

    def session(image: RGB, *, trimap: RGB) -> Answer:
        assert set(np.unique(trimap)) == {0, 128, 255}
        return Answer(np.ones_like(alpha))

    found = validate_mattes([MatteSample("a", photo(), alpha, trimap)], session)
    assert found == {"validation MSE": 0.25, "validation SAD": pytest.approx(2 / 1000)}


def test_depth_is_compared_where_it_is_known() -> None:
    depth = np.full((2, 4), 2.0, np.float32)
    depth[0] = np.nan
    shown = np.full((2, 4), 2.2, np.float32)
    shown[1, 0] = 4
    relative = DepthSample("b", photo(), 100 * depth, relative=True)
    photos = [DepthSample("a", photo(), depth), relative]
    found = validate_depths(photos, lambda _: Answer(shown))
    assert found == {
        "validation delta1, scaled": pytest.approx(0.75),
        "validation delta1": pytest.approx(0.75),
        "validation AbsRel": pytest.approx((3 * 0.1 + 1) / 4),
    }


def test_instances_are_compared_by_class_overlap_and_score() -> None:
    index = np.zeros((10, 20), np.int32)
    index[:, :8], index[:, 10:] = 1, 2
    photo = PointView(
        np.zeros((10, 20, 3), np.uint8),
        index,
        np.array([0, 1]),
        np.array([[4, 5], [15, 5]], np.float32),
    )

    class Found:
        """The first object whole, and 6 of the 10 columns of the second."""

        masks = np.stack([index == 1, (index == 2) & (np.arange(20) < 16)])
        classes = np.array([0, 1])
        scores = np.array([0.9, 0.8], np.float32)

    assert validate_instances([photo], lambda _: Found()) == {
        "validation mAP25": 1.0,
        "validation mAP50": 1.0,
        "validation mAP75": 0.5,
    }


def test_every_task_that_is_trained_has_its_measure() -> None:
    assert set(VALIDATORS) == {"interactive", "semantic", "matting", "depth", "instances"}
