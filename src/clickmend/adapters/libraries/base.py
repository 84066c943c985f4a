"""What an adapter of a library is, and what it settles of a network."""

from __future__ import annotations

import importlib
import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError, NotAvailableError
from clickmend.core.registry import Registry
from clickmend.networks.models.adapter import Output, Preprocess, Sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A network of another library, with all that ``wrap`` asks.

    Args:
        module: The network; a ``clickmend.networks.InteractiveNetwork`` where it is told marks.
        task: Of a session.
        view_px: See ``wrap``.
        at: See ``wrap``.
        labels: See ``wrap``; ``None`` for indices.
        preprocess: See ``wrap``.
        output: See ``wrap``.
        sides: See ``wrap``.
        card: What its card says beside what ``wrap`` writes.
    """

    module: nn.Module
    task: str
    view_px: int
    at: Sequence[str] | None = None
    labels: Sequence[str] | None = None
    preprocess: Preprocess | None = None
    output: Output | None = None
    sides: Sides = 1
    card: Mapping[str, Any] = field(default_factory=dict)


class Adapter(ABC):
    """Reads the networks of one library; registered under the prefix of its names.

    Attributes:
        example: A name that it reads, for errors and help.
        keys: Of ``config.json`` in the folders that the library saves a network in, one of which
            tells them apart; none where it writes no such folder.
    """

    example: ClassVar[str]
    keys: ClassVar[tuple[str, ...]] = ()

    def takes(self, folder: Path) -> bool:
        """Whether a folder is one that the library saves a network in."""
        return not config_of(folder).keys().isdisjoint(self.keys)

    @abstractmethod
    def read(self, source: str) -> Foreign:
        """The network of a name (without the prefix) or in a folder.

        Raises:
            ModelError: It cannot be read, or is none that a session can use.
            NotAvailableError: The library is not installed.
        """


ADAPTERS: Registry[Adapter] = Registry(
    "library of networks", error=ModelError, entry_points="clickmend.adapters"
)
"""The adapters by prefix. Another distribution adds its own by an entry point of that group."""


def library(name: str, *, extra: str) -> Any:
    """A library, imported now that it is asked for.

    Args:
        name: Of the module.
        extra: Of clickmend that installs it.

    Raises:
        NotAvailableError: It is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotAvailableError(
            f"{name} cannot be imported ({error}), and this network needs it. Install it: pip "
            f"install 'clickmend[{extra}]'."
        ) from error


def loaded(read: Callable[..., Any], source: str, what: str, **options: Any) -> Any:
    """What a library reads of a network that it saved.

    Args:
        read: Its ``from_pretrained``.
        source: A folder, or a name of its hub.
        what: That is read, for the error, such as "transformers cannot load the network of".
        options: Of ``read``.

    Raises:
        ModelError: It cannot be read, with the library's own reason.
    """
    try:
        return read(source, **options)
    except Exception as error:
        reason = (str(error).splitlines() or ["no message"])[0]
        raise ModelError(
            f"{what} {source!r} ({type(error).__name__}: {reason}). Give a folder written by its "
            "save_pretrained, or a name on its hub."
        ) from error


def config_of(folder: Path) -> dict[str, Any]:
    """The ``config.json`` of a folder; empty where there is none.

    Raises:
        ModelError: It is not a JSON object.
    """
    file = folder / "config.json"
    try:
        config = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise ModelError(
            f"{file} is not a JSON object. It has to describe the network in the folder; save the "
            "network again with its library's save_pretrained."
        )
    return config


def with_rest(logits: Tensor) -> Tensor:
    """One logit, "is the thing", as two classes, the rest and the thing, ``(B, 2, H, W)``."""
    return torch.cat([torch.zeros_like(logits), logits], dim=1)


def told_apart(names: Sequence[str]) -> list[str]:
    """The names of classes, those that come twice with their index behind them."""
    often = Counter(names)
    return [f"{name} ({n})" if often[name] > 1 else name for n, name in enumerate(names)]


def whole_views(px: float) -> int:
    """The longest side of a view that is no longer than so many pixels, at least 32."""
    return max(32, int(px) // 32 * 32)
