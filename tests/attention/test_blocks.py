"""Blocks against every weight written out, in blocks so small that there are many."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from clickmend.attention import blocks, plain
from clickmend.attention.scores import NEVER, Product, Scores


@pytest.fixture(scope="module", autouse=True)
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_BLOCK_BYTES", 600)
        patch.setattr(blocks, "_COLUMN_BYTES", 200)
        patch.setattr(blocks, "_LEAST_ROWS", 2)
        yield


# Averages over queries have a way of their own where the scores are moderate.
both_ways = pytest.mark.parametrize("moderate", [blocks._MODERATE, -1.0])


def over_queries(moderate, *given):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_MODERATE", moderate)
        return blocks.over_queries(*given)


@st.composite
def problems(draw):
    """What makes scores of one or two products, some with a mask; values and the queries' x.

    The scores are made by the test: checks of their type draw random numbers.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    batch, heads = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    n, m, width = draw(st.integers(1, 12)), draw(st.integers(1, 12)), draw(st.integers(1, 4))

    def normal(*shape):
        return torch.from_numpy(rng.normal(size=shape)).requires_grad_()

    products = [(normal(batch, heads, n, width), normal(batch, heads, m, width), 0.7)]
    if draw(st.booleans()):
        products.append((normal(1, heads, n, 2), normal(batch, 1, m, 2), 1.0))
    mask = None
    if draw(st.booleans()):
        shape = (batch, draw(st.sampled_from([1, heads])), n, m)
        mask = torch.from_numpy(rng.random(shape) < draw(st.sampled_from([0.2, 0.7])))
    unit = normal(batch, 1, m) if draw(st.booleans()) else None
    values = normal(batch, heads, m, draw(st.sampled_from([width, 3])))
    x = normal(batch, heads, n, 3)
    taking_part = None
    if draw(st.booleans()):
        taking_part = torch.from_numpy(rng.random((batch, 1, n)) < 0.6)
    return (products, unit, mask), values, x, taking_part


def scores_of(products, unit, mask):
    """The scores, and what they are made of."""
    scores = Scores(tuple(Product(*p) for p in products), unit=unit, mask=mask)
    return scores, [t for p in products for t in p[:2]] + ([] if unit is None else [unit])


def finite(outputs):
    """−∞ is compared by place, not by value."""
    mean, total = outputs
    return mean, total.masked_fill(total == -torch.inf, 0), total == -torch.inf


def assert_alike(new, old, leaves):
    new, old = finite(new), finite(old)
    for one, other in zip(new, old, strict=True):
        torch.testing.assert_close(one, other)
    towards = [torch.randn_like(t) for t in old[:2]]
    gradients = [
        torch.autograd.grad(outputs[:2], leaves, towards, allow_unused=True)
        for outputs in (new, old)
    ]
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, torch.zeros_like(one) if other is None else other)


@settings(max_examples=100)
@given(problems())
def test_averages_over_units_are_those_of_every_weight_written_out(problem):
    made_of, values, _, _ = problem
    scores, leaves = scores_of(*made_of)
    assert_alike(
        blocks.over_units(scores, values), plain.over_units(scores, values), [*leaves, values]
    )


@both_ways
@settings(max_examples=100)
@given(problem=problems())
def test_averages_over_queries_are_those_of_every_weight_written_out(moderate, problem):
    made_of, _, x, taking_part = problem
    scores, leaves = scores_of(*made_of)
    assert_alike(
        over_queries(moderate, scores, x, taking_part),
        plain.over_queries(scores, x, taking_part),
        [*leaves, x],
    )


@both_ways
@settings(max_examples=30)
@given(problem=problems())
def test_averages_of_the_queries_themselves_have_one_gradient(moderate, problem):
    (products, unit, mask), *_, taking_part = problem
    scores, leaves = scores_of(products[:1], unit, mask)
    q = scores.products[0].left
    assert_alike(
        over_queries(moderate, scores, q, taking_part),
        plain.over_queries(scores, q, taking_part),
        leaves,
    )


def test_tokens_with_heads_behind_them_are_taken_as_they_lie():
    q, k, v = torch.randn(3, 2, 7, 3, 4).transpose(2, 3)
    scores = Scores((Product(q, k),))
    torch.testing.assert_close(blocks.over_units(scores, v), plain.over_units(scores, v))
    torch.testing.assert_close(
        blocks.over_queries(scores, q, None), plain.over_queries(scores, q, None)
    )


@pytest.mark.parametrize("size", [1.0, 40.0])
def test_moderate_scores_need_each_exponential_once(monkeypatch, size):
    passes = []
    for name in ("_columns", "_blocks"):
        true = getattr(blocks, name)
        monkeypatch.setattr(
            blocks, name, lambda given, n=name, true=true: passes.append(n) or true(given)
        )
    q, k = torch.randn(2, 1, 2, 40, 3, dtype=torch.float64) * size
    scores = Scores((Product(q, k),), unit=torch.randn(1, 2, 40, dtype=torch.float64) * 30)
    torch.testing.assert_close(
        blocks.over_queries(scores, q, None), plain.over_queries(scores, q, None)
    )
    assert passes == (["_columns"] if size == 1 else ["_blocks"])


def test_a_unit_that_is_masked_for_all_queries_has_no_evidence():
    q, k = torch.randn(2, 1, 1, 5, 3)
    unit = torch.tensor([[[0.0, NEVER, 2.0, NEVER, -1.0]]])
    mean, log_count = blocks.over_queries(Scores((Product(q, k),), unit=unit), q, None)
    assert torch.equal(log_count[0, 0] == -torch.inf, unit[0, 0] == NEVER)
    assert torch.equal(mean[0, 0, 1], torch.zeros(3))
