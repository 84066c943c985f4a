"""The protocol of a task's energy, as minimised by an inference."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from clickmend.core.arrays import Array


@runtime_checkable
class Energy(Protocol):
    """The energy of a prediction y in the task's natural space, given the feedback so far.

    Its terms are separate: an inference minimises L_r + L_c, L_r alone, or the corrective energy of
    BRS.
    """

    def clicks(self, y: Array) -> Array:
        """L_r: violation of the feedback, a scalar."""
        ...

    def consistency(self, y: Array) -> Array:
        """L_c with its λ: change outside the area of the newest mark, a scalar."""
        ...

    def corrective(self, y: Array) -> Array:
        """The corrective energy of BRS (Eq. 1), a scalar."""
        ...

    def satisfied(self, y: Array) -> bool:
        """Whether the feedback is satisfied, so that the inference may stop."""
        ...
