"""The architectures by name: what a card or a recipe asks for."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from clickmend.core.errors import ModelError
from clickmend.core.registry import Registry

ARCHITECTURES: Registry[Callable[..., nn.Module]] = Registry(
    "architecture",
    error=ModelError,
    entry_points="clickmend.networks",
    folder="clickmend.networks.models",
)
"""Every network by name. Another distribution adds its own by an entry point of that group."""


def parameter_count(network: nn.Module) -> int:
    """Number of values in the parameters of ``network``."""
    return sum(p.numel() for p in network.parameters())
