"""Inference over the variables of one network: where they sit, what is asked, how they move."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clickmend.core.extras import command_for, is_installed, need
from clickmend.feedback.crop import Crop
from clickmend.networks import Model
from clickmend.tasks.refine import Refine

if TYPE_CHECKING:
    from torch import Tensor

    from clickmend.refinement import Insertion, Layer, State
    from clickmend.tasks.energy import Energy

    Evaluate: TypeAlias = Callable[[], Tensor]

_log = logging.getLogger("clickmend")

INERTIA = 1e-3
"""λ of BRS's inertial energy, which its authors tune to their network."""

PUSH_PASSES = 6
PUSH_TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class Inferred:
    """How the variables were moved for one mark.

    Args:
        iterations: Steps taken.
        reason: Why it ended: "iterations", "stop" or "not finite"; "push" after a push; "left out"
            where torch is not installed.
        energies: The energy at the start and after each step.
        moved: By how much the value at the mark's place changed, where values are numbers.
    """

    iterations: int
    reason: str
    energies: tuple[float, ...]
    moved: float | None = None


class Inference:
    """A network with refinement layers in it; the loaded network itself stays as it is.

    A model that answers without its network gets the layers when variables have to move first.

    Args:
        model: Network and card.
        refine: What is inserted where, and how it moves.

    Attributes:
        left_out: Whether the variables stay where they are, for want of torch.

    Raises:
        ModelError: The network has no part of a name in ``refine.at``.
        NotAvailableError: Variables are to move, and torch is not installed.
    """

    def __init__(self, model: Model, refine: Refine) -> None:
        self.refine = refine
        self._model = model
        self.left_out = refine.active and refine.may_lack and not is_installed("torch")
        if refine.active and not self.left_out:
            need(
                "torch",
                by=f"The refinement {refine.layer!r}, which moves variables by their gradients,",
                without="Without it there are 'none' and, in tasks with regions, 'region'.",
            )
        self._inserting = threading.Lock()
        self._inserted: _Inserted | None = None
        self._untouched = False
        self._told = False
        if self.active and not (model.answers_alone and refine.at is None):
            self._inserted = _Inserted(model, refine)

    @property
    def active(self) -> bool:
        """Whether there are variables to move."""
        return self.refine.active and not self.left_out

    def tell_left_out(self, then: str, *, instead: str) -> None:
        """Say, once, that the refinement is left out.

        Args:
            then: What becomes of marks without it, for a sentence.
            instead: The refinement that asks for just that.
        """
        if not self._told:
            self._told = True
            _log.warning(
                "The refinement %r is left out, and %s: it needs torch, which is not installed. "
                "%s brings it; the refinement %r says that this is meant.",
                self.refine.layer,
                then,
                command_for("torch"),
                instead,
            )

    @property
    def untouched(self) -> bool:
        """Whether the variables are the identity, and no network was asked for to hold them."""
        return self._untouched

    def state(self) -> State:
        """The variables now; empty is the identity."""
        alone = self._inserted is None or self._untouched
        return {} if alone else self._held.insertion.state()

    def start(self, variables: State, *, moved: tuple[Crop, Crop] | None = None) -> None:
        """Take up variables; bias maps follow a view that moved from one crop to another."""
        self._untouched = self._model.answers_alone and not variables
        if self.active and not self._untouched:
            self._held.insertion.load_state(variables)
            if moved is not None and moved[0] != moved[1]:
                self._held.insertion.resample(*map(_rectangle, moved))

    @property
    def _held(self) -> _Inserted:
        with self._inserting:
            if self._inserted is None:
                self._inserted = _Inserted(self._model, self.refine)
            return self._inserted

    def prepare(self) -> None:
        """Import what moves variables and put them into the network; from any thread."""
        if self.active:
            _ = self._held

    @property
    def moved(self) -> bool:
        """Whether the answer depends on variables, and not on the network alone."""
        return self.active and not self._untouched

    def plain(self, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network answers without variables."""
        return self._model.answer(*inputs)

    def answer(self, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """What it answers at the variables as they stand."""
        if not self.moved:
            return self.plain(*inputs)
        import torch

        with torch.no_grad():
            answered: NDArray[np.float32] = self.evaluator(*inputs)().numpy()
        return answered

    def evaluator(self, *inputs: NDArray[np.float32]) -> Evaluate:
        """What gives that answer with its gradients, ``(B, C, h, w)`` on the CPU, when called."""
        import torch

        held = self._held
        if self._untouched:
            held.insertion.load_state({})
            self._untouched = False
        given = [torch.from_numpy(one).to(held.device) for one in inputs]
        return lambda: held.run(*given).cpu()

    def minimise(self, evaluate: Evaluate, energy: Energy) -> tuple[Tensor, Inferred]:
        """Move the variables until the energy is low or the feedback granted.

        Args:
            evaluate: The prediction at the variables as they stand, natural space.
            energy: What the feedback asks of it.

        Returns:
            The prediction at the variables that are left behind, and how it went.
        """
        from clickmend.refinement import inertial_energy, minimise

        held = self._held
        variables = held.insertion.variables()
        start = [variable.detach().clone() for variable in variables]
        kind = self.refine.energy
        latest: Tensor | None = None

        def total() -> Tensor:
            nonlocal latest
            latest = evaluate()
            if kind == "brs":
                asked: Tensor = energy.corrective(latest)
                return asked + INERTIA * inertial_energy(variables, start)
            asked = energy.clicks(latest)
            return asked if kind == "clicks" else asked + energy.consistency(latest)

        report = minimise(
            total,
            variables,
            lr=held.rate,
            iterations=held.iterations,
            stop=lambda: latest is not None and energy.satisfied(latest),
            project=held.insertion.project,
            method="l-bfgs" if kind == "brs" else "adam",
        )
        assert latest is not None
        return latest.detach(), Inferred(report.iterations, report.reason, report.energies)

    def push(
        self, evaluate: Evaluate, value: Callable[[Tensor], Tensor], wanted: float
    ) -> tuple[Tensor, Inferred]:
        """One step along the value's gradient, so long that the value moves as wanted (Eq. 12).

        The printed step has a fixed length; this one is found by the secant method.

        Args:
            evaluate: The prediction at the variables as they stand, natural space.
            value: The pushed value of a prediction, a scalar.
            wanted: The change that is asked for.

        Returns:
            The prediction after the step, and how it went.
        """
        import torch

        insertion = self._held.insertion
        variables = insertion.variables()
        start = [variable.detach().clone() for variable in variables]
        with torch.enable_grad():
            y = evaluate()
            before = value(y)
            slopes = torch.autograd.grad(before, variables, allow_unused=True)
        steep = sum(float(slope.square().sum()) for slope in slopes if slope is not None)
        moved, length = 0.0, wanted / steep if steep > 0 else 0.0
        passes = 0
        while passes < PUSH_PASSES and abs(moved - wanted) > PUSH_TOLERANCE * abs(wanted):
            if passes > 0:
                length *= min(max(wanted / moved, 0.1), 10.0) if moved * wanted > 0 else 0.5
            with torch.no_grad():
                for variable, at, slope in zip(variables, start, slopes, strict=True):
                    if slope is not None:
                        variable.copy_(at + length * slope)
                insertion.project()
                y = evaluate()
                moved = float(value(y) - before)
            passes += 1
        return y.detach(), Inferred(passes, "push", (), moved)


class _Inserted:
    """A copy of the network that shares its weights, with layers in it, and how they move."""

    def __init__(self, model: Model, refine: Refine) -> None:
        from clickmend.networks.devices import device_of
        from clickmend.networks.models.adapter import Adapted
        from clickmend.networks.weight_sharing import frozen_copy
        from clickmend.refinement import Replay, insert

        card = model.card.refinement
        self.iterations = refine.iterations or card.iterations
        self.rate = refine.step_size(card.learning_rates)
        network = frozen_copy(model.network)
        root = network.module if isinstance(network, Adapted) else network
        self.insertion: Insertion = insert(root, _places(refine, card.at, card.top_k))
        self.device = device_of(network)
        self.run = Replay(network)


def _places(refine: Refine, at: tuple[str, ...], top_k: int | None) -> dict[str, str | Layer]:
    from clickmend.refinement import InputBias, TopK

    baseline, layer = refine.input_baseline, refine.inner_layer
    if baseline is not None:
        return {f"@{baseline.argument}": InputBias(channels=baseline.channels)}
    assert layer is not None
    k = refine.top_k or top_k
    return {name: TopK(layer, k=k) if k else layer for name in refine.at or at}


def _rectangle(crop: Crop) -> tuple[float, float, float, float]:
    return (float(crop.x0), float(crop.y0), float(crop.x1), float(crop.y1))
