"""What a trainer is: the part of a training that knows the task."""

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
    """The views of a step; ``rng`` has drawn them and draws whatever else the step needs."""

    views: list[V]
    seed: int
    step: int
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one step.

    Args:
        loss: To be made smaller, a scalar with its gradient.
        numbers: Further curves.
        rows: A picture of each view when it is asked for: input, answer and truth.
    """

    loss: Tensor
    numbers: dict[str, float]
    rows: Iterator[RGB]


class Trainer(ABC, Generic[V, R]):
    """Draws views, judges the answers to them, and keeps photos for validation.

    A task whose network answers once for all views gives ``view``, ``judge``, ``row`` and
    ``validation``, and ``inputs`` where it takes more than pictures. Another one overrides
    ``step``. Every random draw comes from the seed and the step alone, so that a run can be
    continued.

    Args:
        recipe: Names the photos; they are listed here and read when they are drawn.

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
        """One view with its truth."""

    def step(self, network: nn.Module, batch: Batch[V], *, autocast: torch.autocast) -> Outcome:
        """Ask the network and judge its answer.

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
        """The rows of the answers, ``(B, C, H, W)``, each made when it is asked for."""
        pairs = zip(answer, views, strict=True)
        return (self.row(one.float().cpu(), view) for one, view in pairs)

    def inputs(self, network: nn.Module, views: Sequence[Any], /) -> tuple[Tensor, ...]:
        """The network's inputs, each ``(B, C, H, W)``; by default the pictures."""
        del network
        return (stack_images([view.image for view in views]),)

    def judge(self, answer: Tensor, views: Sequence[V]) -> tuple[Tensor, dict[str, float]]:
        """The loss of an answer ``(B, C, H, W)``, and further curves."""
        raise NotImplementedError

    def row(self, answer: Tensor, view: V) -> RGB:
        """The view, the answer to it ``(C, H, W)`` and the truth, side by side."""
        raise NotImplementedError

    def ask(self, model: Model) -> Callable[..., Any]:
        """What starts an answer to a photo of ``validation``: the product's own session."""
        return partial(Session, model=model, refine="none")

    @abstractmethod
    def validation(self, seed: int) -> Sequence[Any]:
        """Samples of the task that ``draw`` never shows; may be none."""
