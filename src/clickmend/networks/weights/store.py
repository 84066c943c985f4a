"""Weights: safetensors with a card, shipped in the package or in the user's folder.

Beside them may be the ONNX graph of the network, ``NAME.onnx``: on the CPU it answers without
torch, which is imported when something needs gradients.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.extras import is_installed, need
from clickmend.core.files import write_atomically
from clickmend.core.registry import nearest
from clickmend.core.settings import settings
from clickmend.networks.batching import batch, batcher
from clickmend.networks.weights.cards import Card, card_files, read_card
from clickmend.networks.weights.graph import SUFFIX, Graph, threads
from clickmend.networks.weights.model import GraphModel, Model

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

_loading = threading.Lock()


def load(name: str | Path, *, device: str | None = None, fold: bool = True) -> Model:
    """The network of that name, its weights loaded.

    Args:
        name: A name among ``cards()``, or the path of a card (``.json``).
        device: "cpu", "cuda", …; the settings' device when left out, where "auto" takes an
            accelerator if there is one.
        fold: Whether the batch normalisations of our own networks are written into their
            convolutions, which is quicker; a training wants them as they are.

    Raises:
        ModelError: Unknown name, missing files or weights that do not fit the card.
        OptionError: A device that is not there.
    """
    path = Path(name)
    if path.suffix != ".json":
        files = card_files()
        if str(name) not in files:
            alike = nearest(str(name), files)
            hint = f" Did you mean {alike[0]!r}?" if alike else ""
            if path.name != str(name) and not path.exists():
                raise ModelError(
                    f"{name} does not exist. Give the folder of a network, the path of a card "
                    f"(.json), or a name: {', '.join(files) or 'none is here'}."
                )
            raise ModelError(
                f"There are no weights named {str(name)!r}. Available: "
                f"{', '.join(files) or 'none'}; or give the path of a card (.json).{hint}"
            )
        path = files[str(name)]
    written = path.read_bytes() if path.is_file() else b""
    with _loading:  # two who ask at once share one
        return _load(path, _device_name(device), fold, threads(), batch(), written)


def loads() -> int:
    """How often this process has read weights that it did not have in memory."""
    return _load.cache_info().misses


def _device_name(name: str | None) -> str:
    """The device, found without torch where it can only be the CPU."""
    wanted = name or settings().device
    if wanted == "cpu" or (wanted == "auto" and not _may_have_accelerator()):
        return "cpu"
    if wanted == "auto" and not is_installed("torch"):
        return "cpu"
    return str(choose_device(name))


@lru_cache(maxsize=1)
def _may_have_accelerator() -> bool:
    """Whether a driver is there, so that it is worth to ask torch."""
    return Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None


def choose_device(name: str | None = None) -> torch.device:
    """The device of that name; the settings' choice when left out.

    Raises:
        OptionError: The device is unknown or not on this machine.
    """
    wanted = name or settings().device
    need("torch", by=f"The device {wanted!r}", without="Networks answer on the CPU then.")
    import torch

    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(wanted)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError):
        raise OptionError(
            f"The device {wanted!r} cannot be used here. Allowed are 'auto', 'cpu' and what torch "
            "finds on this machine ('cuda', 'mps'); leave it out to let clickmend choose."
        ) from None
    return device


@lru_cache(maxsize=8)
def _load(
    path: Path, device: str, fold: bool, _threads: int, _batch: int, _written: bytes
) -> Model:
    # What is written in the card is asked for too: other weights may have come to its place.
    card = read_card(path)
    make = partial(network_from, path, card, device, fold)
    graph = path.with_suffix(SUFFIX)
    if fold and device == "cpu" and graph.is_file():
        found = Graph(graph, card, _arrays(path, card))
        # The runtime computes each row of a batch as it does alone, to the bit.
        return GraphModel(found, card, make, file=path, batcher=batcher(fixed=False))
    return Model(make(_read(path, card)), card, file=path, batcher=batcher(fixed=True))


def _arrays(path: Path, card: Card) -> dict[str, NDArray[np.float32]]:
    """The weights as a graph takes them; the file's content is let go."""
    from safetensors.numpy import load as parse

    try:
        state = parse(_read(path, card))
    except SafetensorError as error:
        raise _unfit(path, card, error) from error
    return {name: state.pop(name).astype(np.float32) for name in list(state)}


def _read(path: Path, card: Card) -> bytes:
    """The file of the weights."""
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
        ModelError: As for ``load``.
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
            for key, value in parse(_read(path, card) if data is None else data).items()
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
