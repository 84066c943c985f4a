"""Tests of the head that picks one of an object's boxes."""

import torch

from clickmend.networks.heads.multiple_instance import BoxVotes, MultipleInstanceHead


def test_votes_add_up_over_boxes_and_over_classes():
    head = MultipleInstanceHead(6, classes=3)
    boxes = torch.tensor([[[0, 0, 4, 4], [1, 1, 3, 2]], [[0, 0, 2, 2], [0, 0, 5, 5]]]).float()
    votes = head(torch.randn(6, 5, 5), boxes)
    assert votes.kind.shape == votes.share.shape == (2, 2, 3)
    torch.testing.assert_close(votes.kind.sum(dim=2), torch.ones(2, 2))
    torch.testing.assert_close(votes.share.sum(dim=0), torch.ones(2, 3))
    assert votes.classes().max() <= 1


def test_a_box_says_what_is_inside_it_and_nothing_else():
    head = MultipleInstanceHead(2, classes=2)
    features = torch.randn(2, 8, 8)
    boxes = torch.tensor([[[1.0, 1, 4, 4]]])
    before = head(features, boxes).kind
    features[:, 6:, 6:] = 9
    assert torch.equal(head(features, boxes).kind, before)
    features[:, 2, 2] = 9
    assert not torch.equal(head(features, boxes).kind, before)


def test_the_chosen_box_is_the_one_that_says_most_for_the_known_class():
    share = torch.tensor([[[0.9, 0.2]], [[0.1, 0.8]]])
    kind = torch.tensor([[[0.5, 0.5]], [[0.5, 0.5]]])
    votes = BoxVotes(share, kind)
    assert votes.chosen(torch.tensor([0])).tolist() == [0]
    assert votes.chosen(torch.tensor([1])).tolist() == [1]
