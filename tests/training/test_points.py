"""Tests of points in objects."""

import numpy as np

from clickmend.training.points import points_of

INDEX = np.zeros((20, 30), np.int32)
INDEX[2:13, 3:14] = 1
INDEX[15:18, 20:29] = 2


def test_the_centre_of_a_box_is_its_middle(rng: np.random.Generator) -> None:
    points = points_of(INDEX, 2, rng, place="centre")
    assert points[0].tolist() == [8.5, 7.5]
    assert points[1, 1] == 16.5


def test_points_anywhere_reach_all_of_an_object(rng: np.random.Generator) -> None:
    points = np.array([points_of(INDEX, 2, rng, place="anywhere") for _ in range(300)])
    assert points[:, 0].min(axis=0).tolist() == [3.5, 2.5]
    assert points[:, 0].max(axis=0).tolist() == [13.5, 12.5]
