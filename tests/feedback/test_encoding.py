"""Tests of the mark channels against loops over pixels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.feedback.encoding import box_map, disk_map, distance_map

position = st.tuples(st.floats(0, 12.99), st.floats(0, 8.99))
points = st.lists(position, max_size=4)


def nearest(points: list[tuple[float, float]], row: int, column: int) -> float:
    return min((math.hypot(column + 0.5 - x, row + 0.5 - y) for x, y in points), default=math.inf)


@given(points=points, radius=st.floats(0.5, 8))
def test_a_disk_holds_the_pixels_whose_centre_is_near(
    points: list[tuple[float, float]], radius: float
) -> None:
    found = disk_map(points, height=9, width=13, radius_px=radius)
    for row in range(9):
        for column in range(13):
            distance = nearest(points, row, column)
            if abs(distance - radius) > 1e-4:
                clicked = (row, column) in {(int(y), int(x)) for x, y in points}
                assert found[row, column] == float(distance <= radius or clicked)


@given(points=points, limit=st.floats(1, 20))
def test_a_distance_map_is_the_cut_distance_to_the_nearest_point(
    points: list[tuple[float, float]], limit: float
) -> None:
    found = distance_map(points, height=9, width=13, limit_px=limit)
    for row in range(9):
        for column in range(13):
            expected = min(nearest(points, row, column), limit) / limit
            assert found[row, column] == pytest.approx(expected, abs=1e-4)


def test_a_click_with_a_tiny_radius_is_not_lost() -> None:
    assert disk_map([(3.01, 2.01)], height=5, width=6, radius_px=0.1).sum() == 1


def test_a_box_covers_the_pixels_whose_centre_it_holds() -> None:
    found = box_map((1.5, 0.6, 3.4, 2.0), height=4, width=5)
    expected = np.zeros((4, 5))
    expected[1, 1:3] = 1
    np.testing.assert_array_equal(found, expected)


def test_a_box_that_sticks_out_is_cut_at_the_border() -> None:
    assert box_map((-3, -3, 2, 2), height=4, width=5).sum() == 4


def test_nothing_given_leaves_nothing_but_full_distance() -> None:
    assert disk_map([], height=3, width=3, radius_px=2).sum() == 0
    assert box_map(None, height=3, width=3).sum() == 0
    assert (distance_map([], height=3, width=3) == 1).all()
