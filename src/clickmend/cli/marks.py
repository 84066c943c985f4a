"""Clicks and boxes as they are typed: ``212,140``, ``300,90:background``, ``x0,y0,x1,y1``."""

from __future__ import annotations

import typer

from clickmend.feedback import FOREGROUND, Box, Click


def read_click(text: str) -> Click:
    """``X,Y`` or ``X,Y:LABEL`` as a click; without a label it is foreground.

    Raises:
        typer.BadParameter: The text is not two numbers and a label.
    """
    place, colon, label = text.partition(":")
    numbers = _numbers(place)
    if len(numbers) != 2 or (colon and not label):
        raise typer.BadParameter(
            f"{text!r} is no click. Write X,Y or X,Y:LABEL in pixels of the photo, "
            "such as 212,140 or 300,90:background.",
            param_hint="--click",
        )
    return Click(numbers[0], numbers[1], label=label or FOREGROUND)


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
