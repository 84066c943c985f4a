"""One point per object, given as clicks to a network that segments one object at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click

Point: TypeAlias = tuple[float, float]
"""(x, y) in pixels."""

NEIGHBOURS = 8
"""How many other points go with an object's own, the nearest; so a new one changes few answers."""


def clicks_of(point: Point, points: Sequence[Point]) -> tuple[Click, ...]:
    """Background clicks at the nearest other points, then the click in the object.

    Args:
        point: In the object.
        points: Of all objects; those in the pixel of ``point`` are left out.
    """
    others = dict.fromkeys(other for other in points if _pixel(other) != _pixel(point))
    near = sorted(others, key=lambda other: math.dist(other, point))[:NEIGHBOURS]
    return (*(Click(*other, BACKGROUND) for other in near), Click(*point, FOREGROUND))


def _pixel(point: Point) -> tuple[int, int]:
    return math.floor(point[0]), math.floor(point[1])
