"""The order in which people expect names: 2 before 10, and small letters like capital ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

# Both come before whatever names are made of, so that "a.jpg" is before "a-1.jpg", and all that
# is in the folder "a" before what is in "a b".
_ENDING, _FOLDER = "\x01", "\x02"


def natural_key(name: str) -> str:
    """What names are sorted by, compared character by character, as databases can.

    Folders are compared before what is in them, and endings last; numbers by their value, letters
    without their case and accents behind them.

    Args:
        name: Of a file, or its path with ``/``.

    Returns:
        The key; names that differ in case or in leading zeros alone may share one.

    Example:
        >>> sorted(["10.jpg", "9.jpg", "b/1.jpg", "B 2.jpg"], key=natural_key)
        ['9.jpg', '10.jpg', 'b/1.jpg', 'B 2.jpg']
    """
    *folders, file = unicodedata.normalize("NFKD", name).casefold().split("/")
    stem, dot, ending = file.rpartition(".")
    parts = [*folders, f"{stem}{_ENDING}{ending}" if dot else file]
    return re.sub("[0-9]+", _counted, _FOLDER.join(parts))


def _counted(number: re.Match[str]) -> str:
    """Digits behind how many there are, so that of two numbers the longer one is the larger."""
    digits = number[0].lstrip("0") or "0"
    return f"{len(digits):03}{digits}"


def natural(things: Iterable[T], *, name: Callable[[T], str]) -> list[T]:
    """Things in the order of their names; of those that share a key by the name itself.

    Args:
        things: What is put in order.
        name: Of each.
    """

    def key(thing: T) -> tuple[str, str]:
        called = name(thing)
        return natural_key(called), called

    return sorted(things, key=key)
