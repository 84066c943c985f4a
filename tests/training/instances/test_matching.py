"""Tests of Hungarian matching against trying all assignments."""

from itertools import permutations

import pytest
import torch

from clickmend.core.errors import OptionError
from clickmend.training.instances.matching import focal, matched_tokens


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
