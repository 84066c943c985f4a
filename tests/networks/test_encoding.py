"""Tests of the mark channels that a network is given."""

import numpy as np

from clickmend.feedback.crop import Crop
from clickmend.feedback.encoding import disk_map, distance_map
from clickmend.feedback.marks import Box, Click
from clickmend.networks.encoding import MarkEncoding

CROP = Crop(100, 50, 164, 114, 32, 32)
CLICKS = (Click(120, 60, "foreground"), Click(150, 100, "background"), Click(10, 10, "foreground"))


def test_disks_are_drawn_where_the_clicks_are_in_the_view() -> None:
    marks = MarkEncoding("disk", 3)(CLICKS, Box(100, 50, 132, 82), None, CROP)
    front = disk_map([(10, 5)], height=32, width=32, radius_px=3)
    back = disk_map([(25, 25)], height=32, width=32, radius_px=3)
    assert np.array_equal(marks[0, 0], front)
    assert np.array_equal(marks[0, 1], back)
    assert marks[0, 2].sum() == 16 * 16
    assert marks[0, 3].sum() == 0


def test_distances_are_measured_in_the_view() -> None:
    marks = MarkEncoding("distance", 20)(CLICKS, None, None, CROP)
    expected = distance_map([(25, 25)], height=32, width=32, limit_px=20)
    assert np.array_equal(marks[0, 1], expected)


def test_the_previous_mask_is_the_last_channel() -> None:
    previous = np.random.default_rng(0).random((32, 32)).astype(np.float32)
    marks = MarkEncoding("disk", 3)((), None, previous, CROP)
    assert np.array_equal(marks[0, 3], previous)


def test_an_encoding_without_the_previous_mask_leaves_its_channel_empty() -> None:
    encoding = MarkEncoding("disk", 3, previous=False)
    marks = encoding(CLICKS, None, np.ones((32, 32), np.float32), CROP)
    assert np.array_equal(marks, encoding(CLICKS, None, None, CROP))
