"""What a user puts on a photo: clicks, strokes and boxes, in pixels of the original image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from clickmend.core.errors import ClickError

FOREGROUND: Literal["foreground"] = "foreground"
BACKGROUND: Literal["background"] = "background"


@dataclass(frozen=True, slots=True)
class Click:
    """One correction at one place.

    Args:
        x: Pixels from the left edge; pixel column c covers [c, c + 1).
        y: Pixels from the top edge.
        label: What is there: "foreground" or "background" for object masks, a class otherwise.
        value: What is there, for mattes (0 to 1) and depth (metres).
        radius_px: Attention radius: how far around the click the user means it. ``None`` leaves
            it to the task's rule.
    """

    x: float
    y: float
    label: str | int | None = None
    value: float | None = None
    radius_px: float | None = None

    @property
    def is_foreground(self) -> bool:
        """Whether an object-mask click says "object here"."""
        return self.label == FOREGROUND


@dataclass(frozen=True, slots=True)
class Stroke:
    """A painted line.

    Args:
        points: (x, y) along the line, pixels.
        label: What the painted pixels are.
        radius_px: Half the width of the brush.
    """

    points: tuple[tuple[float, float], ...]
    label: str | int | None = None
    radius_px: float = 3.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle around the object, x0 < x1 and y0 < y1, pixels."""

    x0: float
    y0: float
    x1: float
    y1: float


Mark: TypeAlias = Click | Stroke | Box


def check_click(click: Click, *, width: int, height: int, number: int) -> None:
    """Refuse a click that does not lie inside a ``width`` × ``height`` image.

    Args:
        click: The click.
        width: Image width in pixels.
        height: Image height in pixels.
        number: How the error names the click (1 for the first).

    Raises:
        ClickError: The position is not a number or lies outside, or the radius is not positive.
    """
    if not (math.isfinite(click.x) and math.isfinite(click.y)):
        raise ClickError(
            f"click {number} is at (x={click.x}, y={click.y}), which is no position. "
            "Clicks are two finite numbers, (x, y) in pixels of the original image."
        )
    if not (0 <= click.x < width and 0 <= click.y < height):
        raise ClickError(
            f"click {number} is at (x={click.x:g}, y={click.y:g}), outside the {width}×{height} "
            "image. Clicks are (x, y) in pixels of the original image; check that x and y are "
            "not swapped."
        )
    if click.radius_px is not None and not (math.isfinite(click.radius_px) and click.radius_px > 0):
        raise ClickError(
            f"click {number} has the radius {click.radius_px}. A radius is a positive number of "
            "pixels; leave it out to get the task's rule."
        )


def check_box(box: Box, *, width: int, height: int) -> None:
    """Refuse a box that is empty, not finite or wholly outside a ``width`` × ``height`` image.

    Raises:
        ClickError: With the box and what is allowed.
    """
    corners = (box.x0, box.y0, box.x1, box.y1)
    text = f"the box ({', '.join(f'{c:g}' for c in corners)})"
    if not all(math.isfinite(c) for c in corners):
        raise ClickError(f"{text} has a corner that is no number. Give x0, y0, x1, y1 in pixels.")
    if not (box.x0 < box.x1 and box.y0 < box.y1):
        raise ClickError(
            f"{text} is empty. The corners are x0, y0, x1, y1 with x0 < x1 and y0 < y1."
        )
    if box.x0 >= width or box.y0 >= height or box.x1 <= 0 or box.y1 <= 0:
        raise ClickError(
            f"{text} lies outside the {width}×{height} image. Corners are (x, y) in pixels of the "
            "original image; check that x and y are not swapped."
        )
