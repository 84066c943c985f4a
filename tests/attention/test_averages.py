"""Which implementation is taken, and when the fast one says no."""

import pytest
import torch

from clickmend.attention import averages, blocks, plain
from clickmend.attention.scores import Product, Scores
from clickmend.core.errors import NotAvailableError

SCORES = Scores((Product(torch.randn(1, 1, 4, 2), torch.randn(1, 1, 3, 2)),))
PAIRS = SCORES + Scores(pair=torch.randn(1, 1, 4, 3))
VALUES = torch.randn(1, 1, 3, 2)


def taken(monkeypatch, scores, implementation):
    names = []
    for engine in (blocks, plain):

        def note(*given, name=engine.__name__, true=engine.over_units):
            names.append(name.rpartition(".")[2])
            return true(*given)

        monkeypatch.setattr(engine, "over_units", note)
    averages.average_units(scores, VALUES, implementation=implementation)
    return names


@pytest.mark.parametrize(
    ("scores", "implementation", "expected"),
    [
        (SCORES, "auto", "blocks"),
        (SCORES, "fast", "blocks"),
        (SCORES, "plain", "plain"),
        (PAIRS, "auto", "plain"),
    ],
)
def test_the_fast_one_is_taken_where_it_can(monkeypatch, scores, implementation, expected):
    assert taken(monkeypatch, scores, implementation) == [expected]


def test_the_fast_one_says_that_terms_of_pairs_are_not_linear_in_memory():
    with pytest.raises(
        NotAvailableError, match=r"n×m numbers by nature\. Leave implementation out"
    ):
        averages.average_units(PAIRS, VALUES, implementation="fast")


def test_evidence_survives_weights_too_small_for_a_float():
    scores = Scores(
        (Product(torch.tensor([[[[0.0], [1.0]]]]), torch.tensor([[[[300.0], [0.0]]]])),)
    )
    x = torch.tensor([[[[5.0], [7.0]]]])
    for implementation in ("fast", "plain"):
        evidence = averages.average_queries(
            scores + Scores(unit=torch.tensor([[[0.0, -800.0]]])), x, implementation=implementation
        )
        torch.testing.assert_close(evidence.mean[0, 0, 1], torch.tensor([5.0]))
        assert float(evidence.log_count[0, 0, 1]) == pytest.approx(-800)
