"""Tests of the pictures of a training."""

import numpy as np
import pytest

from clickmend.feedback import Click
from clickmend.training.curriculum import Example
from clickmend.training.pictures import beside, coloured, grey, object_row
from clickmend.training.views import View


@pytest.fixture
def example() -> Example:
    truth = np.zeros((16, 16), bool)
    truth[4:12, 4:12] = True
    counted = np.ones_like(truth)
    counted[0] = False
    view = View(np.full((16, 16, 3), 90, np.uint8), truth, counted)
    return Example(view, [Click(8.5, 8.5, "foreground")])


def test_a_picture_shows_photo_answer_and_truth(example: Example) -> None:
    shown = object_row(example, np.where(example.view.truth, 9, -9).astype(np.float32))
    assert shown.shape == (16, 48, 3)
    assert tuple(shown[8, 8]) == (0, 220, 0)
    assert shown[8, 24, 0] > 250
    assert shown[8, 40, 0] == 255
    assert shown[0, 40, 0] == 128


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
