"""Marks as they are typed: ``212,140``, ``80,60:2.35@40``, ``30,40=erase@9``, ``fill:road@50``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

import typer

from clickmend.core.errors import ClickError
from clickmend.data.photo_points import are_numbers
from clickmend.feedback import Box, Click, Mark, Push, Stroke, Tidy
from clickmend.tasks.base import Written
from clickmend.tasks.registry import task_named

SIMILAR = "+similar"
"""Stands behind a click that spreads."""


def read_mark(text: str, *, task: str, option: str = "--at") -> Mark:
    """``X,Y:WHAT`` or ``X,Y:WHAT@RADIUS``, with more places ``X,Y X,Y …:WHAT``, as a mark.

    With ``=`` in place of the colon it is painted exactly, at one place too. Places in brackets,
    ``(X,Y X,Y X,Y)=WHAT``, are the corners of an outline that is filled. The tools are
    ``fill``, ``specks`` and ``smooth``, each with ``:CLASS`` and ``@SIZE`` if wanted. With
    ``+similar`` behind it a click is about the other parts of the same kind too.

    Args:
        text: What was typed; the task says what WHAT may be.
        task: What the mark is for.
        option: How it was given, for the error.

    Raises:
        typer.BadParameter: The text is no mark of this task.
    """
    try:
        return mark_of(text, task=task)
    except ClickError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def mark_of(given: Any, *, task: str) -> Mark:
    """A mark as a file has it.

    Args:
        given: ``[x, y]``; as it is typed; or its fields, as ``refine --json`` prints them.
        task: What the mark is for.

    Raises:
        ClickError: It is no mark of this task.
    """
    match given:
        case str():
            mark = _typed(given, task)
        case [x, y] if are_numbers(x, y):
            mark = task_named(task).mark_of(Written(((float(x), float(y)),), "", None))
        case {}:
            mark = _of_fields(given)
        case _:
            mark = None
    if mark is None:
        raise ClickError(
            f"{given!r} is no mark of the task {task!r}. Write {task_named(task).example}; a "
            "radius in pixels may follow, such as @40."
        )
    return mark


def _typed(text: str, task: str) -> Mark | None:
    plain = text.strip().removesuffix(SIMILAR)
    written = _written(plain)
    mark = _tool(plain) if written is None else task_named(task).mark_of(written)
    if plain == text.strip():
        return mark
    return replace(mark, spread="similar") if isinstance(mark, Click) else None


def _of_fields(given: Mapping[str, Any]) -> Mark | None:
    """The mark whose fields these are; numbers are numbers, and words are words."""
    given = {name: value for name, value in given.items() if name != "type"}
    for kind in (Click, Push, Stroke, Box, Tidy):
        known = {one.name: one for one in fields(kind)}
        needed = {name for name, one in known.items() if one.default is MISSING}
        if needed <= given.keys() <= known.keys() and all(
            _fits(name, value) for name, value in given.items()
        ):
            return kind(**given)
    return None


def _fits(name: str, value: Any) -> bool:
    if name == "points":
        pairs = [isinstance(one, list) and len(one) == 2 and are_numbers(*one) for one in value]
        return all(pairs)
    if name == "label":
        return value is None or (isinstance(value, str | int) and not isinstance(value, bool))
    if name in ("direction", "tool"):
        return isinstance(value, str)
    if name == "spread":
        return value is None or isinstance(value, str)
    if name in ("exact", "filled"):
        return isinstance(value, bool)
    return are_numbers(value) or (value is None and name in ("value", "radius_px", "area_px"))


def _tool(text: str) -> Tidy | None:
    """A tool, ``NAME:CLASS@SIZE``; ``None`` where it is none."""
    found = re.fullmatch(r"(fill|specks|smooth)(?::([^@]+))?(?:@(\d+(?:\.\d+)?))?", text.strip())
    if found is None:
        return None
    tool, named, size = found.groups()
    label = int(named) if named and named.isdecimal() else named
    if tool == "smooth":
        return Tidy("smooth", label, radius_px=float(size) if size else None)
    if size and "." in size:
        return None
    return Tidy("fill" if tool == "fill" else "specks", label, area_px=int(size) if size else None)


def read_box(text: str) -> Box:
    """``X0,Y0,X1,Y1`` as a box.

    Raises:
        typer.BadParameter: The text is not four numbers.
    """
    numbers = _numbers(text)
    if len(numbers) != 4:
        raise typer.BadParameter(
            f"{text!r} is no box. Write X0,Y0,X1,Y1 in pixels of the photo, left top right bottom, "
            "such as 40,30,220,180.",
            param_hint="--box",
        )
    return Box(*numbers)


def _written(text: str) -> Written | None:
    """The parts of a mark; ``None`` where they are not places, a word and a radius."""
    places, sign, rest = (*re.split(r"([:=])", text, maxsplit=1), "", "")[:3]
    what, at, radius = rest.partition("@")
    outline = re.fullmatch(r"\s*\((.*)\)\s*", places)
    places = outline[1] if outline else places
    points = [_numbers(place) for place in re.sub(r"\s*,\s*", ",", places).split()]
    radii = _numbers(radius) if at else []
    if not points or any(len(point) != 2 for point in points) or len(radii) != bool(at):
        return None
    pairs = tuple((point[0], point[1]) for point in points)
    return Written(
        pairs, what, radii[0] if radii else None, exact=sign == "=", filled=bool(outline)
    )


def _numbers(text: str) -> list[float]:
    """The numbers between commas; empty when something is no number."""
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        return []
