"""Weights that others published: the architecture found from the keys, every key accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from torch import Tensor

from clickmend.core.errors import ModelError
from clickmend.core.registry import Registry
from clickmend.core.types import TaskName
from clickmend.networks.architectures import ARCHITECTURES, parameter_count
from clickmend.networks.weights.cards import Card, Refinement
from clickmend.networks.weights.model import Model
from clickmend.networks.weights.state import Checkpoint, load_exactly, read_checkpoint

LEARNING_RATE = 0.01
"""Of refinement, where nobody has tuned one."""

PARALLEL = "module."
"""What stands before all names of a network that was trained on several devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How the published weights of a registered architecture are known and read.

    Args:
        title: Of the network, for people.
        task: What it predicts.
        options: The architecture's options by names and shapes of a checkpoint; ``None`` where
            the names are another network's.
        name: From our name of a weight to the published one.
        at: Where G-BRS refines it.
        refine: By which layer, if nobody names one.
        card: What its card says for the task alone, from the options.
    """

    title: str
    task: TaskName
    options: Callable[[Checkpoint], dict[str, Any] | None]
    name: Callable[[str], str]
    at: tuple[str, ...]
    refine: str
    card: Callable[[Mapping[str, Any]], Mapping[str, Any]]


PUBLISHED: Registry[Published] = Registry(
    "published network",
    error=ModelError,
    entry_points="clickmend.networks",
    folder="clickmend.networks.models",
)
"""By the name of the architecture, beside which they are registered."""


def length(state: Mapping[str, Tensor], key: str, *, otherwise: int, axis: int = 0) -> int:
    """A side of a weight; a guess where it is missing, which will be said when all is loaded."""
    shape = tuple(state[key].shape) if key in state else ()
    return shape[axis] if len(shape) > axis else otherwise


def read_published(file: Path, *, name: str | None = None) -> Model:
    """The network of a published checkpoint; ``Model.save_pretrained`` keeps it.

    Args:
        file: A state dict, alone or in a checkpoint: what ``torch.save`` wrote, or safetensors.
        name: Of the model; the file's without its ending when left out.

    Raises:
        ModelError: It cannot be read, holds code, is no network that is known here, or a weight is
            missing, unexpected or of another shape.
    """
    checkpoint = read_checkpoint(file)
    if all(key.startswith(PARALLEL) for key in checkpoint.state):
        bare = {key.removeprefix(PARALLEL): value for key, value in checkpoint.state.items()}
        checkpoint = Checkpoint(bare, checkpoint.beside)
    for architecture in PUBLISHED:
        kind = PUBLISHED[architecture]
        options = kind.options(checkpoint)
        if options is not None:
            break
    else:
        raise ModelError(
            f"The weights of {file} have the names of no network that is known here "
            f"({', '.join(sorted(checkpoint.state)[:3]) or 'there are none'}). Known are "
            f"{'; '.join(PUBLISHED[one].title for one in PUBLISHED)}. A network of your own goes "
            "through clickmend.wrap."
        )
    network = ARCHITECTURES[architecture](**options)
    load_exactly(network, checkpoint.state, str(file), name=kind.name)
    card = Card(
        name=name or file.stem,
        task=kind.task,
        architecture=architecture,
        options=options,
        sha256="",
        parameters=parameter_count(network),
        dtype="float32",
        refinement=Refinement(
            default=kind.refine, at=kind.at, learning_rates={"bmsb": LEARNING_RATE}
        ),
        training_data=(),
        terms="those of who published the weights",
        stages=(),
        scores={},
        made=datetime.now(UTC).date(),
        commit="",
        **kind.card(options),
    )
    return Model(network.eval().requires_grad_(False), card)
