"""Kept values and what counts as the same."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from clickmend.refinement.kept import Kept, copied, same, same_bits


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (torch.tensor([math.nan]), torch.tensor([math.nan]), True),
        (torch.tensor([0.0]), torch.tensor([-0.0]), False),
        (torch.tensor([1.0]), torch.tensor([1.0], dtype=torch.float64), False),
        (torch.zeros(2, 3), torch.zeros(3, 2), False),
        (torch.zeros(2, 3), torch.zeros(3, 2).t(), False),
        (torch.tensor([True]), torch.tensor([True]), True),
        (torch.ones(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.bfloat16), True),
        (torch.ones(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64), False),
        (torch.tensor([3]), torch.tensor([4]), False),
    ],
)
def test_tensors_are_the_same_bit_for_bit_and_in_layout(a: Tensor, b: Tensor, same: bool) -> None:
    assert same_bits(a, b) is same


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1, 1, True),
        (1, 1.0, False),
        (1, True, False),
        (0.0, -0.0, False),
        (math.nan, math.nan, True),
        ("a", "a", True),
        (torch.float32, torch.float64, False),
        (torch.ones(1), 1.0, False),
        (torch.ones(1), torch.ones(1), True),
    ],
)
def test_plain_values_are_the_same_by_kind_and_value(a: object, b: object, expected: bool) -> None:
    assert same(a, b) is expected


def test_nested_values_are_compared_leaf_by_leaf() -> None:
    kept = Kept({"x": torch.ones(2), "scales": (1, 0.5), "name": "a"})

    assert kept.equals(Kept({"x": torch.ones(2), "scales": (1, 0.5), "name": "a"}))
    assert not kept.equals(Kept({"x": torch.ones(2), "scales": (True, 0.5), "name": "a"}))
    assert not kept.equals(Kept({"x": torch.ones(2), "scales": (1, 0.25), "name": "a"}))
    assert not kept.equals(Kept({"x": torch.ones(2), "scales": (1,), "name": "a"}))
    assert not kept.equals(Kept({"x": None, "scales": (1, 0.5), "name": "a"}))


def test_a_change_through_a_view_spoils_what_is_kept() -> None:
    x = torch.zeros(4)
    kept = Kept([x])

    x[1:2].add_(1)

    assert not kept.intact
    assert not kept.equals(Kept([x]))


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        ((torch.zeros(1), {"a": [None, 1, 2.0, "b", True]}), True),
        (np.zeros(1), False),
        (object(), False),
        (torch.zeros(2, dtype=torch.complex64), False),
        (torch.eye(2).to_sparse(), False),
    ],
)
def test_only_tensors_and_plain_values_are_kept(value: object, allowed: bool) -> None:
    assert Kept(value).keepable is allowed


def test_tensors_of_inference_mode_are_not_kept() -> None:
    with torch.inference_mode():
        x = torch.zeros(1)

    assert not Kept(x).keepable


def test_a_copy_has_its_own_memory_but_for_tensors_with_a_gradient() -> None:
    plain, variable = torch.zeros(1), torch.zeros(1, requires_grad=True)

    copy = copied({"plain": plain, "variable": variable})

    assert copy["plain"].data_ptr() != plain.data_ptr()
    assert copy["variable"] is variable


def test_a_gradient_is_found_however_deep() -> None:
    assert Kept([{"a": torch.zeros(1, requires_grad=True)}]).follows_variables
    assert not Kept([{"a": torch.zeros(1)}, 3]).follows_variables


def test_a_list_whose_content_was_replaced_is_no_longer_intact() -> None:
    maps = [torch.zeros(2), torch.ones(2)]
    kept = Kept(maps)
    assert kept.intact
    maps[0] = torch.zeros(2)
    assert not kept.intact
