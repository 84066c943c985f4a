"""The course of dense prediction: whole views with their truth, for any task that has one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from clickmend.core.types import RGB
from clickmend.training.course import Outcome
from clickmend.training.recipes import Recipe
from clickmend.training.window import Shape

V = TypeVar("V")


class Subject(Protocol[V]):
    """What a task of dense prediction is trained on, and by what it is judged."""

    def draw(self, rng: np.random.Generator, shape: Shape) -> V:
        """One view with its truth."""
        ...

    def inputs(self, views: Sequence[V]) -> tuple[Tensor, ...]:
        """What the network is given, each ``(B, C, H, W)``."""
        ...

    def judge(self, answer: Tensor, views: Sequence[V]) -> tuple[Tensor, dict[str, float]]:
        """The loss of an answer ``(B, C, H, W)`` and what else is worth a curve."""
        ...

    def row(self, answer: Tensor, view: V) -> RGB:
        """The view, the answer to it ``(C, H, W)`` and the truth, side by side."""
        ...

    def kept_back(self, seed: int) -> Sequence[Any]:
        """Samples of the task that ``draw`` never shows."""
        ...


class DenseCourse(Generic[V]):
    """Views drawn one by one, an answer to all of them at once, see ``Course``."""

    def __init__(self, recipe: Recipe, subject: Subject[V]) -> None:
        self._recipe = recipe
        self._subject = subject

    def draw(self, seed: int, step: int) -> list[V]:
        """The views of a step."""
        stage, _ = self._recipe.at(step)
        rng = np.random.default_rng([seed, step, 0])
        return [self._subject.draw(rng, stage.shape) for _ in range(stage.batch)]

    def step(
        self,
        network: nn.Module,
        batch: list[V],
        *,
        autocast: torch.autocast,
    ) -> Outcome:
        """The answer to the views, and its loss."""
        device = next(network.parameters()).device
        with autocast:
            answer = network(*(x.to(device) for x in self._subject.inputs(batch)))
        loss, numbers = self._subject.judge(answer, batch)
        shown = answer.detach()

        def picture(most: int) -> RGB:
            rows = zip(shown[:most].float().cpu(), batch, strict=False)
            return np.concatenate([self._subject.row(*row) for row in rows])

        return Outcome(loss, numbers, picture)

    def kept_back(self, seed: int) -> Sequence[Any]:
        """The subject's."""
        return self._subject.kept_back(seed)
