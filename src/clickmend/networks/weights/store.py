"""Networks by name: their weights loaded, shipped in the package or in the user's folder.

If the ONNX graph of the network, ``NAME.onnx``, lies beside the weights, it runs on the CPU without
torch, which is imported when gradients are needed.
"""

from __future__ import annotations

import shutil
import threading
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.extras import is_installed, need
from clickmend.core.registry import nearest
from clickmend.core.settings import settings
from clickmend.networks.batching import batch, batcher
from clickmend.networks.weights.cards import card_files, read_card
from clickmend.networks.weights.files import network_from, read_arrays, read_weights
from clickmend.networks.weights.graph import SUFFIX, Graph, threads
from clickmend.networks.weights.model import GraphModel, Model

if TYPE_CHECKING:
    import torch

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
        found = Graph(graph, card, read_arrays(path, card))
        # The runtime computes each row of a batch as it does alone, to the bit.
        return GraphModel(found, card, make, file=path, batcher=batcher(fixed=False))
    return Model(make(read_weights(path, card)), card, file=path, batcher=batcher(fixed=True))
