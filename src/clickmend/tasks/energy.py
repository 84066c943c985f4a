"""What every task's energy offers to an inference, which moves tensors of torch."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from clickmend.core.arrays import Array


@runtime_checkable
class Energy(Protocol):
    """What the feedback so far asks of a prediction y in the task's natural space.

    The parts are kept apart, so that an inference may take them together (L_r + L_c), the first
    alone, or the corrective energy of BRS.
    """

    def clicks(self, y: Array) -> Array:
        """L_r: how much the feedback is contradicted, a scalar."""
        ...

    def consistency(self, y: Array) -> Array:
        """L_c with its λ: how much changed where the newest mark did not ask for it, a scalar."""
        ...

    def corrective(self, y: Array) -> Array:
        """The corrective energy of BRS (Eq. 1), a scalar."""
        ...

    def satisfied(self, y: Array) -> bool:
        """Whether the feedback is granted, so that the inference may stop."""
        ...
