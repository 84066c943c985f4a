"""Parsing shared by the tasks for marks on the command line."""

from __future__ import annotations

from clickmend.feedback.marks import ERASE, Click, Mark, Push, Stroke
from clickmend.tasks.base import Written

BRUSH_PX = 3.0
"""Default radius of a stroke."""


def stroke(written: Written, label: str | int | None, value: float | None = None) -> Stroke:
    """The typed stroke, with its label or value."""
    radius_px = written.radius_px or BRUSH_PX
    return Stroke(written.points, label, radius_px, written.exact, value, written.filled)


def value_mark(written: Written) -> Mark | None:
    """``X,Y:NUMBER`` as a click with a value, ``X,Y:up`` and ``X,Y:down`` as a push.

    Several points, ``X,Y:erase`` and ``X,Y=NUMBER`` are a stroke.
    """
    if written.what == ERASE:
        return stroke(written, ERASE)
    if written.paints:
        return None if written.number is None else stroke(written, None, written.number)
    x, y = written.points[0]
    if written.what == "up":
        return Push(x, y, "up", written.radius_px)
    if written.what == "down":
        return Push(x, y, "down", written.radius_px)
    if written.number is None:
        return None
    return Click(x, y, value=written.number, radius_px=written.radius_px)
