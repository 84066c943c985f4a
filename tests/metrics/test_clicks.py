"""Curve measures against scipy and against loops written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import trapezoid

from clickmend.core.errors import OptionError
from clickmend.metrics import area_under_curve, clicks_to_reach, worst_tenth

score = st.floats(0, 1, allow_nan=False)
curves = st.lists(score, min_size=1, max_size=25)


@given(st.lists(score, min_size=2, max_size=25))
def test_auc_equals_the_trapezoids_of_scipy(scores):
    assert area_under_curve(scores) == pytest.approx(trapezoid(scores) / (len(scores) - 1))


@given(score, st.integers(1, 20))
def test_auc_of_a_flat_curve_is_its_height(height, clicks):
    assert area_under_curve([height] * clicks) == pytest.approx(height)


def test_auc_halves_the_first_and_the_last_point():
    assert area_under_curve([0.2, 0.6, 1.0, 0.4]) == pytest.approx((0.1 + 0.6 + 1.0 + 0.2) / 3)


def test_auc_of_nothing_is_refused():
    with pytest.raises(OptionError, match=r"shape \(0,\).*at least one score"):
        area_under_curve([])


def test_auc_of_a_table_is_refused():
    with pytest.raises(OptionError, match=r"shape \(2, 3\).*mean over images"):
        area_under_curve(np.zeros((2, 3)))


@given(curves, score)
def test_noc_equals_the_first_click_found_by_a_loop(scores, threshold):
    expected = len(scores)
    for click, value in enumerate(scores, start=1):
        if value >= threshold:
            expected = click
            break
    assert clicks_to_reach(scores, threshold, len(scores)) == expected


def test_a_failure_counts_as_the_limit():
    assert clicks_to_reach([0.1, 0.2, 0.3], 0.85, 3) == 3


def test_success_after_the_limit_is_a_failure():
    assert clicks_to_reach([0.1, 0.2, 0.9], 0.85, 2) == 2


def test_a_score_equal_to_the_threshold_has_reached_it():
    assert clicks_to_reach([0.84, 0.85, 0.86], 0.85, 3) == 2


@pytest.mark.parametrize("limit", [0, 4])
def test_a_limit_outside_the_curve_is_refused(limit):
    with pytest.raises(OptionError, match=f"limit is {limit} clicks and the curve has 3"):
        clicks_to_reach([0.1, 0.2, 0.3], 0.5, limit)


@given(curves)
def test_the_worst_tenth_equals_a_sort_by_score_and_position(scores):
    size = -(-len(scores) // 10)
    by_score = sorted(range(len(scores)), key=lambda image: (scores[image], image))
    assert list(worst_tenth(scores)) == sorted(by_score[:size])


@pytest.mark.parametrize(("images", "size"), [(1, 1), (10, 1), (11, 2), (99, 10), (100, 10)])
def test_the_worst_tenth_is_rounded_up(images, size):
    assert len(worst_tenth(np.linspace(0, 1, images))) == size


def test_of_equal_scores_the_earlier_image_is_taken():
    assert list(worst_tenth([0.5] * 20)) == [0, 1]


@given(curves)
def test_the_worst_tenth_of_errors_holds_the_highest(errors):
    size = -(-len(errors) // 10)
    by_error = sorted(range(len(errors)), key=lambda image: (-errors[image], image))
    assert list(worst_tenth(errors, worst="highest")) == sorted(by_error[:size])


def test_of_equal_errors_the_earlier_image_is_taken():
    assert list(worst_tenth([0.5] * 20, worst="highest")) == [0, 1]


def test_auc_from_click_0_has_one_trapezoid_more_than_from_click_1():
    with_start = [0.0, 0.8, 0.9]
    assert area_under_curve(with_start) == pytest.approx((0.4 + 0.85) / 2)
    assert area_under_curve(with_start[1:]) == pytest.approx(0.85)
