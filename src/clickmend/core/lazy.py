"""Names of a package that bring in their module when they are first asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a package.

    Args:
        package: Its ``__name__``.
        places: Each name and the module that it is in.

    Example:
        >>> import types, sys
        >>> sys.modules["toy"] = types.ModuleType("toy")
        >>> lazily("toy", {"sqrt": "math"})("sqrt")(9.0)
        3.0
    """

    def found(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        thing: object = getattr(import_module(places[name]), name)
        setattr(sys.modules[package], name, thing)
        return thing

    return found
