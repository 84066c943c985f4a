"""Files of weights: safetensors with a card beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError

from clickmend.core.errors import ModelError
from clickmend.core.extras import need
from clickmend.core.files import write_atomically
from clickmend.networks.weights.cards import Card
from clickmend.networks.weights.graph import SUFFIX

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn


def read_arrays(path: Path, card: Card) -> dict[str, NDArray[np.float32]]:
    """The weights of a card by name, as a graph takes them.

    Raises:
        ModelError: They are missing, damaged or not those of the card.
    """
    from safetensors.numpy import load as parse

    try:
        state = parse(read_weights(path, card))
    except SafetensorError as error:
        raise _unfit(path, card, error) from error
    return {name: state.pop(name).astype(np.float32) for name in list(state)}


def read_weights(path: Path, card: Card) -> bytes:
    """The content of the file of weights beside a card.

    Raises:
        ModelError: It is missing, or not the file that the card describes.
    """
    file = path.with_suffix(".safetensors")
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise ModelError(
            f"The card {path.name} has no {file.name} beside it. Copy the weights there."
        ) from None
    if hashlib.sha256(data).hexdigest() != card.sha256:
        raise ModelError(
            f"{file.name} is not the file that its card {path.name} describes (its SHA-256 "
            "differs). Copy both files again from the same place."
        )
    return data


def _unfit(path: Path, card: Card, error: Exception) -> ModelError:
    return ModelError(
        f"{path.stem}.safetensors does not fit the architecture {card.architecture!r}: {error}. "
        "Use the card that was written with these weights."
    )


def network_from(
    path: Path, card: Card, device: str, fold: bool, data: bytes | None = None
) -> nn.Module:
    """The module of weights, on its device, frozen, in evaluation mode.

    Args:
        path: Of the card.
        card: What it says.
        device: "cpu", "cuda", …
        fold: See ``load``.
        data: The file of the weights, if it is read already.

    Raises:
        ModelError: The weights are missing, damaged or not those of the card.
    """
    need(
        "torch",
        by=f"What was asked of the network {card.name!r}",
        without="Without it a network answers as it is, refined by nothing, on the CPU.",
    )
    import torch
    from safetensors.torch import load as parse

    from clickmend.networks.architectures import ARCHITECTURES
    from clickmend.networks.decoders.unet import UNet
    from clickmend.networks.folding import fold_batch_norms

    network = ARCHITECTURES[card.architecture](**card.options)
    try:
        state = {
            key: value.float() if value.is_floating_point() else value
            for key, value in parse(read_weights(path, card) if data is None else data).items()
        }
        spoilt = [key for key, value in state.items() if not value.isfinite().all()]
        if spoilt:
            raise ModelError(
                f"{path.stem}.safetensors holds values that are not finite ({spoilt[0]}). Weights "
                "are finite numbers; get them again from where they were trained."
            )
        network.load_state_dict(state)
    except (SafetensorError, RuntimeError) as error:
        raise _unfit(path, card, error) from error
    # Convolutions of few channels at many pixels are far quicker with the channels last.
    network = network.to(device).to(memory_format=torch.channels_last)
    network = network.eval().requires_grad_(False)
    if fold and isinstance(network, UNet):
        fold_batch_norms(network)
        network.requires_grad_(False)
    return network


def save(network: nn.Module, card: Card, folder: Path) -> Path:
    """Write ``network`` and ``card`` as NAME.safetensors and NAME.json; the card's path.

    The card's ``sha256`` is filled in. Floating point tensors are stored in the card's dtype, but
    for those with a value beyond its range (the variance of a batch norm may be), which stay
    float32.

    Raises:
        ModelError: A value is not finite.
    """
    import torch
    from safetensors.torch import save as serialise

    state = {
        key: _stored(key, value, getattr(torch, card.dtype))
        for key, value in network.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    data = serialise(state)
    card = card.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()})
    path = folder / f"{card.name}.json"
    path.with_suffix(SUFFIX).unlink(missing_ok=True)  # that of other weights of the same name
    write_atomically(path.with_suffix(".safetensors"), data)
    write_atomically(path, (card.model_dump_json(indent=2) + "\n").encode())
    return path


def _stored(key: str, value: Tensor, dtype: torch.dtype) -> Tensor:
    value = value.cpu().contiguous()
    if not value.is_floating_point():
        return value
    if not value.isfinite().all():
        raise ModelError(
            f"{key} holds values that are not finite. Weights are finite numbers; the training has "
            "diverged, go back to an earlier checkpoint."
        )
    narrow = value.to(dtype)
    return narrow if narrow.isfinite().all() else value.float()
