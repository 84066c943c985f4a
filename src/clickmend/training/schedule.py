"""The schedule: stages of a run, learning rates, the optimiser and its groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a run with one picture size.

    Args:
        steps: Optimiser steps.
        size_px: Width of the training views.
        batch: Views per step.
        lr_start: Learning rate at the first step of the stage.
        lr_end: Learning rate at the last.
        height_px: Height of the views where they are not square.
        power: Power of a polynomial decay between them; a half cosine when missing.
    """

    steps: int
    size_px: int
    batch: int
    lr_start: float
    lr_end: float
    height_px: int | None = None
    power: float | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of a view."""
        return (self.height_px or self.size_px, self.size_px)

    def rate(self, at: int) -> float:
        """The learning rate at a step of the stage, counted from 0."""
        share = at / max(1, self.steps - 1)
        if self.power is None:
            left = 0.5 * (1 + math.cos(math.pi * share))
        else:
            left = (1 - share) ** self.power
        return self.lr_end + (self.lr_start - self.lr_end) * left


def make_optimiser(
    parameters: Iterable[tuple[str, nn.Parameter]],
    rate_of: Callable[[str], float],
    *,
    kind: Literal["adamw", "radam"],
    weight_decay: float,
) -> torch.optim.Optimizer:
    """The optimiser of what learns, in groups of one decay and one multiple of the learning rate.

    Args:
        parameters: Names and parameters; biases and norms are not decayed.
        rate_of: The multiple of the learning rate for a name, which becomes the ``initial_lr`` of
            its group once a scheduler takes it; 0 leaves a parameter as it is.
        kind: AdamW, or RAdam with decoupled weight decay.
        weight_decay: Decay of all else.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in parameters:
        parameter.requires_grad_(rate_of(name) > 0)
        if parameter.requires_grad:
            decay = weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((decay, rate_of(name)), []).append(parameter)
    parts = [
        {"params": params, "weight_decay": decay, "lr": times}
        for (decay, times), params in groups.items()
    ]
    if kind == "radam":
        return torch.optim.RAdam(parts, decoupled_weight_decay=True)
    return torch.optim.AdamW(parts)
