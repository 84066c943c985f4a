"""Move refinement variables to where an energy is low: Adam (the paper's) or L-BFGS."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from clickmend.core.errors import OptionError

SEARCHES = 25
"""Evaluations at most of one line search of L-BFGS."""


@dataclass(frozen=True)
class SolverReport:
    """How a minimisation went.

    Attributes:
        energies: The energy at the start and after each step.
        reason: Why it ended: all iterations done, ``stop`` said so, or the energy or a variable
            was no longer finite.
    """

    energies: tuple[float, ...]
    reason: Literal["iterations", "stop", "not finite"]

    @property
    def iterations(self) -> int:
        """Steps taken."""
        return len(self.energies) - 1


def minimise(
    energy: Callable[[], Tensor],
    variables: Iterable[Tensor],
    *,
    lr: float,
    iterations: int = 20,
    stop: Callable[[], bool] | None = None,
    project: Callable[[], None] | None = None,
    method: str = "adam",
) -> SolverReport:
    """Minimise an energy over variables, from where they stand, with a fresh optimiser.

    Unless ``stop`` is content, the variables of the lowest energy on the way are left behind, so
    that a minimisation never ends above its start: Adam's steps have the length of the rate, and
    swing about a minimum that is nearer. The last call of ``energy`` is always at the variables
    that are left behind, so what it put aside (the prediction) needs no further pass.

    Args:
        energy: Evaluates the energy at the current variables, a scalar.
        variables: Tensors that require gradients; they are changed in place.
        lr: Step size.
        iterations: Steps at most.
        stop: Asked after each evaluation whether that is good enough.
        project: Called after each step to put variables back into their range
            (``Insertion.project``).
        method: ``"adam"``, or ``"l-bfgs"``, which evaluates the energy several times in a step
            (strong Wolfe search).

    Raises:
        OptionError: No variables, the energy is no scalar or does not depend on them, or an
            option has no sense.
    """
    moved = list(variables)
    _check(moved, lr=lr, iterations=iterations, method=method)
    optimiser = _optimiser(method, moved, lr)
    energies: list[float] = []
    best = (math.inf, _copies(moved))
    for step in range(iterations + 1):
        value = _evaluate(energy)
        if not (math.isfinite(value.item()) and _finite(moved)):
            _leave(energy, moved, best[1])
            return SolverReport((*energies, value.item()), "not finite")
        energies.append(value.item())
        if value.item() < best[0]:
            best = (value.item(), _copies(moved))
        if stop is not None and stop():
            return SolverReport(tuple(energies), "stop")
        if step < iterations:
            _step(optimiser, energy, value, moved)
            if project is not None:
                project()
    if energies[-1] > best[0]:
        _leave(energy, moved, best[1])
    return SolverReport(tuple(energies), "iterations")


def _step(
    optimiser: torch.optim.Optimizer,
    energy: Callable[[], Tensor],
    value: Tensor,
    moved: list[Tensor],
) -> None:
    """One step; its first evaluation has been made already."""
    ready: list[Tensor] = [value]

    def closure() -> float:
        current = ready.pop() if ready else _evaluate(energy)
        for variable, gradient in zip(moved, _gradients(current, moved), strict=True):
            variable.grad = gradient
        return current.item()

    optimiser.step(closure)
    for variable in moved:
        variable.grad = None


def _evaluate(energy: Callable[[], Tensor]) -> Tensor:
    with torch.enable_grad():
        value = energy()
    if value.ndim != 0:
        raise OptionError(
            f"The energy has shape {tuple(value.shape)}. It must be a scalar; sum or average it."
        )
    return value


def _gradients(value: Tensor, moved: list[Tensor]) -> tuple[Tensor | None, ...]:
    gradients: tuple[Tensor | None, ...] = (None,)
    if value.requires_grad:
        gradients = torch.autograd.grad(value, moved, allow_unused=True)
    if all(gradient is None for gradient in gradients):
        raise OptionError(
            "The energy does not depend on any of the variables. Compute it from a pass of the "
            "network with the layers inserted and without torch.no_grad."
        )
    return gradients


def _optimiser(method: str, moved: list[Tensor], lr: float) -> torch.optim.Optimizer:
    if method == "adam":
        return torch.optim.Adam(moved, lr=lr)
    # One evaluation is the step's own; the line search gets the rest, and at the default none.
    return torch.optim.LBFGS(
        moved, lr=lr, max_iter=1, max_eval=1 + SEARCHES, line_search_fn="strong_wolfe"
    )


def _check(moved: list[Tensor], *, lr: float, iterations: int, method: str) -> None:
    if not moved:
        raise OptionError("There are no variables to move. Insert a layer and run the network.")
    if not (math.isfinite(lr) and lr > 0):
        raise OptionError(f"lr is {lr}. It must be a positive number; 0.01 is a usual start.")
    if iterations < 0:
        raise OptionError(f"iterations is {iterations}. It must be 0 or more; 20 is usual.")
    if method not in ("adam", "l-bfgs"):
        raise OptionError(f"There is no method {method!r}. Available: adam, l-bfgs.")


def _copies(moved: list[Tensor]) -> list[Tensor]:
    return [variable.detach().clone() for variable in moved]


def _leave(energy: Callable[[], Tensor], moved: list[Tensor], copies: list[Tensor]) -> None:
    """Put the variables back to earlier ones, and evaluate the energy there once more."""
    with torch.no_grad():
        for variable, copy in zip(moved, copies, strict=True):
            variable.copy_(copy)
    _evaluate(energy)


def _finite(moved: list[Tensor]) -> bool:
    return all(bool(variable.isfinite().all()) for variable in moved)
