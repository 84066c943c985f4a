"""The inertial energy: one norm over all variables."""

import math

import pytest
import torch

from clickmend.core.errors import OptionError
from clickmend.refinement import inertial_energy


def test_it_is_the_root_of_the_sum_of_squared_changes_over_all_variables() -> None:
    start = [torch.randn(3), torch.randn(2, 4), torch.randn(())]
    moves = [torch.randn(3), torch.randn(2, 4), torch.randn(())]
    variables = [p + move for p, move in zip(start, moves, strict=True)]

    squares = sum(value**2 for move in moves for value in move.flatten().tolist())

    assert inertial_energy(variables, start).item() == pytest.approx(math.sqrt(squares), rel=1e-5)


def test_it_is_not_squared() -> None:
    zero, far = [torch.zeros(4)], [torch.full((4,), 3.0)]

    assert inertial_energy(far, zero).item() == 6


def test_at_the_start_both_it_and_its_gradient_are_zero() -> None:
    p = torch.randn(5, requires_grad=True)

    energy = inertial_energy([p], [p.detach().clone()])
    energy.backward()

    assert energy.item() == 0
    assert torch.equal(p.grad, torch.zeros(5))


@pytest.mark.parametrize("start", [[], [torch.zeros(2)], [torch.zeros(3), torch.zeros(1)]])
def test_a_start_of_other_shapes_is_refused(start: list[torch.Tensor]) -> None:
    with pytest.raises(OptionError, match=r"have the shapes \[\(3,\)\], their start .* copies of"):
        inertial_energy([torch.zeros(3)], start)


def test_no_variables_are_refused() -> None:
    with pytest.raises(OptionError, match=r"have the shapes \[\], their start \[\]"):
        inertial_energy([], [])
