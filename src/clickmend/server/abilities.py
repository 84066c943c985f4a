"""What only torch can tell of networks, asked of another process.

Torch, with what it brings along, holds 600 MB. A server whose networks answer without it would hold
them for a few names, in each of its processes.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from clickmend.core.errors import ModelError
from clickmend.core.extras import is_installed

if TYPE_CHECKING:
    from clickmend.networks import Card

_log = logging.getLogger(__name__)

Built: TypeAlias = tuple[str, str]
"""What a network is built from: the architecture, and its options as JSON."""

LONGEST_S = 300.0
"""After which the other process is given up, and torch is loaded here."""


@dataclass(frozen=True)
class Abilities:
    """What torch makes of a network.

    Args:
        layers: The refinement layers that have a step size of their own.
        infers: What the network can infer online: "adapt_keys", "propagate".
    """

    layers: tuple[str, ...] = ()
    infers: tuple[str, ...] = ()


_asking = threading.Lock()
_known: dict[Built, Abilities] = {}


def abilities_of(card: Card, *, beside: Iterable[Card] = ()) -> Abilities:
    """What a network can do by torch, nothing where that is not installed; weights stay unread.

    Args:
        card: Of the network.
        beside: Cards that will be asked about too; one process tells of all.
    """
    if not is_installed("torch"):
        return Abilities()
    with _asking:
        if _built(card) not in _known:
            unknown = [
                one for one in dict.fromkeys(map(_built, (card, *beside))) if one not in _known
            ]
            layers, found = (_told_here if "torch" in sys.modules else _told_elsewhere)(unknown)
            _known.update(
                (one, Abilities(tuple(layers), tuple(infers)))
                for one, infers in zip(unknown, found, strict=True)
            )
        known = _known[_built(card)]
    # Somebody may have registered a layer since, which is seen where torch is.
    return replace(known, layers=_layers_here()) if "torch" in sys.modules else known


def _built(card: Card) -> Built:
    return card.architecture, json.dumps(card.options, sort_keys=True)


def _told_elsewhere(networks: Sequence[Built]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    command = [sys.executable, "-m", __name__]
    try:
        ran = subprocess.run(
            command,
            input=json.dumps(networks),
            capture_output=True,
            text=True,
            check=True,
            timeout=LONGEST_S,
            start_new_session=True,  # Ctrl+C, which reaches all of a terminal, is the server's
        )
        layers, found = json.loads(ran.stdout.splitlines()[-1])  # a plugin may print before
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        _log.warning("Torch is loaded to tell what networks can do (%s)", error)
        return _told_here(networks)
    return layers, found


def _told_here(networks: Sequence[Built]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    return _layers_here(), [_inferred(*one) for one in networks]


def _layers_here() -> tuple[str, ...]:
    from clickmend.refinement import LAYERS, inner_layers

    return tuple(name for name in inner_layers() if LAYERS[name].learning_rate is not None)


def _inferred(architecture: str, options: str) -> tuple[str, ...]:
    import torch

    from clickmend.networks import ARCHITECTURES, online_places

    try:
        build = ARCHITECTURES[architecture]
    except ModelError:  # another library's
        return ()
    with torch.device("meta"):
        network = build(**json.loads(options))
    names = ("adapt_keys", "propagate")
    return tuple(name for name, places in zip(names, online_places(network), strict=True) if places)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_told_here(json.load(sys.stdin))) + "\n")
