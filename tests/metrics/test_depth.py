"""Depth scores against one pixel after the other."""

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clickmend.core.errors import OptionError
from clickmend.metrics import DepthScores, depth_scores

# Steps of 1/64 keep the ratios of p and t away from the thresholds or exactly on them.
depths = arrays(np.float32, (3, 4), elements=st.integers(16, 640).map(lambda n: n / 64))
masks = arrays(np.bool_, (3, 4))


def pixel_by_pixel(prediction, truth, ignore):
    sums, count = np.zeros(7), 0
    for at in np.ndindex(truth.shape):
        p, t = float(prediction[at]), float(truth[at])
        if ignore[at] or math.isnan(t):
            continue
        count += 1
        for power in (1, 2, 3):
            sums[power - 1] += max(p / t, t / p) < 1.25**power
        sums[3] += abs(p - t) / t
        sums[4] += (p - t) ** 2 / t
        sums[5] += (p - t) ** 2
        sums[6] += (math.log(p) - math.log(t)) ** 2
    means = sums / count
    return (*means[:5], math.sqrt(means[5]), math.sqrt(means[6]))


@given(depths, depths, masks, masks)
def test_the_scores_equal_those_taken_pixel_by_pixel(prediction, truth, unknown, ignore):
    assume(not (unknown | ignore).all())
    truth = np.where(unknown, np.float32(np.nan), truth)
    expected = pixel_by_pixel(prediction, truth, ignore)
    assert astuple(depth_scores(prediction, truth, ignore)) == pytest.approx(expected, abs=1e-9)


def test_the_scores_of_a_case_by_hand():
    truth = np.array([[1, 2, 4, np.nan]], np.float32)
    prediction = np.array([[1, 3, 8, 7]], np.float32)
    scores = depth_scores(prediction, truth)
    # The ratios are 1, 1.5 and 2; the thresholds 1.25, 1.5625 and 1.953.
    assert scores.delta_1 == pytest.approx(1 / 3)
    assert scores.delta_2 == scores.delta_3 == pytest.approx(2 / 3)
    assert scores.abs_rel == pytest.approx((0 + 1 / 2 + 1) / 3)
    assert scores.sq_rel_m == pytest.approx((0 + 1 / 2 + 4) / 3)
    assert scores.rmse_m == pytest.approx(math.sqrt((0 + 1 + 16) / 3))
    assert scores.rmse_log == pytest.approx(math.sqrt((math.log(1.5) ** 2 + math.log(2) ** 2) / 3))


@given(depths)
def test_a_perfect_map_has_no_error(truth):
    assert depth_scores(truth, truth) == DepthScores(1, 1, 1, 0, 0, 0, 0)


def test_a_ratio_on_the_threshold_is_not_below_it():
    truth = np.ones((1, 1), np.float32)
    assert depth_scores(1.25 * truth, truth).delta_1 == 0
    assert depth_scores(0.8125 * truth, truth).delta_1 == 1


def test_what_the_prediction_says_of_unknown_pixels_does_not_matter():
    truth = np.array([[1, np.nan, 3]], np.float32)
    prediction = np.array([[1, np.nan, -5]], np.float32)
    ignore = np.array([[False, False, True]])
    assert depth_scores(prediction, truth, ignore).rmse_m == 0


@pytest.mark.parametrize("depth_m", [0, -1, np.nan, np.inf])
def test_a_depth_that_is_not_positive_is_refused(depth_m):
    truth = np.ones((2, 2), np.float32)
    odd = truth.copy()
    odd[1, 0] = depth_m
    with pytest.raises(OptionError, match=f"prediction holds the depth {depth_m:g} m.*above 0"):
        depth_scores(odd, truth)


def test_a_true_depth_of_zero_is_refused():
    truth = np.zeros((2, 2), np.float32)
    with pytest.raises(OptionError, match=r"truth holds the depth 0 m.*unknown depth is NaN"):
        depth_scores(truth + 1, truth)


def test_a_map_without_known_depth_has_no_score():
    prediction = np.ones((2, 2), np.float32)
    with pytest.raises(OptionError, match="No depth is known"):
        depth_scores(prediction, prediction * np.nan)
    with pytest.raises(OptionError, match="No depth is known"):
        depth_scores(prediction, prediction, np.ones((2, 2), bool))


def test_maps_of_two_sizes_are_refused():
    one, other = np.ones((3, 4), np.float32), np.ones((3, 5), np.float32)
    with pytest.raises(OptionError, match="prediction is 4×3 pixels and the truth 5×3 pixels"):
        depth_scores(one, other)
    with pytest.raises(OptionError, match="the ignore mask 5×3 pixels"):
        depth_scores(one, one, other > 0)
