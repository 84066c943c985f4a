"""What brushes paint, and what later marks leave alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.data.rle import fill_polygons
from clickmend.feedback import Box, Click, Push, Stroke
from clickmend.tasks.painted import held_from, middle, painted, paints_alone

PLACES = st.tuples(st.floats(0, 20.99), st.floats(0, 14.99))


def drawn(stroke):
    return painted(stroke, height=15, width=21).mask((15, 21))


@given(PLACES, st.floats(0.2, 30))
def test_a_dab_is_the_disk_around_its_pixel_and_two_equal_places_are_the_same(place, radius):
    rows, columns = np.mgrid[:15, :21]
    apart = np.hypot(columns - int(place[0]), rows - int(place[1]))
    found = drawn(Stroke((place,), 1, radius))
    np.testing.assert_array_equal(found, apart <= radius)
    np.testing.assert_array_equal(found, drawn(Stroke((place, place), 1, radius)))


@given(st.lists(PLACES, min_size=1, max_size=4), st.floats(0.2, 9))
def test_a_stroke_is_what_is_near_its_line_and_as_small_a_patch_as_holds_that(points, radius):
    wide = painted(Stroke(tuple(points), 1, radius), height=15, width=21)
    alone = np.zeros((15, 21), bool)
    for x, y in points:
        alone[int(y), int(x)] = True
    assert (wide.mask((15, 21)) | ~alone).all()
    for axis in (0, 1):
        edges = wide.values.any(axis=axis)
        assert edges[0]
        assert edges[-1]


CORNERS = ((3.0, 2.0), (9.0, 2.0), (9.0, 7.0), (3.0, 7.0))


@pytest.mark.parametrize("turn", range(4))
def test_an_outline_is_the_pixels_inside_it_from_whichever_corner_and_whatever_its_radius(turn):
    expected = np.zeros((15, 21), bool)
    expected[2:7, 3:9] = True
    outline = Stroke((*CORNERS[turn:], *CORNERS[:turn]), 1, 1 + 5 * turn, exact=True, filled=True)
    np.testing.assert_array_equal(drawn(outline), expected)


@given(st.lists(PLACES, min_size=3, max_size=7))
def test_an_outline_is_the_polygon_of_coco_or_its_own_pixels_where_that_has_none(points):
    found = drawn(Stroke(tuple(points), 1, exact=True, filled=True))
    polygon = fill_polygons([[number for place in points for number in place]], size=(21, 15))
    if polygon.any():
        np.testing.assert_array_equal(found, polygon)
    else:
        assert all(found[int(y), int(x)] for x, y in points)


def test_a_simplified_outline_is_painted_as_the_one_of_its_fewer_corners():
    wavy = ((3.0, 2.0), (6.0, 3.6), (9.0, 2.0), (9.0, 7.0), (3.0, 7.0))
    simple = drawn(Stroke(wavy, 1, exact=True, filled=True, simplify_px=1.8))
    np.testing.assert_array_equal(simple, drawn(Stroke(CORNERS, 1, exact=True, filled=True)))
    assert (simple != drawn(Stroke(wavy, 1, exact=True, filled=True))).any()


@given(st.lists(PLACES, min_size=3, max_size=7))
def test_the_middle_of_an_outline_lies_inside_it(points):
    x, y = middle(Stroke(tuple(points), 1, exact=True, filled=True))
    found = painted(Stroke(tuple(points), 1, exact=True, filled=True), height=40, width=40)
    assert found.mask((40, 40))[int(y), int(x)]


def held(newest, *earlier, protected=None):
    return held_from(newest, earlier, protected, shape=(15, 21))


EXACT = Stroke(((4.5, 7.5), (16.5, 7.5)), 1, 2, exact=True)


@pytest.mark.parametrize(
    "newest", [Click(10, 11, 2), Push(10, 11, "up"), Box(1, 1, 9, 9), Click(10, 2, 1)]
)
def test_what_was_painted_exactly_is_held_from_marks_beside_it(newest):
    np.testing.assert_array_equal(held(newest, EXACT), drawn(EXACT))
    assert held(newest, Stroke(EXACT.points, 1, 2)) is None
    assert held(newest) is None


@pytest.mark.parametrize(
    ("corners", "pixels"),
    [
        ([(2, 2), (12, 2), (12, 12), (2, 12)], 45),  # the half of it that a triangle is
        ([(2, 2), (2, 2.5), (2, 7.5)], 6),  # those under a line
        ([(2.5, 3.5)] * 3, 1),
    ],
)
def test_an_outline_simplified_beyond_its_size_paints_what_is_left_of_it(corners, pixels):
    stroke = Stroke(tuple(corners), 1, exact=True, filled=True, simplify_px=1e6)
    assert np.count_nonzero(drawn(stroke)) == pixels


def test_a_mark_on_painted_pixels_is_about_them():
    assert held(Click(10, 7, 2), EXACT) is None
    assert held(Click(1, 1, 2), EXACT, Push(10, 7, "up")) is None


def test_a_later_brush_takes_what_it_paints():
    over = Stroke(((10.5, 0.5), (10.5, 14.5)), 2, 1)
    np.testing.assert_array_equal(held(over, EXACT), drawn(EXACT) & ~drawn(over))
    later = held(Click(1, 1, 2), EXACT, over)
    np.testing.assert_array_equal(later, drawn(EXACT) & ~drawn(over))
    gone = Stroke(over.points, "erase", 1)
    np.testing.assert_array_equal(held(Click(1, 1, 2), EXACT, gone), later)


def test_protected_pixels_are_held_too():
    mask = np.zeros((15, 21), bool)
    mask[0] = True
    assert held(Click(5, 5), protected=mask) is mask
    np.testing.assert_array_equal(held(Click(5, 1), EXACT, protected=mask), mask | drawn(EXACT))
    assert held(EXACT, protected=mask) is mask


@pytest.mark.parametrize("exact", [False, True])
def test_only_what_is_exact_or_erased_needs_no_network(exact):
    line = ((2, 2), (9, 2))
    assert paints_alone(Stroke(line, "foreground", exact=exact)) == exact
    assert paints_alone(Stroke(line, "erase", exact=exact))
    assert not paints_alone(Click(1, 1, "foreground"))
