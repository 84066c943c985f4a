"""The solver against closed forms, and that it never leaves what is not finite."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import optimize
from torch import Tensor, nn

from clickmend.core.errors import OptionError
from clickmend.refinement import inertial_energy, insert, minimise


def quadratic() -> tuple[Tensor, Callable[[], Tensor], Tensor]:
    """½ xᵀAx − bᵀx, whose minimum is A⁻¹b."""
    generator = torch.Generator().manual_seed(0)
    root = torch.randn(4, 4, generator=generator, dtype=torch.float64)
    a = root @ root.T + torch.eye(4, dtype=torch.float64)
    b = torch.randn(4, generator=generator, dtype=torch.float64)
    x = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    return x, lambda: x @ a @ x / 2 - b @ x, torch.linalg.solve(a, b)


def test_adam_reaches_the_closed_form_of_a_quadratic() -> None:
    x, energy, solution = quadratic()

    report = minimise(energy, [x], lr=0.02, iterations=600)

    torch.testing.assert_close(x.detach(), solution, rtol=0, atol=1e-3)
    assert report.iterations == 600
    assert report.reason == "iterations"
    assert report.energies[-1] == pytest.approx(energy().item())


def test_l_bfgs_reaches_it_in_a_few_steps() -> None:
    x, energy, solution = quadratic()

    report = minimise(energy, [x], lr=1.0, iterations=15, method="l-bfgs")

    torch.testing.assert_close(x.detach(), solution, rtol=0, atol=1e-5)
    assert report.energies[-1] < report.energies[0]


def scipy_minimum(energy: Callable[[], Tensor], variables: list[Tensor]) -> float:
    """What scipy's L-BFGS-B reaches from where the variables stand; they are left as they are."""
    shape, start = variables[0].shape, variables[0].detach().clone()

    def value_and_gradient(flat: np.ndarray) -> tuple[float, np.ndarray]:
        with torch.no_grad():
            variables[0].copy_(torch.from_numpy(flat).reshape(shape))
        value = energy()
        (gradient,) = torch.autograd.grad(value, variables)
        return value.item(), gradient.double().flatten().numpy()

    found = optimize.minimize(
        value_and_gradient,
        start.double().flatten().numpy(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500, "gtol": 1e-9, "ftol": 1e-14},
    )
    with torch.no_grad():
        variables[0].copy_(start)
    return float(found.fun)


def test_l_bfgs_reaches_what_scipy_reaches_in_a_curved_valley() -> None:
    x = torch.full((6,), -1.0, dtype=torch.float64, requires_grad=True)

    def rosenbrock() -> Tensor:
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    expected = scipy_minimum(rosenbrock, [x])
    report = minimise(rosenbrock, [x], lr=1.0, iterations=100, method="l-bfgs")

    assert report.energies[-1] == pytest.approx(expected, abs=1e-8)
    assert list(report.energies) == sorted(report.energies, reverse=True)


@pytest.mark.parametrize("weight", [0.0, 0.05])
def test_l_bfgs_reaches_what_scipy_reaches_for_an_energy_of_brs(weight: float) -> None:
    net = nn.Sequential(nn.Conv2d(2, 6, 3, padding=1), nn.Tanh(), nn.Conv2d(6, 1, 3, padding=1))
    net = net.double().eval()
    x = torch.randn(1, 2, 6, 7, dtype=torch.float64)
    clicks = [(1, 2, 1.0), (4, 5, 0.0)]
    with insert(net, {"@0": "delta"}) as insertion:
        net(x)
        variables = insertion.variables()
        start = [variable.detach().clone() for variable in variables]

        def energy() -> Tensor:
            f = net(x)[0, 0]
            corrective = sum((f[row, column] - label) ** 2 for row, column, label in clicks)
            return weight * inertial_energy(variables, start) + corrective

        expected = scipy_minimum(energy, variables)
        report = minimise(energy, variables, lr=1.0, iterations=40, method="l-bfgs")

    assert report.energies[-1] == pytest.approx(expected, abs=1e-6)
    assert report.energies[-1] < 0.5 * report.energies[0]


def test_adam_takes_the_steps_of_a_loop_written_out() -> None:
    x, energy, _ = quadratic()
    optimiser = torch.optim.Adam([x], lr=0.1)
    for _ in range(5):
        optimiser.zero_grad()
        energy().backward()
        optimiser.step()
    y, same_energy, _ = quadratic()

    minimise(same_energy, [y], lr=0.1, iterations=5)

    assert torch.equal(x, y)


def test_it_stops_as_soon_as_that_is_good_enough_and_before_the_next_step() -> None:
    x = torch.zeros(1, requires_grad=True)
    seen: list[float] = []

    def energy() -> Tensor:
        seen.append(x.item())
        return (x - 1).square().sum()

    report = minimise(energy, [x], lr=0.1, stop=lambda: x.item() > 0.25)

    assert report.reason == "stop"
    assert report.iterations == 3
    assert seen[-1] == x.item()


def test_a_prediction_that_is_good_already_moves_nothing() -> None:
    x = torch.full((1,), 0.5, requires_grad=True)

    report = minimise(lambda: x.square().sum(), [x], lr=0.1, stop=lambda: True)

    assert report.iterations == 0
    assert x.item() == 0.5


def test_the_last_evaluation_is_at_the_variables_left_behind() -> None:
    x = torch.zeros(1, requires_grad=True)
    seen: list[float] = []

    def energy() -> Tensor:
        seen.append(x.item())
        return (x - 1).square().sum()

    minimise(energy, [x], lr=0.1, iterations=4)

    assert seen[-1] == x.item()
    assert len(seen) == 5


def test_an_energy_that_becomes_nan_goes_back_to_the_best_variables() -> None:
    x = torch.tensor([0.35], requires_grad=True)
    seen: list[float] = []

    def energy() -> Tensor:
        seen.append(x.item())
        return x.sqrt().sum() if x.item() > 0.1 else x.sum() * math.nan

    report = minimise(energy, [x], lr=0.1)

    assert report.reason == "not finite"
    assert math.isnan(report.energies[-1])
    assert x.item() == pytest.approx(0.15, abs=1e-3)
    assert seen[-1] == x.item()


def test_a_gradient_that_is_not_finite_leaves_the_variables_finite() -> None:
    x = torch.zeros(1, requires_grad=True)

    report = minimise(lambda: x.abs().sqrt().sum() + 1, [x], lr=0.1)

    assert report.reason == "not finite"
    assert x.item() == 0


def test_variables_are_projected_after_each_step() -> None:
    x = torch.full((1,), 0.95, requires_grad=True)

    def project() -> None:
        with torch.no_grad():
            x.clamp_(0, 1)

    report = minimise(lambda: -x.sum(), [x], lr=0.1, iterations=3, project=project)

    assert x.item() == 1
    assert report.energies[1:] == (-1, -1, -1)


def test_gradients_of_others_and_of_the_variables_are_left_alone() -> None:
    x, other = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)

    minimise(lambda: (x * other).square().sum(), [x], lr=0.1, iterations=2)

    assert other.grad is None
    assert x.grad is None


def test_it_works_where_the_caller_switched_gradients_off() -> None:
    x = torch.zeros(1, requires_grad=True)

    with torch.no_grad():
        minimise(lambda: (x - 1).square().sum(), [x], lr=0.1, iterations=2)

    assert x.item() > 0.1


def test_a_variable_that_the_energy_does_not_use_stays() -> None:
    x, unused = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)

    minimise(lambda: (x - 1).square().sum(), [x, unused], lr=0.1, iterations=2)

    assert unused.item() == 0


@pytest.mark.parametrize("value", [torch.tensor(1.0), torch.ones(1, requires_grad=True).sum()])
def test_an_energy_without_the_variables_is_refused(value: Tensor) -> None:
    with pytest.raises(OptionError, match="does not depend on any of the variables"):
        minimise(lambda: value, [torch.zeros(1, requires_grad=True)], lr=0.1)


def test_an_energy_that_is_no_scalar_is_refused() -> None:
    x = torch.zeros(2, requires_grad=True)

    with pytest.raises(OptionError, match=r"shape \(2,\). It must be a scalar"):
        minimise(lambda: x, [x], lr=0.1)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"lr": 0.0}, "lr is 0.0. It must be a positive number"),
        ({"lr": math.nan}, "lr is nan"),
        ({"lr": 0.1, "iterations": -1}, "iterations is -1. It must be 0 or more"),
        ({"lr": 0.1, "method": "sgd"}, "no method 'sgd'. Available: adam, l-bfgs"),
    ],
)
def test_options_without_sense_are_refused(options: dict[str, object], text: str) -> None:
    x = torch.zeros(1, requires_grad=True)

    with pytest.raises(OptionError, match=text):
        minimise(x.sum, [x], **options)


def test_no_variables_are_refused() -> None:
    with pytest.raises(OptionError, match="no variables to move"):
        minimise(lambda: torch.zeros(()), [], lr=0.1)


def test_steps_that_are_too_long_leave_the_lowest_energy_behind() -> None:
    x = torch.tensor([0.1], requires_grad=True)
    seen: list[tuple[float, float]] = []

    def energy() -> Tensor:
        value = x.square().sum()
        seen.append((x.item(), value.item()))
        return value

    report = minimise(energy, [x], lr=1.0, iterations=2)

    assert report.energies[-1] > report.energies[0], "each step jumps over the minimum"
    assert x.item() == pytest.approx(0.1)
    assert seen[-1] == (x.item(), min(report.energies))
