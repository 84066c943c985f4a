"""Recipes: what decides a training, but the data's place and the seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from clickmend.core.types import TaskName
from clickmend.networks.weights.cards import OnlineInference, Refinement


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a run with one picture size.

    Args:
        steps: Optimiser steps.
        size_px: Width of the training views.
        batch: Views per step.
        lr_start: Learning rate at the first step of the stage.
        lr_end: Learning rate at the last.
        power: Of a polynomial decay between them; a half cosine when missing.
        height_px: Height of the views where they are not square.
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


NO_REFINEMENT = Refinement(default="none", at=(), learning_rates={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What the recipes of all tasks name.

    Args:
        network: A name of ``ARCHITECTURES``.
        stages: The schedule.
        sources: Sets of photos and how often each is drawn.
        network_options: Of the architecture.
        start: Weights whose trunk the network starts with, unless others are given.
        added: Parts of the network, by the beginnings of their names, that weights of the same
            architecture may lack.
        kept_rate: What the learning rate is multiplied by for all parts that are not ``added``; at
            0 they stay as they are, statistics included.
        online: What the network infers online while it is trained; what it does by itself when
            missing.
        optimiser: AdamW, or RAdam with decoupled weight decay.
        weight_decay: Of the optimiser; biases and norms are not decayed.
        warmup_steps: Steps in which the learning rate rises.
        gradient_norm: Gradients are clipped to it.
        average_decay: Of the averaged network, which is what ships.
        view_px: Longer side of the view that the network is meant for.
        refinement: How G-BRS is set up.
    """

    task: ClassVar[TaskName]

    network: str
    stages: tuple[Stage, ...]
    sources: Mapping[str, float]
    network_options: Mapping[str, Any] = field(default_factory=dict)
    start: str | None = None
    added: tuple[str, ...] = ()
    kept_rate: float = 1.0
    online: OnlineInference | None = None
    optimiser: Literal["adamw", "radam"] = "adamw"
    weight_decay: float = 0.02
    warmup_steps: int = 200
    gradient_norm: float = 3.0
    average_decay: float = 0.9985
    view_px: int = 288
    refinement: Refinement = NO_REFINEMENT

    @property
    def steps(self) -> int:
        """Optimiser steps of the whole run."""
        return sum(stage.steps for stage in self.stages)

    def at(self, step: int) -> tuple[Stage, int]:
        """The stage that holds ``step`` and the step's place in it."""
        for stage in self.stages:
            if step < stage.steps:
                return stage, step
            step -= stage.steps
        return self.stages[-1], self.stages[-1].steps - 1

    def rate_of(self, parameter: str) -> float:
        """What the learning rate of a parameter is multiplied by."""
        return 1.0 if parameter.startswith(self.added) else self.kept_rate

    @property
    def all_sources(self) -> tuple[str, ...]:
        """Every set that the training reads."""
        return tuple(self.sources)

    @property
    def card_fields(self) -> dict[str, Any]:
        """What only the cards of this task tell."""
        return {}


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The three tasks and when each begins, as fractions of the run.

    Task 1 draws a mask from a box, task 2 adds random clicks, task 3 adds corrective clicks in
    the errors of the network's own prediction, which also comes back as the previous mask. A
    ``corrective_clicks_from`` of 1 leaves task 3 out. From task 2 on ``box_share`` of the views
    have a box, and ``boxed_clicks_share`` of these at most ``most_boxed_clicks`` clicks of a kind.

    Before all this ``pointed_share`` of the views are as one point per object tells them: a click
    anywhere in the object and, in half of them, one in each other object near by. Where other
    objects are known, ``together_share`` of these ask for all objects at once instead, a click in
    each.
    """

    random_clicks_from: float = 0.04
    corrective_clicks_from: float = 0.11
    rounds: tuple[float, ...] = (0.5, 0.25, 0.15, 0.1)
    box_share: float = 0.12
    single_click_share: float = 0.6
    most_random_clicks: int = 3
    boxed_clicks_share: float = 0.3
    most_boxed_clicks: int = 2
    corrupted_prior_share: float = 0.12
    keep_prior_share: float = 0.04
    drop_previous_share: float = 0.15
    pointed_share: float = 0.0
    together_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractiveRecipe(Recipe):
    """A training of an interactive network, on objects.

    ``paste_share`` is how often an object is set into another photo.
    """

    task: ClassVar[TaskName] = "interactive"

    curriculum: Curriculum = field(default_factory=Curriculum)
    paste_share: float = 0.3
    overview_px: int = 224
    margin: float = 1.4

    @property
    def card_fields(self) -> dict[str, Any]:
        """The two views."""
        return {"overview_px": self.overview_px, "margin": self.margin}


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticRecipe(Recipe):
    """A training of a semantic network, on class maps.

    Args:
        labels: The classes in order; a source's class of another name needs a line in ``merged``,
            or it does not count.
        merged: A source's class → the one of ``labels`` that holds it.
        balance: A class weighs its frequency to the power of minus this; 0 weighs all pixels alike.
        rare_share: How often a view is cut around a class that is drawn evenly.
        scales: The least and the greatest zoom, 1 is what the network is meant for.
    """

    task: ClassVar[TaskName] = "semantic"

    labels: tuple[str, ...]
    merged: Mapping[str, str] = field(default_factory=dict)
    balance: float = 0.4
    rare_share: float = 0.3
    scales: tuple[float, float] = (0.6, 1.8)

    @property
    def card_fields(self) -> dict[str, Any]:
        """The names of the classes."""
        return {"labels": self.labels}


@dataclass(frozen=True, slots=True, kw_only=True)
class MattingRecipe(Recipe):
    """A training of a matting network: mattes set before the photos of ``sources``.

    Args:
        mattes: A name of the matte sets.
        objects: Object sets whose masks become mattes, and how often each is drawn.
        kinds: How often a view is a photo of ``mattes`` as it is ("photo"), one of its
            foregrounds before another photo ("matte"), an object ("object") or a drawn shape
            ("drawn").
        scales: The least and the greatest zoom into a photo of ``mattes``.
    """

    task: ClassVar[TaskName] = "matting"

    mattes: str
    objects: Mapping[str, float]
    kinds: Mapping[str, float]
    scales: tuple[float, float] = (0.5, 1.25)

    @property
    def all_sources(self) -> tuple[str, ...]:
        """Backgrounds, mattes and objects."""
        return (self.mattes, *self.sources, *self.objects)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthRecipe(Recipe):
    """A training of a depth network.

    Args:
        range_m: The nearest and the farthest; a truth beyond does not count.
        least_window: The narrowest window, as a share of the photo's width.
    """

    task: ClassVar[TaskName] = "depth"

    range_m: tuple[float, float]
    least_window: float = 0.7

    @property
    def card_fields(self) -> dict[str, Any]:
        """The range."""
        return {"range_m": self.range_m}
