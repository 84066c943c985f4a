"""The map and the box around each point, with attention and without."""

import numpy as np
import parts_oracle
import pytest
import torch
import torch.nn.functional as F

from clickmend.core.errors import OptionError
from clickmend.parts import maps_and_boxes, plain_boxes, point_maps


def test_without_attention_the_map_is_the_cosine_above_its_mean_less_what_distance_costs():
    features = F.normalize(torch.randn(3, 4, 5), dim=2)
    patches = torch.tensor([7, 0])
    farther = torch.rand(2, 3, 4) / 10

    maps = point_maps(features, patches, farther, (), first_patch=1)

    assert maps.shape == (1, 2, 3, 4)
    for k, at in enumerate(patches):
        cosines = np.array([[f @ features.view(12, 5)[at] for f in row] for row in features])
        wanted = (cosines - cosines.mean()) / (1 - cosines.mean()) - 8 * farther[k].numpy()
        np.testing.assert_allclose(maps[0, k], wanted.clip(min=0), atol=1e-6)


def test_equal_features_everywhere_give_a_map_of_zeros_and_not_nan():
    features = torch.ones(3, 4, 1)

    maps = point_maps(features, torch.tensor([5]), torch.zeros(1, 3, 4), (), first_patch=1)

    assert not maps.any()


@pytest.mark.parametrize("first_patch", [0, 1, 3])
def test_with_attention_the_maps_are_the_rollout_but_for_the_patch_itself(first_patch):
    attention = [torch.randn(2, 16, 16).softmax(dim=2) for _ in range(9)]
    patches = torch.tensor([7, 0])

    maps = point_maps(
        torch.rand(3, 4, 5), patches, torch.rand(2, 3, 4), attention, first_patch=first_patch
    )

    for k, at in enumerate(patches):
        rows = np.array(parts_oracle.rollout(attention, at + first_patch, last=7))
        wanted = rows[:, first_patch : first_patch + 12]
        wanted[:, at] = np.delete(wanted, at, axis=1).max(axis=1)
        np.testing.assert_allclose(maps[:, k], wanted.reshape(7, 3, 4), rtol=1e-4)


@pytest.mark.parametrize("first_patch", [5, -1])
def test_attention_of_another_photo_is_refused(first_patch):
    attention = [torch.ones(1, 16, 16) / 16]

    with pytest.raises(OptionError, match=r"16 tokens, and 4×3 patches from token .*first_patch"):
        point_maps(
            torch.rand(3, 4, 5),
            torch.tensor([0]),
            torch.zeros(1, 3, 4),
            attention,
            first_patch=first_patch,
        )


def test_each_object_takes_its_map_of_the_highest_contrast_and_that_maps_box():
    maps = torch.zeros(2, 2, 6, 6)
    maps[0, :, 1:3, 1:3], maps[0, 1] = 1, 0.5
    maps[1, 0], maps[1, 1, 3:5, 2:5] = 0.5, 3

    chosen, boxes = maps_and_boxes(maps, torch.tensor([[1.5, 1.5], [3.5, 3.5]]), rule="plain")

    assert boxes.tolist() == [[1, 1, 3, 3], [2, 3, 5, 5]]
    assert torch.equal(chosen, torch.stack([maps[0, 0], maps[1, 1] / 3]))


def test_a_given_box_is_taken_grown_to_its_point_and_a_missing_one_is_made():
    maps, points = torch.rand(1, 3, 6, 6), torch.tensor([[1.5, 1.5], [5.5, 0.5], [3.0, 3.0]])
    given = torch.tensor([[0.5, 1.0, 3.0, 4.0], [2.0, 0.0, 4.5, 1.0], [torch.nan] * 4])

    _, boxes = maps_and_boxes(maps, points, rule="plain", given=given)

    assert boxes[:2].tolist() == [[0.5, 1, 3, 4], [2, 0, 6, 1]]
    assert torch.equal(boxes[2:], plain_boxes(maps[0, 2:], points[2:]))


def test_an_unknown_box_rule_is_refused():
    with pytest.raises(OptionError, match=r"no box rule 'round'.*plain, symmetric"):
        maps_and_boxes(torch.rand(1, 1, 3, 3), torch.ones(1, 2), rule="round")
