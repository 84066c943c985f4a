"""Numbers of Python, of numpy, and what is none."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from clickmend.core.numbers import is_finite, is_index


@pytest.mark.parametrize("given", [0, -3, 10**400, np.int64(5), np.uint8(5)])
def test_a_whole_number_of_any_kind_is_an_index(given):
    assert is_index(given)


@pytest.mark.parametrize("given", [True, 1.0, "1", None, np.True_, np.array([1]), torch.tensor(1)])
def test_anything_else_is_no_index(given):
    assert not is_index(given)


@pytest.mark.parametrize("given", [0, 1.5, np.float32(2), np.int64(5), Fraction(1, 3)])
def test_a_real_number_is_finite(given):
    assert is_finite(given)


@pytest.mark.parametrize(
    "given", [float("nan"), float("inf"), 10**400, "1", None, 1j, torch.tensor(1.0)]
)
def test_what_has_no_value_as_a_float_is_not_finite(given):
    assert not is_finite(given)
