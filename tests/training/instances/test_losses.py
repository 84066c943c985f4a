"""Tests of the learned pipeline's losses, and of its matching, against the same written out."""

import math
from dataclasses import replace
from itertools import permutations

import pytest
import torch
import torch.nn.functional as F

from clickmend.core.errors import OptionError
from clickmend.networks.backbones.point_tokens import Queried
from clickmend.networks.heads.detector import Proposed
from clickmend.networks.heads.multiple_instance import BoxVotes
from clickmend.training.instances.losses import (
    box_choice_loss,
    detector_loss,
    focal,
    matched_tokens,
    point_mask_loss,
    token_loss,
    whole_mask_loss,
)

PICTURE, OBJECT = torch.tensor([0, 1, 1]), torch.tensor([1, 0, 1])


def proposed(masks, regions, *, picture=PICTURE, objects=OBJECT):
    count = len(masks)
    return Proposed(
        torch.tensor(0.0),
        torch.zeros(count, 3),
        torch.ones(count, dtype=torch.int64),
        regions,
        regions,
        regions,
        masks,
        picture,
        objects,
    )


def test_matched_tokens_have_a_class_and_a_place_and_all_others_none():
    said = Queried(torch.randn(2, 4, 3), torch.rand(2, 4, 2), (torch.zeros(2, 1, 1, 1),), ())
    tokens = [torch.tensor([2, 0]), torch.tensor([3])]
    points = [torch.rand(2, 2), torch.rand(1, 2)]
    classes = [torch.tensor([1, 1]), torch.tensor([0])]
    kinds, away = token_loss(said, tokens, points, classes)
    wanted = torch.zeros(2, 4, 3)
    wanted[0, 2, 1] = wanted[0, 0, 1] = wanted[1, 3, 0] = 1
    torch.testing.assert_close(kinds, focal(said.class_logits, wanted).sum() / 3)
    apart = (
        (said.points[0, 2] - points[0][0]).abs().sum()
        + (said.points[0, 0] - points[0][1]).abs().sum()
        + (said.points[1, 3] - points[1][0]).abs().sum()
    )
    torch.testing.assert_close(away, 10 * apart / 3)


def test_the_choice_of_boxes_is_judged_by_what_they_say_together():
    share = torch.tensor([[[0.25, 1.0]], [[0.75, 0.0]]])
    kind = torch.tensor([[[0.4, 0.6]], [[0.8, 0.2]]])
    loss = box_choice_loss(BoxVotes(share, kind), torch.tensor([0]))
    assert float(loss) == pytest.approx(-(math.log(0.7) + math.log(0.4)) / 2)


def test_boxes_that_are_right_cost_nothing_and_boxes_apart_cost_most():
    regions = torch.tensor([[0.0, 0, 4, 4], [2, 2, 6, 8]])
    zeros = torch.zeros(2, dtype=torch.int64)
    right = proposed(torch.zeros(2, 2, 2), regions, picture=zeros, objects=zeros)
    kinds, boxes = detector_loss(right)
    assert float(kinds) == pytest.approx(math.log(3))
    assert float(boxes) == pytest.approx(0, abs=1e-4)
    beside = replace(right, boxes=regions + torch.tensor([100.0, 0, 100, 0]))
    # 1 − GIoU = 2 − the share of the hull that the two boxes cover.
    hulls = torch.tensor([104 * 4.0, 104 * 6.0])
    wanted = (2 - 2 * torch.tensor([16.0, 24.0]) / hulls).mean()
    torch.testing.assert_close(detector_loss(beside)[1], 10 * wanted)


def test_mask_logits_are_read_bilinearly_at_the_points_of_their_own_object():
    masks = torch.arange(12.0).view(3, 2, 2)
    regions = torch.tensor([[0.0, 0, 8, 8], [10, 10, 14, 14], [0, 0, 4, 4]])
    nan = torch.nan
    points = [
        torch.tensor([[[1.0, 1], [2, 2]], [[4, 4], [6, 2]]]),
        torch.tensor([[[11.0, 13], [nan, nan]], [[9, 9], [3, 1]]]),
    ]
    inside = [torch.tensor([[True, False]] * 2)] * 2
    loss = point_mask_loss(proposed(masks, regions), points, inside)
    # The middle of the first, its upper right pixel; the lower left of the second; of the third
    # the first point lies outside, the second in its upper right.
    read, wanted = torch.tensor([1.5, 1.0, 6.0, 9.0]), torch.tensor([1.0, 0.0, 1.0, 0.0])
    torch.testing.assert_close(loss, F.binary_cross_entropy_with_logits(read, wanted))


def test_whole_masks_are_cut_out_where_the_masks_were():
    truth = torch.zeros(2, 16, 16, dtype=torch.bool)
    truth[1, 4:8, 4:12] = True
    regions = torch.tensor([[4.0, 4, 12, 12]])
    own = {"picture": torch.tensor([0]), "objects": torch.tensor([1])}
    wanted = torch.tensor([[[1.0, 1.0], [0.0, 0.0]]])
    right = proposed(20 * wanted - 10, regions, **own)
    assert float(whole_mask_loss(right, [truth])) < 1e-3
    wrong = proposed(10 - 20 * wanted, regions, **own)
    assert float(whole_mask_loss(wrong, [truth])) > 9


def test_without_a_proposal_on_an_object_masks_cost_nothing():
    none = proposed(
        torch.zeros(0, 2, 2),
        torch.zeros(0, 4),
        picture=torch.zeros(0).long(),
        objects=torch.zeros(0).long(),
    )
    assert float(point_mask_loss(none, [torch.zeros(1, 3, 2)], [torch.ones(1, 3).bool()])) == 0
    assert float(whole_mask_loss(none, [torch.zeros(1, 8, 8).bool()])) == 0


def test_focal_is_its_formula_written_out():
    logits, wanted = torch.randn(5, 3), torch.randint(0, 2, (5, 3)).float()
    p = torch.where(wanted == 1, logits.sigmoid(), 1 - logits.sigmoid())
    expected = -torch.where(wanted == 1, 0.25, 0.75) * (1 - p) ** 2 * p.log()
    torch.testing.assert_close(focal(logits, wanted), expected)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_assignment_is_cheaper(seed):
    torch.manual_seed(seed)
    logits, points = torch.randn(5, 2), torch.rand(5, 2)
    given, classes = torch.rand(3, 2), torch.tensor([1, 0, 1])
    one, zero = torch.ones(5, 2), torch.zeros(5, 2)
    say = focal(logits, one) - focal(logits, zero)

    def cost(tokens):
        return sum(
            float(say[t, c] + 10 * (points[t] - g).abs().sum())
            for t, g, c in zip(tokens, given, classes, strict=True)
        )

    found = matched_tokens(logits, points, given, classes).tolist()
    assert cost(found) == pytest.approx(min(cost(each) for each in permutations(range(5), 3)))


def test_tokens_come_in_the_order_of_the_points():
    points = torch.tensor([[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]])
    given = torch.tensor([[0.9, 0.8], [0.1, 0.2]])
    found = matched_tokens(torch.zeros(3, 1), points, given, torch.zeros(2, dtype=torch.int64))
    assert found.tolist() == [2, 0]


def test_no_points_match_no_tokens():
    empty = torch.zeros(0, dtype=torch.int64)
    assert (
        matched_tokens(torch.zeros(3, 1), torch.rand(3, 2), torch.zeros(0, 2), empty).tolist() == []
    )


def test_more_points_than_tokens_are_refused():
    with pytest.raises(OptionError, match=r"101 points.*100 point tokens.*leave some out"):
        matched_tokens(
            torch.zeros(100, 2),
            torch.rand(100, 2),
            torch.rand(101, 2),
            torch.zeros(101, dtype=torch.int64),
        )
