"""Tidying of masks and class maps; SciPy and loops over pixels are the oracles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import binary_fill_holes, label

from clickmend.correction.tidying import (
    count_parts,
    filled,
    filled_class,
    parts_of,
    smoothed,
    smoothed_classes,
    without_small_parts,
    without_specks,
)

MASKS = arrays(np.bool_, (9, 11))
MAPS = arrays(np.int32, (9, 11), elements=st.integers(0, 3))
CORNERS = np.ones((3, 3))


def mask(*rows):
    return np.array([[sign == "#" for sign in row] for row in rows])


@given(MASKS)
def test_all_holes_are_filled_as_scipy_fills_them(mask):
    np.testing.assert_array_equal(filled(mask), binary_fill_holes(mask))


@given(MASKS, st.integers(1, 9))
def test_a_hole_is_filled_up_to_its_area(mask, most):
    holes, count = label(binary_fill_holes(mask) & ~mask)
    wanted = mask.copy()
    for number in range(1, count + 1):
        if (holes == number).sum() <= most:
            wanted |= holes == number
    np.testing.assert_array_equal(filled(mask, most_px=most), wanted)


def test_what_opens_to_the_border_or_only_over_a_corner():
    bay = mask("#####", "#...#", "#.#.#", "##.##", ".....")
    assert not filled(bay)[4].any()
    assert filled(bay)[1:3].all()  # the diagonal closes it
    assert not filled(mask("##.", "#.#", "###"))[0, 2]


@given(MASKS, st.integers(1, 12))
def test_specks_go_and_the_largest_part_stays(mask, least):
    numbers, count = label(mask, CORNERS)
    sizes = [(numbers == number).sum() for number in range(1, count + 1)]
    wanted = np.zeros_like(mask)
    for number, size in enumerate(sizes, start=1):
        if size >= least or number == 1 + int(np.argmax(sizes)):
            wanted |= numbers == number
    np.testing.assert_array_equal(without_specks(mask, least_px=least), wanted)


def test_smoothing_leaves_a_straight_border_and_takes_a_hair_and_a_notch():
    before = np.zeros((60, 80), bool)
    before[:, :40] = True
    np.testing.assert_array_equal(smoothed(before, radius_px=8), before)
    rough = before.copy()
    rough[30, 40:70] = True
    rough[10, 35:40] = False
    found = smoothed(rough, radius_px=8)
    assert (found != before).sum() <= 3  # a bump of one pixel where the hair was
    assert not found[30, 41:].any()


@given(MASKS, st.floats(0.5, 6))
def test_smoothing_treats_a_mask_and_its_background_alike(mask, radius):
    share = smoothed_classes(mask.astype(np.int32), radius_px=radius) == 1
    differ = share != smoothed(mask, radius_px=radius)
    assert differ.sum() <= 2  # where both hold half, what is there stays


def test_the_hole_of_a_class_gets_it_whatever_was_in_it():
    labels = np.full((7, 9), 2, np.int32)
    labels[1:6, 1:8] = 1
    labels[3, 3:5] = 0, 3
    found = filled_class(labels, 1)
    assert (found[1:6, 1:8] == 1).all()
    assert (found[0] == 2).all()
    assert found.dtype == labels.dtype
    np.testing.assert_array_equal(filled_class(labels, 1, most_px=1), labels)


@given(MAPS, st.integers(1, 9))
def test_small_parts_get_the_nearest_class_of_a_part_that_stays(labels, least):
    small = np.zeros(labels.shape, bool)
    for value in np.unique(labels):
        numbers, count = label(labels == value, CORNERS)
        for number in range(1, count + 1):
            if (numbers == number).sum() < least:
                small |= numbers == number
    found = without_small_parts(labels, least_px=least)
    np.testing.assert_array_equal(found[~small], labels[~small])
    places = np.argwhere(~small)
    if len(places):
        for row, column in np.argwhere(small):
            apart = ((places - (row, column)) ** 2).sum(axis=1)
            near = [labels[tuple(place)] for place in places[apart == apart.min()]]
            assert found[row, column] in near


def test_small_parts_of_one_class_alone_and_none_takes_what_is_unknown():
    labels = np.array([[0, 0, 1, 0], [0, 2, 0, 255], [0, 0, 0, 255]], np.int32)
    one = without_small_parts(labels, least_px=2, only=1)
    assert one[0, 2] == 0
    assert one[1, 1] == 2
    gone = without_small_parts(labels, least_px=3, unknown=255)
    assert (gone == 0).all()
    np.testing.assert_array_equal(without_small_parts(labels, least_px=99), labels)


def test_the_borders_of_one_class_are_smoothed_and_the_rest_stays():
    labels = np.zeros((40, 60), np.int32)
    labels[:, 30:] = 1
    labels[20, 20:30] = 1  # a hair of the class
    labels[5:9, 5:9] = 2
    found = smoothed_classes(labels, radius_px=6, only=1)
    assert (found[20, 20:29] == 0).all()
    np.testing.assert_array_equal(found == 2, labels == 2)
    all_of_them = smoothed_classes(labels, radius_px=3)
    assert set(np.unique(all_of_them)) <= {0, 1, 2}
    assert (all_of_them[20, 20:28] == 0).all()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_parts_are_told_the_largest_first(count):
    whole = np.zeros((12, 20), bool)
    for n in range(count):
        whole[1 : 3 + 2 * n, 5 * n : 5 * n + 3] = True
    parts = parts_of(whole)
    assert len(parts) == count == count_parts(whole)
    sizes = [int(part.sum()) for part in parts]
    assert sizes == sorted(sizes, reverse=True)
    np.testing.assert_array_equal(np.any(parts, axis=0) if parts else whole, whole)
