"""Tests of the areas that clicks speak for."""

import numpy as np

from clickmend.tasks.areas import areas


def test_an_area_without_extent_is_the_clicked_pixel() -> None:
    weights = areas([(3.9, 2.1)], [0], [1], shown=np.zeros((5, 6), bool))
    assert weights[0, 2, 3] == 1
    assert weights.sum() == 1


def test_of_an_older_click_only_what_was_granted_remains() -> None:
    shown = np.zeros((9, 12), bool)
    shown[:, :4] = True
    weights = areas([(3.5, 4.5), (9.5, 4.5)], [3, 3], [1, 1], shown=shown)
    assert not (weights[0] > 0)[~shown].any()
    assert (weights[0] > 0).sum() > 1
    assert (weights[1] > 0)[~shown].sum() > 9


def test_areas_of_opposite_clicks_do_not_overlap() -> None:
    near = [(3.5, 3.5), (5.5, 3.5)]
    weights = areas(near, [4, 4], [1, 0], shown=np.ones((8, 9), bool))
    assert not ((weights[0] > 0) & (weights[1] > 0)).any()
    np.testing.assert_allclose(weights.sum(axis=(1, 2)), 1, rtol=1e-5)
