"""Tests of how alike features are said to be."""

import torch

from clickmend.training.instances.similarity import feature_similarity


def test_cosines_of_known_directions_come_out():
    index = torch.tensor([[[1, 1, 0, 2]], [[1, 0, 0, 0]]])
    classes = [torch.tensor([0, 1]), torch.tensor([0])]
    features = torch.zeros(2, 3, 1, 4)
    features[0, 0, 0, :2] = 2  # an object of class 0
    features[0, 1, 0, 3] = 1  # one of class 1, orthogonal to it
    features[1, 0, 0, 0] = 5  # another of class 0
    features[:, 2][index == 0] = 1
    found = feature_similarity(features, index, classes)
    assert found == {
        "foreground and background": 0.0,
        "between classes": 0.0,
        "within a class": 1.0,
    }


def test_what_has_no_pair_is_left_out():
    features = torch.rand(1, 3, 1, 2)
    found = feature_similarity(features, torch.tensor([[[1, 1]]]), [torch.tensor([0])])
    assert found == {}


def test_an_object_that_no_patch_shows_is_left_out():
    features = torch.rand(1, 3, 1, 2)
    index = torch.tensor([[[1, 0]]])
    found = feature_similarity(features, index, [torch.tensor([0, 0])])
    assert list(found) == ["foreground and background"]
