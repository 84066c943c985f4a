"""Marks as they are typed: ``212,140``, ``80,60:2.35@40``, ``30,40=erase@9``, ``x0,y0,x1,y1``."""

from __future__ import annotations

import re

import typer

from clickmend.feedback import Box, Mark
from clickmend.tasks.base import Written
from clickmend.tasks.registry import task_named


def read_mark(text: str, *, task: str, option: str = "--at") -> Mark:
    """``X,Y:WHAT`` or ``X,Y:WHAT@RADIUS``, with more places ``X,Y X,Y …:WHAT``, as a mark.

    With ``=`` in place of the colon it is painted exactly, at one place too.

    Args:
        text: What was typed; the task says what WHAT may be.
        task: What the mark is for.
        option: How it was given, for the error.

    Raises:
        typer.BadParameter: The text is no mark of this task.
    """
    kind, written = task_named(task), _written(text)
    mark = None if written is None else kind.mark_of(written)
    if mark is None:
        raise typer.BadParameter(
            f"{text!r} is no mark of the task {task!r}. Write {kind.example}; a radius in pixels "
            "may follow, such as @40.",
            param_hint=option,
        )
    return mark


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
    points = [_numbers(place) for place in re.sub(r"\s*,\s*", ",", places).split()]
    radii = _numbers(radius) if at else []
    if not points or any(len(point) != 2 for point in points) or len(radii) != bool(at):
        return None
    pairs = tuple((point[0], point[1]) for point in points)
    return Written(pairs, what, radii[0] if radii else None, exact=sign == "=")


def _numbers(text: str) -> list[float]:
    """The numbers between commas; empty when something is no number."""
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        return []
