"""The state of a training: network, average, optimiser, schedule, and their checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from clickmend.core.errors import ModelError
from clickmend.networks import ARCHITECTURES, Model, set_online
from clickmend.networks.backbones.pretrained import HasEncoder
from clickmend.training.recipe import Recipe


@dataclass(slots=True)
class Run:
    """What changes from step to step.

    Args:
        averaged: The exponential average of the network.
        scheduler: Sets the learning rate of each group.
        kept: Parts, by the beginnings of their names, that keep their statistics.
        step: Steps done.
        seconds: Seconds spent so far, over all calls.
    """

    network: nn.Module
    averaged: AveragedModel
    optimiser: torch.optim.Optimizer
    scheduler: LambdaLR
    kept: tuple[str, ...] = ()
    step: int = 0
    seconds: float = 0.0

    @property
    def average(self) -> nn.Module:
        """The averaged network, which is what ships."""
        return self.averaged.module

    @classmethod
    def start(
        cls,
        recipe: Recipe,
        *,
        seed: int,
        weights: Model | None = None,
        device: torch.device | None = None,
    ) -> Run:
        """A run at step 0.

        Args:
            recipe: Names the network, its rates and its online inference.
            seed: Seed of the first weights.
            weights: Weights to start from instead: all of the same architecture, or, of another
                one, the trunk that both share.
            device: Where to train.

        Raises:
            ModelError: The weights do not fit, or those of the encoder are not to be had.
        """
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            network = ARCHITECTURES[recipe.network](**recipe.network_options)
        if weights is None and recipe.encoder_weights is not None:
            assert isinstance(network, HasEncoder)
            network.load_encoder(recipe.encoder_weights)
        if weights is not None and weights.card.architecture == recipe.network:
            _take_all(network, weights, recipe)
        elif weights is not None:
            _take_trunk(network, weights)
        if recipe.online is not None:
            set_online(network, **recipe.online.model_dump())
        network = network.to(device).to(memory_format=torch.channels_last)
        optimiser = _optimiser(network, recipe)
        averaged = _average(network, decay=recipe.average_decay)
        scheduler = LambdaLR(optimiser, recipe.rate)
        return cls(network, averaged, optimiser, scheduler, recipe.freeze_statistics)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        part = path.with_suffix(".part")
        state = {name: each.state_dict() for name, each in self._parts().items()}
        torch.save(state | {"step": self.step, "seconds": self.seconds}, part)
        part.replace(path)

    def load(self, path: Path) -> None:
        """Continue from a checkpoint of the same recipe.

        Raises:
            ModelError: The file is no checkpoint of this recipe.
        """
        try:
            state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
            for name, each in self._parts().items():
                each.load_state_dict(state[name])
        except Exception as error:
            raise ModelError(
                f"{path} is no checkpoint of this recipe ({type(error).__name__}). Give the "
                "folder that the same recipe wrote, or start anew in an empty one."
            ) from error
        self.step, self.seconds = int(state["step"]), float(state["seconds"])

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "averaged": self.averaged,
            "optimiser": self.optimiser,
            "scheduler": self.scheduler,
        }

    def learn(self) -> None:
        """Put what learns into training mode; other parts keep their statistics."""
        self.network.train()
        for name, part in self.network.named_modules():
            parameters = list(part.parameters())
            still = parameters and not any(each.requires_grad for each in parameters)
            if still or f"{name}.".startswith(self.kept or (" ",)):
                part.eval()


def _optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The optimiser of what learns, in groups of one decay and one multiple of the learning rate.

    The multiple becomes the ``initial_lr`` of its group once the scheduler takes it. Biases and
    norms are not decayed.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        times = recipe.rate_of(name)
        parameter.requires_grad_(times > 0)
        if parameter.requires_grad:
            decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((decay, times), []).append(parameter)
    parts = [
        {"params": params, "weight_decay": decay, "lr": times}
        for (decay, times), params in groups.items()
    ]
    if recipe.optimiser == "radam":
        return torch.optim.RAdam(parts, decoupled_weight_decay=True)
    return torch.optim.AdamW(parts)


def _average(network: nn.Module, *, decay: float) -> AveragedModel:
    """The exponential average of weights and statistics, which follows faster in the beginning.

    At step n its decay is at most n / (n + 9).
    """

    def follow(kept: Tensor, current: Tensor, count: Tensor | int) -> Tensor:
        n = int(count)
        if not kept.is_floating_point():
            return current
        return kept.lerp(current.to(kept.dtype), 1 - min(decay, n / (n + 9)))

    averaged = AveragedModel(network, avg_fn=follow, use_buffers=True)
    averaged.n_averaged.fill_(1)  # the first weights, instead of a copy of those of step 1
    averaged.requires_grad_(False).eval()
    return averaged


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


TRUNK = (
    *("stem_image.", "stages.", "encoder.", "narrow.", "context.", "lateral.", "decoder.", "vit."),
)
"""The parts that our U-Nets of all tasks share, by name, and those with a transformer do."""


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
