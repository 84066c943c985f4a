"""Tensors that do not belong together, with what is said."""

import pytest
import torch

from clickmend.attention import FullPositions
from clickmend.attention.tensors import check_tensors
from clickmend.core.errors import OptionError

Q, KEYS, VALUES = torch.randn(2, 2, 6, 4), torch.randn(2, 2, 5, 4), torch.randn(2, 2, 5, 3)


def check(q=Q, keys=KEYS, values=VALUES, **options):
    given = {"fixed": None, "mask": None, "prior": "magnitude", "positions": None, **options}
    by_query = {name: given.pop(name, None) for name in ("fixed_values", "initial_values")}
    check_tensors(q, keys, values, queries_values=by_query, **given)


@pytest.mark.parametrize(
    "tokens",
    [
        {"q": Q[0]},
        {"q": Q[:1]},
        {"keys": KEYS[..., :3]},
        {"values": VALUES[:, :, :4]},
        {"q": Q[:, :, :0]},
    ],
)
def test_tokens_that_do_not_belong_together_are_refused(tokens):
    with pytest.raises(OptionError, match=r"They are \(B, G, N, D\), \(B, G, M, D\)"):
        check(**tokens)


def test_values_of_other_tokens_are_refused():
    with pytest.raises(OptionError, match=r"initial_values has the shape .* Here it is \(2, 2, 6"):
        check(initial_values=VALUES)


def test_fixed_values_without_flags_are_refused_and_the_reverse():
    flags = torch.ones(2, 6, dtype=torch.bool)
    with pytest.raises(OptionError, match="fixed_values is given without fixed"):
        check(fixed_values=torch.zeros(2, 2, 6, 3))
    with pytest.raises(OptionError, match="fixed is given without fixed_values"):
        check(fixed=flags)


@pytest.mark.parametrize("flags", [torch.ones(2, 6), torch.ones(2, 5, dtype=torch.bool)])
def test_flags_of_another_type_or_shape_are_refused(flags):
    with pytest.raises(OptionError, match=r"Here it is of booleans, \(2, 6\)"):
        check(fixed=flags, fixed_values=torch.zeros(2, 2, 6, 3))


@pytest.mark.parametrize("mask", [torch.ones(6, 5), torch.ones(5, 6, dtype=torch.bool)])
def test_a_mask_of_another_type_or_shape_is_refused(mask):
    with pytest.raises(OptionError, match=r"of booleans, True = attend, .* to \(2, 2, 6, 5\)"):
        check(mask=mask)


@pytest.mark.parametrize("prior", ["flat", torch.ones(6, 4), torch.ones(6, 5, dtype=torch.int64)])
def test_another_prior_is_refused(prior):
    with pytest.raises(OptionError, match="Choose 'magnitude' or 'uniform', or give log π"):
        check(prior=prior)


def test_positions_of_another_map_are_refused():
    tables = torch.zeros(1, 3, 5, 4)
    with pytest.raises(OptionError, match="of a map of 6 pixels, there are 6 queries and 5 units"):
        check(positions=FullPositions(tables, tables))
