"""Each option that is refused, with what is said."""

import pytest
import torch

from clickmend.attention import probabilistic_attention
from clickmend.core.errors import OptionError

Q, KEYS, VALUES = torch.randn(2, 2, 6, 4), torch.randn(2, 2, 5, 4), torch.randn(2, 2, 5, 3)
FIXED = {"fixed": torch.ones(2, 6, dtype=torch.bool), "fixed_values": torch.zeros(2, 2, 6, 3)}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"adapt_keys": -1}, "adapt_keys is -1. It is a number of iterations, at least 0"),
        ({"propagate": -1}, "propagate is -1"),
        ({"value_iterations": 0}, "value_iterations is 0. .* at least 1"),
        ({"precision": 0.0}, "precision is 0. .* more than 0"),
        ({"precision": torch.zeros(5)}, r"precision is a tensor of the shape \(5,\) from 0 on"),
        ({"precision": torch.ones(6)}, r"broadcastable to \(2, 2, 5\)"),
        ({"value_precision": -0.5}, "value_precision is -0.5. .* at least 0"),
        ({"value_precision": torch.zeros(5)}, "value_precision is .* more than 0"),
        ({"prior_precision": -1.0}, "prior_precision is -1. .* at least 0"),
        ({"prior_precision": float("nan")}, "prior_precision is nan"),
        ({"value_prior_precision": -1.0}, "value_prior_precision is -1"),
        ({"propagate": 1, "value_precision": 0.0}, "with which no value moves"),
        ({"adapt_keys": 1, "adapt_prior": 0.9}, "adapt_prior is 0.9. .* at least 1"),
        ({"adapt_prior": 1.5}, "adapt_prior is given without adapt_keys or propagate"),
        ({"adapt_keys": 1, "adapt_precision": (1.0, 1.0)}, "shape, more than 1"),
        ({"adapt_keys": 1, "adapt_precision": (2.0, 0.0)}, "rate, more than 0"),
        ({"adapt_precision": (2.0, 1.0)}, "adapt_precision is given without adapt_keys"),
        ({"adapt_value_precision": (2.0, 1.0)}, "adapt_value_precision is given without propagate"),
        ({"clamp": True}, "clamp is given without fixed"),
    ],
)
def test_an_option_that_is_not_allowed_is_refused_and_named(options, said):
    with pytest.raises(OptionError, match=said):
        probabilistic_attention(Q, KEYS, VALUES, **options)


def test_a_word_that_is_not_known_is_refused_with_those_that_are():
    from clickmend.attention.arguments import check_word

    with pytest.raises(OptionError, match=r"anchor is 'last'\. Choose 'previous' or 'initial'"):
        check_word("anchor", "last", ("previous", "initial"))


def test_precisions_of_a_head_or_of_all_units_are_spread():
    alpha = torch.tensor(0.3).expand(2, 1, 5)
    one = probabilistic_attention(Q, KEYS, VALUES, precision=alpha, adapt_keys=1)
    other = probabilistic_attention(Q, KEYS, VALUES, precision=0.3, adapt_keys=1)
    torch.testing.assert_close(one, other)


def test_propagation_takes_the_precision_of_the_paper_when_none_is_given():
    one = probabilistic_attention(Q, KEYS, VALUES, propagate=1, **FIXED)
    other = probabilistic_attention(Q, KEYS, VALUES, propagate=1, value_precision=0.1, **FIXED)
    assert torch.equal(one, other)
