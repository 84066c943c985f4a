"""Numbers for the objects of a file: those they have, and free ones for the new."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import count
from typing import Any

from clickmend.core.errors import OutputError
from clickmend.projects.formats.base import PhotoLabels, name_of


def odd_id(labels: PhotoLabels, *, largest: int | None = None) -> str | tuple[str, str]:
    """The first id that is no number from 1, in words and of which object; empty if none is.

    Args:
        labels: Those of the photo.
        largest: The last number that there is.
    """
    for number, one in enumerate(labels.objects, start=1):
        if one.id is not None and not (
            type(one.id) is int and 1 <= one.id <= (one.id if largest is None else largest)
        ):
            allowed = "numbers from 1" if largest is None else f"1 to {largest}"
            return f"the id {one.id!r}, only {allowed}", name_of(number, one)
    new = fill(one.id for one in labels.objects)
    if largest is not None and max(new, default=0) > largest:
        return f"{len(new)} objects with numbers up to {max(new)}, only 1 to {largest}"
    return ""


def text_id(labels: PhotoLabels) -> str | tuple[str, str]:
    """The first id that is no whole number, in words and of which object; empty if none is."""
    for number, one in enumerate(labels.objects, start=1):
        if one.id is not None and type(one.id) is not int:
            return f"the id {one.id!r}, only numbers", name_of(number, one)
    return ""


def repeated(labels: PhotoLabels) -> str | tuple[str, str]:
    """The first object whose class and id another has, in words; empty if none has."""
    seen: set[tuple[str | None, Hashable]] = set()
    for number, one in enumerate(labels.objects, start=1):
        if one.id is not None and (one.label, one.id) in seen:
            return "two objects of one class and id", name_of(number, one)
        seen.add((one.label, one.id))
    return ""


def numbers(labels: PhotoLabels) -> list[int]:
    """A number for each object of a photo, its id where it has one.

    Raises:
        OutputError: Two objects have the same.
    """
    given = [one.id for one in labels.objects]
    for number, one in enumerate(labels.objects, start=1):
        if one.id is not None and given.count(one.id) > 1:
            raise OutputError(
                f"{labels.file_name} has two objects with the id {one.id}, {name_of(number, one)} "
                "among them. Each has its own; leave out that of a new object."
            )
    return fill(given)


def fill(given: Iterable[Hashable]) -> list[Any]:
    """The ids, and for each ``None`` one above all; what was given away before is not reused.

    Example:
        >>> fill([3, None, "a", None])
        [3, 4, 'a', 5]
    """
    given = list(given)
    free = count(1 + max((one for one in given if type(one) is int), default=0))
    return [next(free) if one is None else one for one in given]
