"""Packages whose names are imported on first use."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(package: str, modules: Mapping[str, str]) -> tuple[list[str], Callable[[str], object]]:
    """The ``__all__`` and the ``__getattr__`` of a package.

    Args:
        package: Its ``__name__``.
        modules: The names of each module, separated by spaces.

    Example:
        >>> import types, sys
        >>> sys.modules["toy"] = types.ModuleType("toy")
        >>> names, get = lazily("toy", {"math": "sqrt pi"})
        >>> names, get("sqrt")(9.0)
        (['pi', 'sqrt'], 3.0)
    """
    places = {name: module for module, names in modules.items() for name in names.split()}

    def found(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        thing: object = getattr(import_module(places[name]), name)
        setattr(sys.modules[package], name, thing)
        return thing

    return sorted(places), found
