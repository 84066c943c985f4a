"""The parts of a mask, against OpenCV's."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clickmend.correction.connected import Parts, part_at

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))
MASKS = SHAPES.flatmap(lambda shape: arrays(np.bool_, shape))


def labelled(mask):
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return count - 1, labels, stats[1:]


@given(MASKS)
def test_parts_have_the_areas_and_rectangles_that_opencv_finds(mask):
    parts = Parts.of(mask)
    count, _, stats = labelled(mask)
    assert len(parts) == count
    found = np.c_[parts.boxes, parts.areas].tolist()
    expected = [[x, y, x + w, y + h, area] for x, y, w, h, area in stats.tolist()]
    assert sorted(found) == sorted(expected)


@given(MASKS)
def test_parts_drawn_one_by_one_are_the_mask(mask):
    parts = Parts.of(mask)
    left = mask.copy()
    for number in range(len(parts)):
        drawn = np.zeros_like(mask)
        parts.draw(np.arange(len(parts)) == number, drawn)
        assert drawn[mask].sum() == drawn.sum() == parts.areas[number]
        assert labelled(drawn)[0] == 1
        left &= ~drawn
    assert not left.any()


def test_a_part_that_has_one_of_some_runs_is_left_out():
    parts = Parts.of(np.array([[1, 0, 1], [1, 0, 1], [0, 0, 1]], bool))
    low = parts.row == 2
    assert parts.areas[parts.without(low)].tolist() == [2]


@given(MASKS, st.integers(0, 11), st.integers(0, 11))
def test_the_part_at_a_pixel_is_the_one_that_opencv_labels(mask, row, column):
    at = row % mask.shape[0], column % mask.shape[1]
    before = mask.copy()
    part = part_at(mask, at)
    seeded = mask.copy()
    seeded[at] = True
    labels = labelled(seeded)[1]
    np.testing.assert_array_equal(part, labels == labels[at])
    np.testing.assert_array_equal(mask, before)
