"""The interface of a trainer, the task-specific part of a training."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from clickmend.core.types import RGB
from clickmend.networks import Model
from clickmend.session import Session
from clickmend.training.recipe import Recipe
from clickmend.training.views import Shape, stack_images

V = TypeVar("V")
R = TypeVar("R", bound=Recipe)


@dataclass(frozen=True, slots=True)
class Batch(Generic[V]):
    """The views of a step; ``rng`` drew them and makes the step's further random draws."""

    views: list[V]
    seed: int
    step: int
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one step.

    Args:
        loss: The loss, a scalar with gradient.
        numbers: Further curves.
        rows: A picture of each view, made on demand: input, output and truth.
    """

    loss: Tensor
    numbers: dict[str, float]
    rows: Iterator[RGB]


class Trainer(ABC, Generic[V, R]):
    """Draws views, computes losses, and provides photos for validation.

    A task with one forward pass for all views implements ``view``, ``judge``, ``row`` and
    ``validation``, and ``inputs`` if the network takes more than pictures. Another one overrides
    ``step``. All random draws depend only on the seed and the step, so that a run can be continued.

    Args:
        recipe: The recipe; its photos are listed here and read when they are drawn.

    Raises:
        DataError: A set of photos is missing.
        NotAvailableError: A library that this training needs is not installed.
    """

    def __init__(self, recipe: R) -> None:
        self.recipe = recipe

    def draw(self, seed: int, step: int) -> Batch[V]:
        """The batch of a step."""
        rng = np.random.default_rng([seed, step, 0])
        return Batch(self.views(rng, step), seed, step, rng)

    def views(self, rng: np.random.Generator, step: int) -> list[V]:
        """The views of a step."""
        stage, _ = self.recipe.at(step)
        return [self.view(rng, stage.shape) for _ in range(stage.batch)]

    @abstractmethod
    def view(self, rng: np.random.Generator, shape: Shape) -> V:
        """A view with its truth."""

    def step(self, network: nn.Module, batch: Batch[V], *, autocast: torch.autocast) -> Outcome:
        """Run the network and compute the loss.

        Args:
            network: In training mode, on its device.
            batch: The return of ``draw``, or the share of a process.
            autocast: The precision of the network.
        """
        device = next(network.parameters()).device
        inputs = self.inputs(network, batch.views)
        with autocast:
            answer = network(*(x.to(device) for x in inputs))
        loss, numbers = self.judge(answer, batch.views)
        return Outcome(loss, numbers, self.rows(answer.detach(), batch.views))

    def rows(self, answer: Tensor, views: Sequence[V]) -> Iterator[RGB]:
        """The rows of the outputs, ``(B, C, H, W)``, made on demand."""
        pairs = zip(answer, views, strict=True)
        return (self.row(one.float().cpu(), view) for one, view in pairs)

    def inputs(self, network: nn.Module, views: Sequence[Any], /) -> tuple[Tensor, ...]:
        """The network's inputs, each ``(B, C, H, W)``; by default the pictures."""
        del network
        return (stack_images([view.image for view in views]),)

    def judge(self, answer: Tensor, views: Sequence[V]) -> tuple[Tensor, dict[str, float]]:
        """The loss of an output ``(B, C, H, W)``, and further curves."""
        raise NotImplementedError

    def row(self, answer: Tensor, view: V) -> RGB:
        """The view, its output ``(C, H, W)`` and the truth, side by side."""
        raise NotImplementedError

    def ask(self, model: Model) -> Callable[..., Any]:
        """Creates the session that validates a photo; a plain ``Session`` by default."""
        return partial(Session, model=model, refine="none")

    @abstractmethod
    def validation(self, seed: int) -> Sequence[Any]:
        """Samples for validation, which ``draw`` never returns; may be empty."""
