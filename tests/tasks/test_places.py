"""Tests of the pixels that marks are at and reach."""

import math

import numpy as np

from clickmend.feedback import Click, Stroke
from clickmend.tasks.places import pixel, reached, single


def test_a_place_on_the_last_edge_belongs_to_the_last_pixel() -> None:
    assert pixel(4.0, 2.9, (3, 4)) == (2, 3)
    assert pixel(0.2, -0.1, (7, 3, 4)) == (0, 0)


def test_in_single_precision_a_place_stays_in_its_pixel() -> None:
    inside = math.nextafter(4000, 0)  # float32 has nothing between it and 4000
    assert np.float32(inside) == 4000
    places = single([(inside, 2.5), (0.0, 17.25), (4000.0, inside)])
    np.testing.assert_array_equal(np.floor(places), [(3999, 2), (0, 17), (4000, 3999)])
    assert places.dtype == np.float32
    assert (places[1] == (0, 17.25)).all()


def test_a_click_reaches_the_pixels_within_its_radius_and_always_its_own() -> None:
    found = reached(Click(4.5, 3.5), 2.0, height=7, width=9)
    rows, columns = np.mgrid[:7, :9]
    np.testing.assert_array_equal(found, np.hypot(columns - 4, rows - 3) <= 2)
    assert reached(Click(4.9, 3.1), 0.1, height=7, width=9).sum() == 1


def test_a_stroke_reaches_what_lies_along_its_line() -> None:
    stroke = Stroke(((2.5, 2.5), (12.5, 2.5)), label=1)
    found = reached(stroke, 1.0, height=6, width=16)
    assert found[1:4, 2:13].all()
    assert not found[5].any()
    assert not found[:, 15].any()
