"""From likeness to masks: against loops over patches and pixels."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from clickmend.parts import certainty, distances, excess, labels_of, masks_of, scores, soft_maps


def test_distances_are_from_centres_of_patches_in_longer_sides():
    points = torch.tensor([[0.5, 0.5], [3.0, 1.25]])

    away = distances(points, height=3, width=5)

    for k, row, column in np.ndindex(2, 3, 5):
        x, y = points[k].tolist()
        assert away[k, row, column] == pytest.approx(
            math.dist((column + 0.5, row + 0.5), (x, y)) / 5
        )


def test_the_excess_is_over_the_nearest_object_of_the_same_class():
    away = torch.rand(4, 3, 5)
    classes = torch.tensor([2, 0, 2, 2])

    farther = excess(away, classes)

    for k, row, column in np.ndindex(4, 3, 5):
        rivals = [away[j, row, column] for j in range(4) if classes[j] == classes[k]]
        assert farther[k, row, column] == away[k, row, column] - min(rivals)


def test_a_share_of_the_excess_over_all_objects_counts_between_classes():
    away = torch.rand(3, 3, 5)
    classes = torch.tensor([1, 0, 1])
    within, over_all = excess(away, classes), away - away.amin(dim=0)

    between = excess(away, classes, between=0.25)

    torch.testing.assert_close(between, torch.maximum(within, over_all / 4))
    torch.testing.assert_close(excess(away, classes, between=1.0), over_all)


def test_soft_maps_are_the_formula_inside_the_box():
    likeness, background, farther = torch.rand(2, 3, 5), torch.rand(3, 5), torch.rand(2, 3, 5) / 10
    inside = torch.rand(2, 3, 5) > 0.3

    soft = soft_maps(likeness, background, farther, inside)

    for k, row, column in np.ndindex(2, 3, 5):
        at = k, row, column
        ahead = float(likeness[at] - 8 * farther[at] - background[row, column]) / 0.2
        assert soft[at] == pytest.approx(1 / (1 + math.exp(-ahead)) if inside[at] else 0, abs=1e-6)


def test_a_patch_goes_to_the_first_of_the_surest_objects_above_one_half():
    soft = torch.tensor([[[0.5, 0.7, 0.6, 0.2]], [[0.4, 0.7, 0.9, 0.3]]])

    assert masks_of(soft).int().tolist() == [[[0, 1, 0, 0]], [[0, 0, 1, 0]]]


@pytest.mark.parametrize("at_a_time", [1, 2, 10])
def test_labels_are_the_winners_of_the_enlarged_maps(at_a_time, monkeypatch):
    monkeypatch.setattr(scores, "WORKING_VALUES", at_a_time * 9 * 14)
    soft = torch.rand(5, 3, 5)
    soft[4] = soft[1]

    labels = labels_of(soft, height=9, width=14)

    large = F.interpolate(soft[None], (9, 14), mode="bilinear", align_corners=False)[0]
    for row, column in np.ndindex(9, 14):
        column_of = [0.5, *large[:, row, column].tolist()]
        assert labels[row, column] == column_of.index(max(column_of))


def test_a_mask_is_as_sure_as_its_soft_map_without_the_patch_of_the_point():
    soft = torch.tensor([[[1.0, 0.6], [0.8, 0.1]]])
    inside = torch.tensor([[[1.0, 1.0], [0.5, 0.0]]])
    (score,) = certainty(soft, inside, [(5.0, 5.0)], size=(20, 20))
    assert score == pytest.approx((0.6 + 0.5 * 0.8) / 1.5)


def test_nothing_but_the_patch_of_the_point_is_undecided_and_an_empty_mask_is_0():
    soft = torch.stack([torch.ones(2, 2), torch.zeros(2, 2)])
    inside = torch.zeros(2, 2, 2)
    inside[0, 1, 0] = 1
    assert certainty(soft, inside, [(1.0, 19.9), (1.0, 1.0)], size=(20, 20)) == (0.5, 0.0)
