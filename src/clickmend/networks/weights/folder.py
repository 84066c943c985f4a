"""A model kept in a folder of its own, from which the same model is made again."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError, OutputError
from clickmend.core.files import write_atomically
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.weights.cards import read_card
from clickmend.networks.weights.graph import SUFFIX
from clickmend.networks.weights.model import Model
from clickmend.networks.weights.store import network_from, save


def save_pretrained(model: Model, folder: Path) -> Path:
    """Write weights and card, and the graph if it has one; see ``Model.save_pretrained``."""
    folder.mkdir(parents=True, exist_ok=True)
    file = _own_file(model)
    stem = model.card.name if file is None else file.stem
    others = [path.name for path in folder.glob("*.safetensors") if path.stem != stem]
    if others:
        raise OutputError(
            f"{folder} holds {min(others)} already. A folder is one network's; give another."
        )
    if file is not None and _is_as_read(model, file):
        for suffix in (".safetensors", SUFFIX, ".json"):  # the card last, for it names the others
            source = file.with_suffix(suffix)
            if source.is_file():
                write_atomically(folder / source.name, source.read_bytes())
        return folder / file.name
    architecture, own, made = model.card.architecture, _shapes(model.network), None
    if architecture in ARCHITECTURES:
        made = _shapes(ARCHITECTURES[architecture](**model.card.options))
    if own == made:
        return save(model.network, model.card, folder)
    if made is not None and model.file is not None:
        raise ModelError(
            f"The weights of {model.card.name!r} were changed after their batch normalisations had "
            "been folded. Load them by clickmend.networks.load(name, fold=False), change and save "
            "those."
        )
    raise ModelError(
        f"A {type(model.network).__name__} of the architecture {architecture!r} cannot be made "
        "again from a card. Allowed are registered architectures with the options of their card; "
        "save a network of another library with its own save_pretrained, and read that by "
        "from_pretrained."
    )


def _own_file(model: Model) -> Path | None:
    """The card that a model was read from, if it still stands there."""
    if model.file is None or not model.file.is_file() or read_card(model.file) != model.card:
        return None
    return model.file


def _is_as_read(model: Model, file: Path) -> bool:
    """Whether nothing was changed since a model was read from its file."""
    if not model.has_module:
        return True
    now = model.network.state_dict()
    return any(
        _same(now, network_from(file, model.card, "cpu", fold).state_dict())
        for fold in (True, False)
    )


def _same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(
        value.shape == other[key].shape and torch.equal(value.cpu(), other[key])
        for key, value in one.items()
    )


def _shapes(network: nn.Module) -> dict[str, torch.Size]:
    """Of all that is stored of a network."""
    return {key: value.shape for key, value in network.state_dict().items()}
