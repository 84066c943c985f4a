"""Inference over the refinement variables of one network."""

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
"""λ of BRS's inertial energy; its authors tune it to their network."""

PUSH_PASSES = 6
PUSH_TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class Inferred:
    """Report on the optimisation for one mark.

    Args:
        iterations: Steps taken.
        reason: Why it ended: "iterations", "stop" or "not finite"; "push" after a push; "left out"
            without torch.
        energies: The energy at the start and after each step.
        moved: Change of the value at the mark; ``None`` for masks and classes.
    """

    iterations: int
    reason: str
    energies: tuple[float, ...]
    moved: float | None = None


class Inference:
    """A network with refinement layers inserted; the loaded network itself does not change.

    For a model that runs without its torch module, layers are inserted on first use.

    Args:
        model: Network and card.
        refine: Options of the refinement.

    Attributes:
        left_out: Whether nothing is optimised because torch is not installed.

    Raises:
        ModelError: The network has no module of a name in ``refine.at``.
        NotAvailableError: The refinement needs torch, which is not installed.
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
        """Whether there are variables to optimise."""
        return self.refine.active and not self.left_out

    def tell_left_out(self, then: str, *, instead: str) -> None:
        """Log, once, that the refinement is left out.

        Args:
            then: The consequence for marks, as a clause.
            instead: The refinement that requests this.
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
        """Whether the variables are the identity and the model ran without its module."""
        return self._untouched

    def state(self) -> State:
        """The current variables; empty is the identity."""
        alone = self._inserted is None or self._untouched
        return {} if alone else self._held.insertion.state()

    def start(self, variables: State, *, moved: tuple[Crop, Crop] | None = None) -> None:
        """Load variables; bias maps are resampled if the view moved from one crop to another."""
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
        """Load what the optimisation needs and insert the layers; from any thread."""
        if self.active:
            _ = self._held

    @property
    def moved(self) -> bool:
        """Whether the output depends on variables."""
        return self.active and not self._untouched

    def plain(self, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """The output of the network without variables."""
        return self._model.answer(*inputs)

    def answer(self, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """The output at the current variables."""
        if not self.moved:
            return self.plain(*inputs)
        import torch

        with torch.no_grad():
            answered: NDArray[np.float32] = self.evaluator(*inputs)().numpy()
        return answered

    def evaluator(self, *inputs: NDArray[np.float32]) -> Evaluate:
        """A function that returns this output with gradients, ``(B, C, h, w)`` on the CPU."""
        import torch

        held = self._held
        if self._untouched:
            held.insertion.load_state({})
            self._untouched = False
        given = [torch.from_numpy(one).to(held.device) for one in inputs]
        return lambda: held.run(*given).cpu()

    def minimise(self, evaluate: Evaluate, energy: Energy) -> tuple[Tensor, Inferred]:
        """Optimise the variables until the feedback is satisfied or the iterations are used up.

        Args:
            evaluate: The prediction at the variables as they stand, natural space.
            energy: The energy of a prediction.

        Returns:
            The prediction at the final variables, and the report.
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
        """One step along the value's gradient, of a length that changes it as wanted (Eq. 12).

        In the paper the step has a fixed length; here it is found by the secant method.

        Args:
            evaluate: The prediction at the variables as they stand, natural space.
            value: The pushed value of a prediction, a scalar.
            wanted: The requested change.

        Returns:
            The prediction after the step, and the report.
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
    """A weight-sharing copy of the network with layers inserted, and how they are optimised."""

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
