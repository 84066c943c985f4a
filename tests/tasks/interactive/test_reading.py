"""Tests of how a click reads."""

import numpy as np
import pytest

from clickmend.feedback.marks import Click
from clickmend.tasks.interactive.reading import Reading, areas


def test_a_click_that_names_its_radius_is_taken_at_its_word() -> None:
    shown = np.zeros((100, 200), bool)
    assert Reading().radius_px(Click(9, 9, "foreground", radius_px=7), shown) == 7


def test_a_plain_first_click_gets_a_share_of_the_shorter_side() -> None:
    shown = np.zeros((100, 200), bool)
    found = Reading(first_share=0.08).radius_px(Click(9, 9, "foreground"), shown)
    assert found == pytest.approx(8)


def test_an_area_without_extent_is_the_clicked_pixel() -> None:
    weights = areas([(3.9, 2.1)], [0], [1], height=5, width=6)
    assert weights[0, 2, 3] == 1
    assert weights.sum() == 1
