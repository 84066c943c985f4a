"""What a course is: the part of a training that knows the task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor, nn

from clickmend.core.types import RGB

Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step of a course found.

    Args:
        loss: To be made smaller, a scalar with its gradient.
        numbers: What else is worth a curve.
        picture: ``picture(n)`` shows the first n views as rows: what the network saw, what it
            said, what is true.
    """

    loss: Tensor
    numbers: dict[str, float]
    picture: Callable[[int], RGB]


class Course(Protocol[Batch]):
    """Makes batches, judges answers, and keeps photos back for validation.

    Every random draw comes from the seed and the step alone, so that a run can be continued.
    """

    def draw(self, seed: int, step: int) -> Batch:
        """The batch of a step."""
        ...

    def step(
        self,
        network: nn.Module,
        batch: Batch,
        *,
        autocast: torch.autocast,
    ) -> Outcome:
        """Ask the network and judge its answer; all that is random comes with the batch.

        Args:
            network: In training mode, on its device.
            batch: What ``draw`` gave.
            autocast: The precision of the network.
        """
        ...

    def kept_back(self, seed: int) -> Sequence[Any]:
        """Samples of the task that no batch shows."""
        ...
