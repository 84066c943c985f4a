"""A model kept in a folder of its own, from which the same model is made again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError, OutputError
from clickmend.core.files import write_atomically
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.weights.cards import Card, read_card
from clickmend.networks.weights.files import network_from, save
from clickmend.networks.weights.graph import SUFFIX


def write_folder(
    folder: Path,
    card: Card,
    *,
    origin: Path | None,
    unchanged: bool,
    network: Callable[[], nn.Module],
) -> Path:
    """Write weights and card, and the graph if there is one; see ``Model.save_pretrained``.

    Args:
        folder: Made if it is not there.
        card: The card of the model.
        origin: The file of the card that the model was read from.
        unchanged: Whether the weights are known to be those that were read.
        network: Returns the module.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = origin is not None and origin.is_file() and read_card(origin) == card
    file = origin if kept else None
    stem = card.name if file is None else file.stem
    others = [path.name for path in folder.glob("*.safetensors") if path.stem != stem]
    if others:
        raise OutputError(
            f"{folder} holds {min(others)} already. A folder is one network's; give another."
        )
    if file is not None and (unchanged or _is_as_read(network(), card, file)):
        for suffix in (".safetensors", SUFFIX, ".json"):  # the card last, for it names the others
            source = file.with_suffix(suffix)
            if source.is_file():
                write_atomically(folder / source.name, source.read_bytes())
        return folder / file.name
    module, architecture, made = network(), card.architecture, None
    if architecture in ARCHITECTURES:
        made = _shapes(ARCHITECTURES[architecture](**card.options))
    if _shapes(module) == made:
        return save(module, card, folder)
    if made is not None and origin is not None:
        raise ModelError(
            f"The weights of {card.name!r} were changed after their batch normalisations had been "
            "folded. Load them by clickmend.networks.load(name, fold=False), change and save those."
        )
    raise ModelError(
        f"A {type(module).__name__} of the architecture {architecture!r} cannot be made again from "
        "a card. Allowed are registered architectures with the options of their card; save a "
        "network of another library with its own save_pretrained, and read that by "
        "from_pretrained."
    )


def _is_as_read(network: nn.Module, card: Card, file: Path) -> bool:
    """Whether the weights of a network are those in the file of its card."""
    now = network.state_dict()
    return any(
        _same(now, network_from(file, card, "cpu", fold).state_dict()) for fold in (True, False)
    )


def _same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(
        value.shape == other[key].shape and torch.equal(value.cpu(), other[key])
        for key, value in one.items()
    )


def _shapes(network: nn.Module) -> dict[str, torch.Size]:
    """Of all that is stored of a network."""
    return {key: value.shape for key, value in network.state_dict().items()}
