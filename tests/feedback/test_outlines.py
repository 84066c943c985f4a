"""Outlines keep the corners that they need."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from skimage.measure import approximate_polygon

from clickmend.feedback.outlines import simplified

PLACE = st.tuples(st.integers(0, 60), st.integers(0, 60))
OUTLINES = st.lists(PLACE, min_size=3, max_size=40).map(tuple)
TOLERANCES = st.sampled_from([0.5, 1.7, 4.3, 12.1])


def distances(places, line):
    """How far places are from a closed line, each the least over all its segments."""
    found = []
    for place in np.array(places, float):
        to = []
        for start, end in zip(line, (*line[1:], line[0]), strict=True):
            off, along = np.subtract(place, start), np.subtract(end, start)
            share = np.clip(off @ along / max(along @ along, 1e-9), 0, 1)
            to.append(np.linalg.norm(off - share * along))
        found.append(min(to))
    return np.array(found)


@given(OUTLINES, TOLERANCES)
def test_corners_that_go_lie_near_what_is_left_and_the_others_stay_in_order(corners, tolerance):
    left = simplified(corners, tolerance_px=tolerance)
    rest = iter(corners)
    assert all(corner in rest for corner in left)
    assert left[0] == corners[0]
    assert (distances(corners, left) <= tolerance + 1e-9).all()


@given(OUTLINES, TOLERANCES)
def test_each_half_is_what_scikit_image_makes_of_it(corners, tolerance):
    ring = np.array([*corners, corners[0]], float)
    far = int(np.hypot(*(ring[:-1] - ring[0]).T).argmax())
    halves = [ring[: far + 1], ring[far:]]
    # Its lines whose ends are one place are no segments; ours are points.
    if any(len(np.unique(half, axis=0)) < len(half) for half in halves) or not far:
        return
    one, other = (approximate_polygon(half, tolerance) for half in halves)
    expected = [*one[:-1].tolist(), *other[:-1].tolist()]
    if len(expected) < 3:  # a line to scikit-image, which knows no outlines
        return
    assert [list(corner) for corner in simplified(corners, tolerance_px=tolerance)] == expected


def test_a_square_drawn_in_many_steps_has_four_corners():
    steps = range(40)
    drawn = [(10 + i, 10) for i in steps] + [(50, 10 + i) for i in steps]
    drawn += [(50 - i, 50) for i in steps] + [(10, 50 - i) for i in steps]
    assert simplified(tuple(drawn), tolerance_px=1.0) == ((10, 10), (50, 10), (50, 50), (10, 50))


@given(OUTLINES)
def test_however_far_corners_may_lie_a_triangle_stays_where_they_are_on_no_line(corners):
    left = simplified(corners, tolerance_px=1e6)
    places = np.array(corners)
    on_a_line = np.linalg.matrix_rank(places - places[0]) < 2
    assert len(left) < 3 if on_a_line else len(left) == 3


def test_corners_at_one_place_are_one():
    assert simplified(((3.0, 3.0),) * 4, tolerance_px=1.0) == ((3.0, 3.0),)
