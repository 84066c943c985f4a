"""State dicts of others: read without running anything of theirs, loaded with every key named."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from clickmend.core.errors import ModelError

INSIDE = ("state_dict", "model_state_dict", "model")
"""Where checkpoints keep a state dict beside other things."""

MOST_NAMED = 6

COUNT = "num_batches_tracked"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a file of weights holds.

    Args:
        state: From names to tensors, on the CPU.
        beside: What else stands in the file, such as a configuration; empty where nothing does.
    """

    state: Mapping[str, Tensor]
    beside: Mapping[str, Any]


def read_state(path: Path) -> dict[str, Tensor]:
    """The state dict of a file, on the CPU.

    Args:
        path: What ``torch.save`` wrote, or ``.safetensors``.

    Raises:
        ModelError: It cannot be read, holds more than tensors, or a value is not finite.
    """
    return dict(read_checkpoint(path).state)


def read_checkpoint(path: Path) -> Checkpoint:
    """The state dict of a file and what stands beside it; see ``read_state``."""
    held, beside = _held(path), {}
    for key in INSIDE:
        if isinstance(held, Mapping) and isinstance(held.get(key), Mapping):
            beside = {name: value for name, value in held.items() if name != key}
            held = held[key]
    if not isinstance(held, Mapping) or not all(isinstance(v, Tensor) for v in held.values()):
        raise ModelError(
            f"{path} holds a {type(held).__name__}, not a state dict. Allowed is a mapping from "
            f"names to tensors, alone or under {', '.join(map(repr, INSIDE))}."
        )
    for key, value in held.items():
        if value.is_floating_point() and not value.isfinite().all():
            raise ModelError(
                f"{path} holds values that are not finite ({key}). Weights are finite numbers; get "
                "them again from where they were trained."
            )
    return Checkpoint(dict(held), beside)


_UNREADABLE = (
    *(SafetensorError, RuntimeError, OSError, EOFError, ValueError),
    *(LookupError, TypeError, AttributeError),  # of the unpickler, where a file is none of torch
)


def _held(path: Path) -> Any:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise ModelError(f"There is no file {path}. Give the path of a state dict.") from None
    except pickle.UnpicklingError:
        raise ModelError(
            f"{path} holds more than tensors, and nothing in it was run. Allowed are state dicts; "
            "where it comes from, load it and torch.save(network.state_dict(), …)."
        ) from None
    except _UNREADABLE as error:
        raise ModelError(
            f"{path} cannot be read as a state dict ({type(error).__name__}). Allowed is what "
            "torch.save or safetensors wrote; get the file again."
        ) from None


def load_exactly(
    network: nn.Module,
    state: Mapping[str, Tensor],
    where: str,
    *,
    name: Callable[[str], str] = str,
) -> None:
    """Load a state dict, every key of which has its place.

    Args:
        network: Changed in place, once it is known that all fits.
        state: From names to tensors.
        where: What the error calls its source.
        name: From the network's own name of a weight to the one in ``state``.

    Raises:
        ModelError: Keys are missing, unexpected or of another shape; all kinds are named.
    """
    own = {name(key): value for key, value in network.state_dict().items()}
    # A count of batches is not asked in evaluation, and old files have none.
    counts = {key: own[key] for key in own if key.endswith(COUNT) and key not in state}
    state = {**counts, **state}
    found = {
        "missing": [key for key in own if key not in state],
        "unexpected": [key for key in state if key not in own],
        "of another shape": [
            f"{key} {tuple(state[key].shape)} for {tuple(own[key].shape)}"
            for key in own
            if key in state and state[key].shape != own[key].shape
        ],
    }
    if any(found.values()):
        raise ModelError(
            f"{where} does not fit a {type(network).__name__}: "
            + "; ".join(f"{_named(keys)} {kind}" for kind, keys in found.items() if keys)
            + ". Each weight has to have its place; choose the network that it was trained as."
        )
    network.load_state_dict({key: state[name(key)] for key in network.state_dict()})


def digest(network: nn.Module) -> str:
    """SHA-256 of all names and values of a network, for one that has no file of its own."""
    found = hashlib.sha256()
    for key, value in network.state_dict().items():
        found.update(f"{key} {value.dtype} {tuple(value.shape)}".encode())
        found.update(value.cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


def _named(keys: list[str]) -> str:
    more = len(keys) - MOST_NAMED
    return (
        ", ".join(keys[:MOST_NAMED])
        + (f" and {more} more" if more > 0 else "")
        + (" are" if len(keys) > 1 else " is")
    )
