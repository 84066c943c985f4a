"""Tests of the areas that clicks speak for."""

import numpy as np
import torch

from clickmend.tasks.areas import Areas
from clickmend.tasks.areas import areas as areas_of


def areas(points, radii_px, labels, *, shown):
    """The weights of each click over the view, ``(K, H, W)``."""
    found = areas_of(points, radii_px, labels, shown=shown)
    weights = np.zeros((found.count, shown.size), np.float32)
    weights[found.click, found.pixel] = found.weight
    return weights.reshape(-1, *shown.shape)


def test_means_are_those_of_the_weights_written_out() -> None:
    generator = torch.Generator().manual_seed(0)
    weights = torch.rand(3, 4, 5, generator=generator)
    weights[weights < 0.5] = 0
    maps = torch.rand(2, 4, 5, generator=generator)
    spoken = Areas.of(weights)
    assert len(spoken.weight) == int((weights > 0).sum())
    for each in maps:
        expected = (weights * each).sum(dim=(1, 2))
        torch.testing.assert_close(spoken.means(spoken.read(each)), expected)
    assert torch.equal(spoken.read(maps), torch.stack([spoken.read(each) for each in maps]))


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
