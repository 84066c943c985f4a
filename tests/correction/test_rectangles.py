"""Rectangles of a map, against the pixels that they hold."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clickmend.correction.rectangles import (
    all_of,
    around_all,
    box_of,
    common,
    grown,
    meet,
    seen_from,
)

SHAPE = 9, 11
INTERVALS = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(sorted).map(lambda s: slice(*s))
PLACES = st.tuples(INTERVALS, INTERVALS)


def pixels(place):
    mask = np.zeros(SHAPE, bool)
    mask[place] = True
    return mask


@given(PLACES, PLACES)
def test_what_two_rectangles_share_are_the_pixels_of_both(one, other):
    np.testing.assert_array_equal(pixels(common(one, other)), pixels(one) & pixels(other))
    assert meet(one, other) == (pixels(one) & pixels(other)).any()


@given(PLACES, PLACES)
def test_the_rectangle_around_two_is_the_box_of_their_pixels(one, other):
    found = pixels(around_all((one, other)))
    np.testing.assert_array_equal(found, pixels(box_of(pixels(one) | pixels(other))))


@given(PLACES, PLACES)
def test_a_rectangle_is_found_again_in_one_that_holds_it(one, other):
    inner, index = common(one, other), np.arange(99).reshape(SHAPE)
    np.testing.assert_array_equal(index[one][seen_from(one, inner)], index[inner])


def test_a_rectangle_grows_as_far_as_the_map_goes():
    assert grown((slice(1, 3), slice(9, 10)), 2, SHAPE) == (slice(0, 5), slice(7, 11))
    assert all_of(SHAPE) == (slice(0, 9), slice(0, 11))
    assert box_of(np.zeros(SHAPE, bool)) == (slice(0, 0), slice(0, 0))
