"""Recipes: all settings of a training except the location of the data and the seed."""

from __future__ import annotations

import math
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, TypeAdapter

from clickmend.core.registry import Registry
from clickmend.core.types import TaskName
from clickmend.data import Kind
from clickmend.networks.weights.cards import OnlineInference, Refinement
from clickmend.training.sources import SOURCES

if TYPE_CHECKING:
    from clickmend.training.trainer import Trainer


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a run with one view size.

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


NO_REFINEMENT = Refinement(default="none", at=(), learning_rates={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(ABC):
    """The recipe of any task.

    Args:
        network: A name of ``ARCHITECTURES``.
        stages: The schedule.
        sources: Names of ``SOURCES`` and how often each is drawn.
        network_options: Options of the architecture.
        start: Weights that initialise the network's trunk, unless others are given.
        added: Parts of the network, by the beginnings of their names, that weights of the same
            architecture may lack.
        kept_rate: Multiple of the learning rate for all parts that are not ``added``; at 0 they
            stay as they are, statistics included.
        encoder_weights: Initial weights of the encoder, such as "imagenet"; not used with initial
            weights of the whole network.
        encoder_rate: Multiple of the learning rate for a pretrained ``encoder``.
        freeze_statistics: Parts, by the beginnings of their names, whose normalisations keep
            their running statistics.
        online: Online inference inside the training; the network's own when missing.
        optimiser: AdamW, or RAdam with decoupled weight decay.
        weight_decay: Decay of the optimiser; biases and norms are not decayed.
        warmup_steps: Steps in which the learning rate rises.
        gradient_norm: Gradients are clipped to it.
        average_decay: Decay of the averaged network, which is saved.
        view_px: Longer side of the view for which the network is trained.
        refinement: The network's settings of G-BRS.
    """

    task: ClassVar[TaskName]
    kind: ClassVar[Kind] = "objects"
    in_card: ClassVar[tuple[str, ...]] = ()
    """Additional fields of this task's cards."""
    __pydantic_config__ = ConfigDict(extra="forbid")

    network: str
    stages: tuple[Stage, ...]
    sources: Mapping[str, float]
    network_options: Mapping[str, Any] = field(default_factory=dict)
    start: str | None = None
    added: tuple[str, ...] = ()
    kept_rate: float = 1.0
    encoder_weights: str | None = None
    encoder_rate: float = 1.0
    freeze_statistics: tuple[str, ...] = ()
    online: OnlineInference | None = None
    optimiser: Literal["adamw", "radam"] = "adamw"
    weight_decay: float = 0.02
    warmup_steps: int = 200
    gradient_norm: float = 3.0
    average_decay: float = 0.9985
    view_px: int = 288
    refinement: Refinement = NO_REFINEMENT

    @abstractmethod
    def trainer(self) -> Trainer[Any, Any]:
        """The trainer of the recipe, its training photos listed."""

    @property
    def steps(self) -> int:
        """Optimiser steps of the whole run."""
        return sum(stage.steps for stage in self.stages)

    def at(self, step: int) -> tuple[Stage, int]:
        """The stage of ``step`` and the index of the step in it."""
        for stage in self.stages:
            if step < stage.steps:
                return stage, step
            step -= stage.steps
        return self.stages[-1], self.stages[-1].steps - 1

    def rate(self, step: int) -> float:
        """The learning rate: the stage's, after a linear warm-up at the very start."""
        stage, at = self.at(step)
        return stage.rate(at) * min(1.0, (step + 1) / self.warmup_steps)

    def rate_of(self, parameter: str) -> float:
        """The multiple of the learning rate for a parameter, by its name."""
        times = self.encoder_rate if parameter.startswith("encoder.") else 1.0
        return times if parameter.startswith(self.added) else times * self.kept_rate

    @property
    def all_sources(self) -> tuple[str, ...]:
        """All sources of the training."""
        return tuple(self.sources)

    def on(self, sources: Sequence[str]) -> Self:
        """The same training on other photos, drawn uniformly.

        Args:
            sources: Names of ``SOURCES``, of the recipe's kind.

        Raises:
            DataError: A set is missing.
        """
        return replace(self, sources={name: len(SOURCES[name].open().names) for name in sources})


RECIPES: Registry[Recipe] = Registry("recipe")
"""The recipes of all tasks by name."""

SHARES = ("sources", "objects", "kinds")
"""Tables that are not merged with the inherited ones."""


def read_recipes(file: Path, *types: type[Recipe]) -> None:
    """Register the recipes of a TOML file, a table each.

    ``extends`` names an earlier table of which only what differs is given; tables inside it are
    merged, but those of shares are replaced, and "null" stands for ``None``. ``type`` names one of
    ``types``, by default the first. A table whose name begins with an underscore is only extended.
    """
    known = {kind.__name__: TypeAdapter(kind) for kind in types}
    tables: dict[str, dict[str, Any]] = {}
    for name, given in tomllib.loads(file.read_text("utf-8")).items():
        table = merged(tables[given.pop("extends")] if "extends" in given else {}, given)
        tables[name] = table
        if name.startswith("_"):
            continue
        values = {key: value for key, value in table.items() if key != "type"}
        values["stages"] = [
            Stage(**stage) if isinstance(stage, dict) else Stage(*stage)
            for stage in table["stages"]
        ]
        adapter = known[table.get("type", types[0].__name__)]
        RECIPES.register(name)(adapter.validate_python(values))


def merged(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A table merged with another one, which takes precedence."""
    result = dict(base)
    for key, value in given.items():
        inherits = isinstance(value, dict) and key not in SHARES
        result[key] = merged(result.get(key, {}), value) if inherits else value
        if value == "null":
            result[key] = None
    return result
