"""Marks as they are typed: ``212,140``, ``80,60:2.35@40``, ``30,40:up``, ``x0,y0,x1,y1``."""

from __future__ import annotations

import re

import typer

from clickmend.feedback import FOREGROUND, Box, Click, Mark, Push, Stroke

VALUE_TASKS = ("matting", "depth")
"""The tasks whose clicks carry a number."""


_EXAMPLES = {
    "interactive": "X,Y or X,Y:LABEL, such as 212,140 or 300,90:background",
    "semantic": "X,Y:CLASS, such as 200,150:road, or a stroke, such as '10,10 90,20:road'",
    "matting": "X,Y:ALPHA from 0 to 1, X,Y:up or X,Y:down, such as 30,40:0.5 or 30,40:up",
    "depth": "X,Y:METRES, X,Y:up (farther) or X,Y:down (nearer), such as 80,60:2.35",
}


def read_mark(text: str, *, task: str, option: str = "--at") -> Mark:
    """``X,Y:WHAT`` or ``X,Y:WHAT@RADIUS`` as a click or push, with more places as a stroke.

    Args:
        text: WHAT is a label or a class, for matting and depth a number, "up" or "down"; a stroke
            is ``X,Y X,Y …:CLASS@RADIUS``.
        task: What the mark is for.
        option: How it was given, for the error.

    Raises:
        typer.BadParameter: The text is no mark of this task.
    """
    places, _, said = text.partition(":")
    what, at, radius = said.partition("@")
    points = [_numbers(place) for place in re.sub(r"\s*,\s*", ",", places).split()]
    radii = _numbers(radius) if at else []
    fits = bool(points) and all(len(point) == 2 for point in points) and len(radii) == bool(at)
    pairs = [(point[0], point[1]) for point in points if fits]
    radius_px = radii[0] if radii and fits else None
    label = int(what) if what.isdecimal() else what
    if fits and task in VALUE_TASKS and len(pairs) == 1:
        (x, y), value = pairs[0], _numbers(what)
        if what == "up":
            return Push(x, y, "up", radius_px)
        if what == "down":
            return Push(x, y, "down", radius_px)
        if len(value) == 1:
            return Click(x, y, value=value[0], radius_px=radius_px)
    elif fits and task not in VALUE_TASKS and (what or task == "interactive"):
        if len(pairs) == 1:
            return Click(*pairs[0], label=FOREGROUND if label == "" else label, radius_px=radius_px)
        return Stroke(tuple(pairs), label, 3.0 if radius_px is None else radius_px)
    raise typer.BadParameter(
        f"{text!r} is no mark of the task {task!r}. Write {_EXAMPLES[task]}; a radius in pixels "
        "may follow, such as @40.",
        param_hint=option,
    )


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


def _numbers(text: str) -> list[float]:
    """The numbers between commas; empty when something is no number."""
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        return []
