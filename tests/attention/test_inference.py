"""The inferences one by one: what stays where it is, and what is refused."""

import pytest
import torch

from clickmend.attention import (
    FullPositions,
    adapt_keys,
    infer_values,
    mixture_of,
    propagate_values,
    responsibilities,
)
from clickmend.core.errors import NotAvailableError

Q, KEYS, VALUES, V = (torch.randn(2, 2, n, d) for n, d in ((6, 4), (5, 4), (5, 3), (6, 3)))


def test_key_adaptation_equals_the_sum_written_out():
    model = mixture_of(KEYS, VALUES, precision=0.7)
    w = responsibilities(Q, model)
    new = adapt_keys(Q, model, prior_precision=0.2)
    for k in range(5):
        weighted = (w[:, :, :, k, None] * Q).sum(2)
        expected = (0.2 * KEYS[:, :, k] + 0.7 * weighted) / (
            0.2 + 0.7 * w[:, :, :, k].sum(2)[..., None]
        )
        torch.testing.assert_close(new.keys[:, :, k], expected)


def test_a_key_that_no_query_can_reach_stays_where_it_is():
    mask = torch.ones(6, 5, dtype=torch.bool)
    mask[:, 3] = False
    for implementation in ("fast", "plain"):
        new = adapt_keys(
            Q, mixture_of(KEYS, VALUES), iterations=2, mask=mask, implementation=implementation
        )
        assert torch.equal(new.keys[:, :, 3], KEYS[:, :, 3])
        assert not torch.isclose(new.keys[:, :, 2], KEYS[:, :, 2]).any()


def test_with_a_strong_prior_keys_stay_and_with_none_they_leave():
    model = mixture_of(KEYS, VALUES)
    torch.testing.assert_close(adapt_keys(Q, model, prior_precision=1e12).keys, KEYS)
    assert not torch.isclose(adapt_keys(Q, model).keys, KEYS, atol=1e-2).all()


def test_the_initial_anchor_holds_where_the_previous_one_lets_go():
    model = mixture_of(KEYS, VALUES)
    far, near = (
        adapt_keys(Q, model, iterations=50, prior_precision=1.0, anchor=anchor).keys
        for anchor in ("previous", "initial")
    )
    assert (near - KEYS).norm() < (far - KEYS).norm()


@pytest.mark.parametrize("iterations", [1, 3])
def test_an_item_without_fixed_tokens_is_untouched_by_value_propagation(iterations):
    fixed = torch.zeros(2, 6, dtype=torch.bool)
    fixed[1, [0, 3]] = True
    model = mixture_of(KEYS, VALUES, value_precision=0.3)
    new = propagate_values(
        Q, model, V, fixed, iterations=iterations, prior_precision=0.0, precision_prior=(2.0, 1.0)
    )
    assert torch.equal(new.values[0], VALUES[0])
    assert (new.value_precision[0] == 0.3).all()
    assert not torch.isclose(new.values[1], VALUES[1]).any()
    assert (new.value_precision[1] != 0.3).all()


def test_values_go_to_the_only_fixed_value_when_nothing_holds_them():
    fixed = torch.zeros(2, 6, dtype=torch.bool)
    fixed[:, 2] = True
    model = mixture_of(KEYS, VALUES, value_precision=0.3)
    new = propagate_values(Q, model, V, fixed, prior_precision=0.0)
    torch.testing.assert_close(new.values, V[:, :, 2:3].expand_as(VALUES))


def test_responsibilities_sum_to_one_or_to_nothing():
    mask = torch.ones(6, 5, dtype=torch.bool)
    mask[4] = False
    total = responsibilities(Q, mixture_of(KEYS, VALUES, value_precision=0.5), v=V, mask=mask).sum(
        -1
    )
    expected = torch.ones(2, 2, 6)
    expected[:, :, 4] = 0
    torch.testing.assert_close(total, expected)


def test_from_zeros_the_first_value_is_standard_attention_whatever_beta():
    one, other = (
        infer_values(Q, mixture_of(KEYS, VALUES, value_precision=beta)) for beta in (0.0, 2.0)
    )
    torch.testing.assert_close(one, other)


def test_precisions_of_queries_with_positions_are_refused():
    tables = torch.zeros(1, 1, 11, 4)
    model = mixture_of(Q, V, positions=FullPositions(tables, tables))
    with pytest.raises(
        NotAvailableError, match=r"B\.10\) is not defined. Leave out adapt_precision"
    ):
        adapt_keys(Q, model, precision_prior=(2.0, 1.0))
