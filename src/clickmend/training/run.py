"""A training run: the network, its averaged twin, the optimiser, and their checkpoint."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from clickmend.core.errors import ModelError
from clickmend.networks import ARCHITECTURES, Model, set_online
from clickmend.training.recipes import Recipe


@dataclass(slots=True)
class Run:
    """What changes from step to step.

    Args:
        network: The network that is trained.
        average: Its exponentially averaged twin, which is what ships.
        optimiser: Of the network; its groups know by what the learning rate is multiplied.
        step: Steps done.
        seconds: Seconds spent so far, over all calls.
    """

    network: nn.Module
    average: nn.Module
    optimiser: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0

    @classmethod
    def start(
        cls,
        recipe: Recipe,
        *,
        seed: int,
        weights: Model | None = None,
        device: torch.device | None = None,
    ) -> Run:
        """A run at step 0. Biases and norms are not decayed.

        Args:
            recipe: Names the network and what it infers online.
            seed: Of the first weights.
            weights: What to start from instead: a further leg, or, of another architecture, the
                trunk that both share.
            device: Where to train.

        Raises:
            ModelError: The weights do not fit.
        """
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            network = ARCHITECTURES[recipe.network](**recipe.network_options)
        if weights is not None and weights.card.architecture == recipe.network:
            _take_all(network, weights, recipe)
        elif weights is not None:
            _take_trunk(network, weights)
        if recipe.online is not None:
            set_online(network, **recipe.online.model_dump())
        for name, parameter in network.named_parameters():
            parameter.requires_grad_(recipe.rate_of(name) > 0)
        network = network.to(device).to(memory_format=torch.channels_last)
        optimiser = _optimiser(network, recipe)
        average = copy.deepcopy(network).requires_grad_(False).eval()
        return cls(network, average, optimiser)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        part = path.with_suffix(".part")
        torch.save(
            {
                "network": self.network.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "step": self.step,
                "seconds": self.seconds,
            },
            part,
        )
        part.replace(path)

    def load(self, path: Path) -> None:
        """Continue from a checkpoint of the same recipe.

        Raises:
            ModelError: The file is no checkpoint of this recipe.
        """
        try:
            state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
        except Exception as error:
            raise ModelError(
                f"{path} is no checkpoint of this recipe ({type(error).__name__}). Give the "
                "folder that the same recipe wrote, or start anew in an empty one."
            ) from error
        self.step, self.seconds = int(state["step"]), float(state["seconds"])

    def learn(self) -> None:
        """Put what learns into training mode; parts of which nothing does keep their statistics."""
        self.network.train()
        for part in self.network.modules():
            parameters = list(part.parameters())
            if parameters and not any(each.requires_grad for each in parameters):
                part.eval()

    @torch.no_grad()
    def follow(self, decay: float) -> None:
        """Move the averaged network towards the trained one."""
        current = self.network.state_dict()
        for name, kept in self.average.state_dict().items():
            if kept.is_floating_point():
                kept.lerp_(current[name].to(kept.dtype), 1 - decay)
            else:
                kept.copy_(current[name])


def _optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The recipe's, in groups of those that are decayed and those that learn more slowly."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        times = recipe.rate_of(name)
        groups.setdefault((decay, times), []).append(parameter)
    parts = [
        {"params": parameters, "weight_decay": decay, "times": times}
        for (decay, times), parameters in groups.items()
    ]
    rate = recipe.stages[0].lr_start
    if recipe.optimiser == "radam":
        return torch.optim.RAdam(parts, lr=rate, decoupled_weight_decay=True)
    return torch.optim.AdamW(parts, lr=rate)


def _take_all(network: nn.Module, weights: Model, recipe: Recipe) -> None:
    """Copy weights of the same architecture, which may lack what the recipe adds."""
    error: Exception | None = None
    try:
        missing, unexpected = network.load_state_dict(weights.network.state_dict(), strict=False)
    except RuntimeError as other_shapes:
        error = other_shapes
    if error or unexpected or not all(name.startswith(recipe.added) for name in missing):
        raise ModelError(
            f"The weights {weights.card.name!r} are of the network "
            f"{weights.card.architecture!r} with other options than the recipe's "
            f"{recipe.network!r}. Start from weights of the same network."
        ) from error


TRUNK = ("stem_image.", "stages.", "context.", "lateral.", "decoder.", "vit.")
"""What our U-Nets of all tasks share, by name, and what networks with a transformer do."""


def _take_trunk(network: nn.Module, weights: Model) -> None:
    """Copy the trunk of weights of another architecture."""
    own, given = network.state_dict(), weights.network.state_dict()
    wanted = [name for name in own if name.startswith(TRUNK)]
    if not wanted or any(
        name not in given or given[name].shape != own[name].shape for name in wanted
    ):
        raise ModelError(
            f"The weights {weights.card.name!r} ({weights.card.architecture!r}) do not have the "
            "trunk of the recipe's network. Start from weights of the same network, or of a U-Net "
            "with the same widths and blocks."
        )
    for name in wanted:
        own[name].copy_(given[name])
