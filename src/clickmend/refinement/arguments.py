"""The arguments of a module, by position or by name, however a call gives them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter
from typing import Any, TypeAlias

from torch import nn

from clickmend.core.errors import ModelError

Given: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Argument:
    """One argument of a module.

    Args:
        place: How it was asked for, ``"@0"`` or ``"@image"``; for errors.
        position: Where it may stand among the positional arguments.
        name: How it may be given by name.
    """

    place: str
    position: int | None
    name: str | None

    def change(self, given: Given, change: Callable[[Any], Any]) -> Given:
        """What a call is given, this argument changed.

        Raises:
            ModelError: The call lacks the argument.
        """
        args, kwargs = given
        at = self.position
        if at is not None and at < len(args):
            return (*args[:at], change(args[at]), *args[at + 1 :]), kwargs
        if self.name in kwargs:
            return args, {**kwargs, self.name: change(kwargs[self.name])}
        raise ModelError(
            f"The network was called without the argument {self.place!r} that a layer refines. "
            "Give it in the call, or insert at another place."
        )


def find_argument(module: nn.Module, place: str) -> Argument:
    """The argument of ``module.forward`` that a place names behind its ``@``.

    Raises:
        ModelError: The module takes no such argument.
    """
    wanted = place.partition("@")[2]
    parameters = inspect.signature(module.forward).parameters.values()
    kinds = {parameter.kind for parameter in parameters}
    positional = [p.name for p in parameters if p.kind in _POSITIONAL]
    if wanted.isdecimal():
        position = int(wanted)
        if position < len(positional):
            return Argument(place, position, positional[position])
        if Parameter.VAR_POSITIONAL in kinds:
            return Argument(place, position, None)
    elif wanted in positional:
        return Argument(place, positional.index(wanted), wanted)
    by_name = [p.name for p in parameters if p.kind is Parameter.KEYWORD_ONLY]
    if wanted.isidentifier() and (wanted in by_name or Parameter.VAR_KEYWORD in kinds):
        return Argument(place, None, wanted)
    takes = [f"@{position} or @{name}" for position, name in enumerate(positional)]
    raise ModelError(
        f"The network takes no argument {place!r}. It takes "
        f"{', '.join([*takes, *(f'@{name}' for name in by_name)])}."
    )


_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
