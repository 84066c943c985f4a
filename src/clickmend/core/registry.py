"""Names to things, with a helpful refusal for a name that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar, cast

from clickmend.core.errors import ClickmendError, OptionError

T = TypeVar("T")
Thing = TypeVar("Thing")


def nearest(name: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """The names most like ``name``, best first; empty when nothing is alike.

    Example:
        >>> nearest("bmbs", ["sb", "bmsb", "bmconv"])
        ['bmsb', 'bmconv']
    """
    return difflib.get_close_matches(name, list(names), n=most, cutoff=0.4)


class Registry(Generic[T]):
    """Named things in the order they were registered; a missing name is explained.

    Args:
        kind: What the entries are, in the words of an error ("network", "refinement layer").
        error: The exception that a missing name raises.

    Example:
        >>> layers = Registry[type]("layer")
        >>> @layers.register("plain")
        ... class Plain: ...
        >>> "plain" in layers, list(layers)
        (True, ['plain'])
    """

    def __init__(self, kind: str, *, error: type[ClickmendError] = OptionError) -> None:
        self.kind = kind
        self._error = error
        self._entries: dict[str, T] = {}

    def register(self, name: str) -> Callable[[Thing], Thing]:
        """Decorator: enter the thing under ``name``; a name is given only once."""

        def enter(thing: Thing) -> Thing:
            assert name not in self._entries, f"{self.kind} {name!r} is registered twice"
            self._entries[name] = cast(T, thing)
            return thing

        return enter

    def __getitem__(self, name: str) -> T:
        try:
            return self._entries[name]
        except KeyError:
            alike = nearest(name, self._entries)
            hint = f"; did you mean {alike[0]!r}?" if alike else "."
            raise self._error(
                f"There is no {self.kind} {name!r}. Available: {', '.join(self._entries)}{hint}"
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
