"""How the number behind a curve is read."""

import pytest

from clickmend.evaluation.measures import IOU, MIOU, MSE, of_prior


def test_regained_is_the_share_of_what_was_missing():
    assert MIOU.regained(0.5, 0.875) == 0.75
    assert MIOU.regained(0.5, 0.25) == -0.5


def test_of_an_error_it_is_the_relative_fall():
    assert MSE.regained(0.02, 0.015) == pytest.approx(0.25)


def test_where_nothing_was_missing_nothing_is_regained():
    assert MIOU.regained(1.0, 1.0) == MSE.regained(0.0, 0.0) == 0.0


def test_better_is_higher_or_for_an_error_lower_and_never_equal():
    assert MIOU.better(0.6, 0.5)
    assert not MIOU.better(0.5, 0.5)
    assert MSE.better(0.5, 0.6)
    assert not MSE.better(0.5, 0.5)


def test_with_a_prior_the_curve_of_an_object_starts_before_any_click():
    assert IOU.first_click == 1
    assert of_prior(IOU).first_click == 0
    assert of_prior(IOU).name == "iou"
