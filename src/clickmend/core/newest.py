"""What was made last, for as long as it would be made of the same things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Newest(Generic[T]):
    """Keeps one result, and the very things that it was made of.

    Example:
        >>> kept, numbers = Newest[int](), [1, 2]
        >>> kept.of(numbers, make=sum)
        3
        >>> numbers.append(3)  # the things are told apart by what they are, not by what is in them
        >>> kept.of(numbers, make=sum)
        3
        >>> kept.of([1, 2, 3], make=sum)
        6
    """

    def __init__(self) -> None:
        self._kept: tuple[tuple[Any, ...], T] | None = None

    def of(self, *things: Any, make: Callable[..., T]) -> T:
        """What ``make`` makes of some things; it is not asked again for the same ones."""
        if self._kept is None or any(
            a is not b for a, b in zip(self._kept[0], things, strict=True)
        ):
            self._kept = things, make(*things)
        return self._kept[1]
