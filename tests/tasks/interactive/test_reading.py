"""Tests of how a click reads."""

import numpy as np
import pytest

from clickmend.feedback.marks import Click
from clickmend.tasks.interactive.reading import Reading


def test_a_click_that_names_its_radius_is_taken_at_its_word() -> None:
    shown = np.zeros((100, 200), bool)
    assert Reading().radius_px(Click(9, 9, "foreground", radius_px=7), shown) == 7


def test_a_plain_first_click_gets_a_share_of_the_shorter_side() -> None:
    shown = np.zeros((100, 200), bool)
    found = Reading(first_share=0.08).radius_px(Click(9, 9, "foreground"), shown)
    assert found == pytest.approx(8)


def test_a_click_into_an_error_reaches_towards_where_the_shown_object_ends() -> None:
    shown = np.zeros((100, 200), bool)
    shown[20:60, 20:180] = True
    reading = Reading(border_share=0.5, most_share=1.0)
    assert reading.radius_px(Click(100, 40, "background"), shown) == pytest.approx(10, abs=1)
    assert reading.radius_px(Click(100, 90, "foreground"), shown) < 10
    limited = Reading(border_share=0.5, most_share=0.05)
    assert limited.radius_px(Click(100, 40, "background"), shown) == pytest.approx(5)
