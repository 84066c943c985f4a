"""Recipes: every number of a training run in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from clickmend.core.registry import Registry
from clickmend.networks.cards import Refinement


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a run with one picture size.

    Args:
        steps: Optimiser steps.
        size_px: Side of the square training views.
        batch: Views per step.
        lr_start: Learning rate at the first step of the stage.
        lr_end: Learning rate at the last; between them a half cosine.
    """

    steps: int
    size_px: int
    batch: int
    lr_start: float
    lr_end: float


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The three tasks and when each begins, as fractions of the run.

    Task 1 draws a mask from a box, task 2 adds random clicks, task 3 adds corrective clicks in
    the errors of the network's own prediction, which also comes back as the previous mask.
    """

    random_clicks_from: float = 0.04
    corrective_clicks_from: float = 0.11
    rounds: tuple[float, ...] = (0.5, 0.25, 0.15, 0.1)
    box_share: float = 0.12
    single_click_share: float = 0.6
    corrupted_prior_share: float = 0.12
    keep_prior_share: float = 0.04
    drop_previous_share: float = 0.15


NO_REFINEMENT = Refinement(default="none", at=(), learning_rates={})


@dataclass(frozen=True, slots=True)
class InteractiveRecipe:
    """Everything that decides a training of an interactive network, but the data and the seed."""

    network: str
    stages: tuple[Stage, ...]
    sources: Mapping[str, float]
    network_options: Mapping[str, Any] = field(default_factory=dict)
    curriculum: Curriculum = field(default_factory=Curriculum)
    weight_decay: float = 0.02
    warmup_steps: int = 200
    gradient_norm: float = 3.0
    average_decay: float = 0.9985
    paste_share: float = 0.3
    overview_px: int = 224
    view_px: int = 288
    margin: float = 1.4
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


OBJECT_SOURCES: Mapping[str, float] = {
    "bsds": 0.34,
    "coco100": 0.22,
    "ccp": 0.08,
    "ccp-parts": 0.06,
    "feralcat": 0.10,
    "pennfudan": 0.08,
    "carparts": 0.04,
    "carparts-parts": 0.04,
    "nuclei": 0.04,
}
"""How often an object of each source is drawn; "-parts" takes single parts, else the whole."""

RECIPES: Registry[InteractiveRecipe] = Registry("recipe")

_SMALL = InteractiveRecipe(
    network="interactive-unet",
    network_options={"widths": (16, 48, 96, 160, 224), "blocks": (0, 2, 2, 2, 1)},
    stages=(
        Stage(steps=6600, size_px=128, batch=16, lr_start=1.5e-3, lr_end=1.0e-3),
        Stage(steps=2200, size_px=192, batch=16, lr_start=1.0e-3, lr_end=4e-4),
        Stage(steps=1200, size_px=256, batch=16, lr_start=4e-4, lr_end=2e-6),
    ),
    sources=OBJECT_SOURCES,
    refinement=Refinement(
        default="bmsb",
        at=("decoder.2",),
        learning_rates={"sb": 0.01, "bmsb": 0.01, "bmsb-m": 0.01, "bmconv": 0.001},
    ),
)
RECIPES.register("interactive-s")(_SMALL)
RECIPES.register("interactive-s-further")(
    replace(
        _SMALL,
        stages=(
            Stage(steps=4000, size_px=128, batch=16, lr_start=1.0e-3, lr_end=8e-4),
            Stage(steps=4500, size_px=192, batch=16, lr_start=8e-4, lr_end=4e-4),
            Stage(steps=2500, size_px=256, batch=16, lr_start=4e-4, lr_end=2e-6),
        ),
        curriculum=Curriculum(random_clicks_from=0.0, corrective_clicks_from=0.0),
    )
)
"""A further leg for weights of "interactive-s"."""

_BEHIND_PYRAMID = _SMALL.refinement.model_copy(update={"at": ("aspp",)})
for _name in ("deeplabv3plus-r34", "deeplabv3plus-r50", "deeplabv3plus-r101"):
    RECIPES.register(_name)(
        replace(_SMALL, network=_name, network_options={}, refinement=_BEHIND_PYRAMID)
    )
