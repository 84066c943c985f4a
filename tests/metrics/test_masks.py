"""Intersection over union against pixels counted one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from clickmend.core.errors import OptionError
from clickmend.metrics import intersection_over_union

masks = arrays(np.bool_, (4, 5))


def counted_pixel_by_pixel(prediction, truth, ignore):
    both = either = 0
    for p, t, i in zip(prediction.flat, truth.flat, ignore.flat, strict=True):
        if not i:
            both += bool(p and t)
            either += bool(p or t)
    return both / either if either else 1.0


@given(masks, masks, masks)
def test_iou_equals_the_pixels_counted_one_by_one(prediction, truth, ignore):
    expected = counted_pixel_by_pixel(prediction, truth, ignore)
    assert intersection_over_union(prediction, truth, ignore) == expected


@given(masks, masks)
def test_iou_does_not_care_which_mask_is_called_the_truth(one, other):
    assert intersection_over_union(one, other) == intersection_over_union(other, one)


def test_two_empty_masks_agree():
    empty = np.zeros((3, 3), bool)
    assert intersection_over_union(empty, empty) == 1.0


def test_a_mask_that_is_empty_but_for_ignored_pixels_counts_as_empty():
    prediction = np.eye(3, dtype=bool)
    assert intersection_over_union(prediction, np.zeros((3, 3), bool), ignore=prediction) == 1.0


def test_masks_of_two_sizes_are_refused_with_both_sizes():
    with pytest.raises(OptionError, match="prediction is 4×3 pixels and the truth 5×3 pixels"):
        intersection_over_union(np.zeros((3, 4), bool), np.zeros((3, 5), bool))


def test_an_ignore_mask_of_another_size_is_refused():
    mask = np.zeros((3, 4), bool)
    with pytest.raises(OptionError, match="the ignore mask 4×4 pixels"):
        intersection_over_union(mask, mask, np.zeros((4, 4), bool))
