"""Names to things, with a helpful refusal for a name that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module, metadata
from pkgutil import iter_modules
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
        entry_points: The group under which other distributions name modules, or things in them,
            that register more. They are imported when an entry is first asked for.
        folder: The package whose files register entries, one or more each. They are imported when
            they are first asked for: for one entry those alone that are named like it, as far as
            it is found there.

    Example:
        >>> layers = Registry[type]("layer")
        >>> @layers.register("plain")
        ... class Plain: ...
        >>> "plain" in layers, list(layers)
        (True, ['plain'])
    """

    def __init__(
        self,
        kind: str,
        *,
        error: type[ClickmendError] = OptionError,
        entry_points: str | None = None,
        folder: str | None = None,
    ) -> None:
        self.kind = kind
        self._error = error
        self._entries: dict[str, T] = {}
        self._group = entry_points
        self._folder = folder

    def register(self, name: str) -> Callable[[Thing], Thing]:
        """Decorator: enter the thing under ``name``; a name is given only once."""

        def enter(thing: Thing) -> Thing:
            assert name not in self._entries, f"{self.kind} {name!r} is registered twice"
            self._entries[name] = cast(T, thing)
            return thing

        return enter

    def put_first(self, *names: str) -> None:
        """These entries before all others, in this order, whenever each was registered."""
        self._entries = {name: self._entries[name] for name in names} | self._entries

    def _find(self, name: str) -> None:
        """Import the files of the folder until one has registered ``name``, the likeliest first."""
        folder = self._folder  # another thread may come to the end of it meanwhile
        if folder is None or name in self._entries:
            return
        package = import_module(folder)

        def unlike(stem: str) -> float:
            return -difflib.SequenceMatcher(None, stem.replace("_", "-"), name).ratio()

        for stem in sorted((found.name for found in iter_modules(package.__path__)), key=unlike):
            import_module(f"{folder}.{stem}")
            if name in self._entries:
                return
        self._folder = None

    def _load(self) -> None:
        self._find("")
        group, self._group = self._group, None
        if group is None:
            return
        for point in metadata.entry_points(group=group):
            try:
                point.load()
            except Exception as error:
                self._group = group
                raise self._error(
                    f"The {self.kind} {point.name!r} of another distribution cannot be loaded "
                    f"({type(error).__name__}: {error}). Allowed is {point.value!r} to import "
                    "without error; repair or uninstall what brings it."
                ) from error

    def __getitem__(self, name: str) -> T:
        self._find(name)
        if name in self._entries:
            return self._entries[name]
        self._load()
        try:
            return self._entries[name]
        except KeyError:
            alike = nearest(name, self._entries)
            hint = f"; did you mean {alike[0]!r}?" if alike else "."
            raise self._error(
                f"There is no {self.kind} {name!r}. Available: {', '.join(self._entries)}{hint}"
            ) from None

    def __contains__(self, name: object) -> bool:
        if name not in self._entries:  # other distributions are asked for what is not here
            self._load()
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        self._load()
        return len(self._entries)
