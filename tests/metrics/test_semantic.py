"""Class-map scores against sets of pixels written out."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clickmend.core.errors import OptionError
from clickmend.metrics import class_iou, confusion_matrix, mean_iou, pixel_accuracy

CLASSES = 4
labels = arrays(np.int32, (4, 5), elements=st.integers(0, CLASSES - 1))
masks = arrays(np.bool_, (4, 5))


def pixels_of(index, array, ignore):
    return {at for at, value in np.ndenumerate(array) if value == index and not ignore[at]}


def iou_by_sets(prediction, truth, ignore):
    scores = []
    for index in range(CLASSES):
        shown, true = (pixels_of(index, array, ignore) for array in (prediction, truth))
        scores.append(len(shown & true) / len(shown | true) if shown | true else math.nan)
    return scores


@given(labels, labels, masks)
def test_all_scores_equal_those_of_sets_of_pixels(prediction, truth, ignore):
    assume(not ignore.all())
    confusion = confusion_matrix(prediction, truth, classes=CLASSES, ignore=ignore)
    expected = iou_by_sets(prediction, truth, ignore)
    np.testing.assert_array_equal(class_iou(confusion), expected)
    present = [score for score in expected if not math.isnan(score)]
    assert mean_iou(confusion) == pytest.approx(sum(present) / len(present))
    counted = [at for at in np.ndindex(truth.shape) if not ignore[at]]
    right = sum(prediction[at] == truth[at] for at in counted)
    assert pixel_accuracy(confusion) == right / len(counted)


def test_rows_are_the_truth_and_columns_the_prediction():
    truth = np.array([[0, 0, 1]], np.int32)
    prediction = np.array([[0, 1, 1]], np.int32)
    expected = [[1, 1], [0, 1]]
    np.testing.assert_array_equal(confusion_matrix(prediction, truth, classes=2), expected)


@given(labels, labels, labels, labels)
def test_the_matrices_of_two_images_add_up_to_that_of_both(one, one_true, other, other_true):
    apart = confusion_matrix(one, one_true, classes=CLASSES)
    apart += confusion_matrix(other, other_true, classes=CLASSES)
    both = np.hstack([one, other]), np.hstack([one_true, other_true])
    np.testing.assert_array_equal(apart, confusion_matrix(*both, classes=CLASSES))


def test_a_class_of_neither_map_is_left_out_of_the_mean():
    truth = np.array([[0, 0, 2, 2]], np.int32)
    prediction = np.array([[0, 0, 2, 0]], np.int32)
    confusion = confusion_matrix(prediction, truth, classes=11)
    assert mean_iou(confusion) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert np.isnan(class_iou(confusion)[1])


def test_a_class_that_is_only_predicted_scores_zero():
    truth = np.zeros((1, 4), np.int32)
    prediction = np.array([[0, 0, 0, 1]], np.int32)
    assert mean_iou(confusion_matrix(prediction, truth, classes=2)) == pytest.approx(3 / 8)


def test_a_void_index_is_allowed_where_it_is_ignored():
    truth = np.array([[0, 1, 11, 255]], np.int32)
    prediction = np.array([[0, 1, 0, 1]], np.int32)
    confusion = confusion_matrix(prediction, truth, classes=2, ignore=truth > 1)
    assert mean_iou(confusion) == pixel_accuracy(confusion) == 1


@pytest.mark.parametrize("index", [-1, 2, 255])
def test_an_index_that_is_no_class_is_refused_and_named(index):
    fine, odd = np.zeros((2, 2), np.int32), np.array([[0, 1], [index, 0]], np.int32)
    with pytest.raises(OptionError, match=f"truth holds class {index}.*allowed are 0 to 1; void"):
        confusion_matrix(fine, odd, classes=2)
    with pytest.raises(OptionError, match=f"prediction holds class {index}"):
        confusion_matrix(odd, fine, classes=2)


def test_maps_of_two_sizes_are_refused():
    one, other = np.zeros((3, 4), np.int32), np.zeros((3, 5), np.int32)
    with pytest.raises(OptionError, match="prediction is 4×3 pixels and the truth 5×3 pixels"):
        confusion_matrix(one, other, classes=2)
    with pytest.raises(OptionError, match="the ignore mask 5×3 pixels"):
        confusion_matrix(one, one, classes=2, ignore=other > 0)


@pytest.mark.parametrize("score", [class_iou, mean_iou, pixel_accuracy])
def test_an_image_of_which_all_is_ignored_has_no_score(score):
    empty = np.zeros((2, 2), np.int32)
    confusion = confusion_matrix(empty, empty, classes=2, ignore=np.ones((2, 2), bool))
    with pytest.raises(OptionError, match=r"counts no pixel.*check the ignore mask"):
        score(confusion)
