"""Tests of the pictures of a training."""

import numpy as np

from clickmend.training.pictures import beside, coloured, grey


def test_colours_go_from_blue_to_red_and_what_does_not_count_is_grey() -> None:
    counted = np.array([[True, True, False]])
    shown = coloured(np.array([[0.1, 0.9, np.nan]]), counted)[0]
    assert shown[0, 2] > shown[0, 0]
    assert shown[1, 0] > shown[1, 2]
    assert tuple(shown[2]) == (128, 128, 128)


def test_pictures_stand_beside_each_other() -> None:
    row = beside(grey(np.zeros((2, 3))), grey(np.ones((2, 3))))
    assert row.shape == (2, 6, 3)
    assert row[:, :3].max() == 0
    assert row[:, 3:].min() == 255
