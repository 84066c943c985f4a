"""What is refused of a mark whatever the task, with errors that name it by its number."""

from __future__ import annotations

from typing import get_args

from clickmend.core.errors import ClickError
from clickmend.core.numbers import is_finite, is_index
from clickmend.feedback.marks import (
    ERASE,
    Box,
    Click,
    Direction,
    Mark,
    Push,
    Spread,
    Stroke,
    Tidy,
    TidyTool,
)
from clickmend.feedback.outlines import LEAST_CORNERS

LARGEST_SMOOTHING_PX = 100.0
"""Beyond this radius nothing is left to smooth."""


def check_mark(mark: object, *, width: int, height: int, number: int) -> None:
    """Refuse a mark that has no sense on a ``width`` × ``height`` image, whatever the task.

    Args:
        mark: A mark.
        width: Image width in pixels.
        height: Image height in pixels.
        number: How the error names it (1 for the first); boxes are not counted.

    Raises:
        ClickError: It is none, lies outside, or one of its numbers or words has no sense.
    """
    if isinstance(mark, Box):
        check_box(mark, width=width, height=height)
    elif isinstance(mark, Click):
        check_click(mark, width=width, height=height, number=number)
    elif isinstance(mark, Push):
        check_push(mark, width=width, height=height, number=number)
    elif isinstance(mark, Tidy):
        check_tidy(mark, number=number)
    elif isinstance(mark, Stroke):
        check_stroke(mark, width=width, height=height, number=number)
    else:
        raise ClickError(
            f"mark {number} is a {type(mark).__name__}. Allowed are Click, Stroke, Box, Push and "
            "Tidy; make one of these."
        )


def check_click(click: Click, *, width: int, height: int, number: int) -> None:
    """Refuse a click that does not lie inside a ``width`` × ``height`` image.

    Args:
        click: The click.
        width: Image width in pixels.
        height: Image height in pixels.
        number: How the error names the click (1 for the first).

    Raises:
        ClickError: The position is not a number or lies outside, the radius is not positive, or
            there is no such spread.
    """
    name = f"click {number}"
    check_place(name, "Clicks", click.x, click.y, width=width, height=height)
    _check_radius(name, click.radius_px)
    if click.spread not in (None, *get_args(Spread)):
        raise ClickError(
            f"{name} has the spread {click.spread!r}. Allowed is 'similar', which also corrects "
            "other parts with the same error; leave spread= out to correct this part alone."
        )


def check_spread(mark: Mark, *, task: str, number: int) -> None:
    """Refuse a spread where a task has no parts of a kind.

    Args:
        mark: A mark.
        task: The task that has none.
        number: How the error names the mark (1 for the first).

    Raises:
        ClickError: It has a spread.
    """
    if isinstance(mark, Click) and mark.spread is not None:
        raise ClickError(
            f"click {number} has the spread {mark.spread!r}. Only class maps allow spread, and the "
            f"task is {task!r}; leave spread= out."
        )


def check_push(push: Push, *, width: int, height: int, number: int) -> None:
    """Refuse a push that has no direction or does not lie inside the image.

    Args:
        push: The push.
        width: Image width in pixels.
        height: Image height in pixels.
        number: How the error names the push (1 for the first).

    Raises:
        ClickError: The position is not a number or lies outside, the direction is unknown, or
            the radius is not positive.
    """
    name = f"push {number}"
    check_place(name, "Pushes", push.x, push.y, width=width, height=height)
    if push.direction not in get_args(Direction):
        raise ClickError(
            f"{name} has the direction {push.direction!r}. Allowed are 'up' for a larger value and "
            "'down' for a smaller one."
        )
    _check_radius(name, push.radius_px)


def check_stroke(stroke: Stroke, *, width: int, height: int, number: int) -> None:
    """Refuse a stroke that paints nothing, says nothing or leaves the image.

    Args:
        stroke: The stroke.
        width: Image width in pixels.
        height: Image height in pixels.
        number: How the error names the stroke (1 for the first).

    Raises:
        ClickError: There is no point, a point is not a number or lies outside, the label or value
            is missing, the radius is not positive, an outline has fewer than three corners or is
            not exact, or what is simplified is no outline or not by a positive distance.
    """
    name = f"stroke {number}"
    if not stroke.points:
        raise ClickError(f"{name} has no points. Give at least one (x, y) along the line.")
    for at, (x, y) in enumerate(stroke.points, start=1):
        check_place(f"point {at} of {name}", "Points", x, y, width=width, height=height)
    if stroke.label is None and stroke.value is None:
        raise ClickError(
            f"{name} has neither a label nor a value. Give label= or value= for the painted "
            "pixels, as for a click, or label='erase'."
        )
    if stroke.filled and len(stroke.points) < LEAST_CORNERS:
        raise ClickError(
            f"{name} is an outline of {len(stroke.points)} points. An outline needs at least three "
            "corners; add some, or leave filled= out for a line."
        )
    if stroke.filled and not (stroke.exact or stroke.label == ERASE):
        raise ClickError(
            f"{name} is an outline that is not exact. Only an exact outline or one that erases can "
            "be filled; give exact=True."
        )
    _check_radius(name, stroke.radius_px)
    _check_simplification(name, stroke)


def check_box(box: Box, *, width: int, height: int) -> None:
    """Refuse a box that is empty, not finite or wholly outside a ``width`` × ``height`` image.

    Raises:
        ClickError: With the box and what is allowed.
    """
    corners = (box.x0, box.y0, box.x1, box.y1)
    if not all(is_finite(c) for c in corners):
        raise ClickError(
            f"the box {corners} has a corner that is not a finite number. Give x0, y0, x1, y1 in "
            "pixels."
        )
    text = f"the box ({', '.join(f'{c:g}' for c in corners)})"
    if not (box.x0 < box.x1 and box.y0 < box.y1):
        raise ClickError(
            f"{text} is empty. Corners are x0, y0, x1, y1 with x0 < x1 and y0 < y1; check their "
            "order."
        )
    if box.x0 >= width or box.y0 >= height or box.x1 <= 0 or box.y1 <= 0:
        raise ClickError(
            f"{text} lies outside the {width}×{height} image. Corners are (x, y) in pixels of the "
            "original image; check that x and y are not swapped."
        )


def check_tidy(tidy: Tidy, *, number: int) -> None:
    """Refuse a tool that is none, or that is given a size it has no use for.

    Args:
        tidy: The tool.
        number: How the error names it (1 for the first).

    Raises:
        ClickError: With what is allowed.
    """
    name = f"mark {number}"
    if tidy.tool not in get_args(TidyTool):
        raise ClickError(
            f"{name} has the tool {tidy.tool!r}. Allowed are 'fill' for holes, 'specks' for small "
            "parts and 'smooth' for the border."
        )
    if tidy.tool == "smooth" and tidy.area_px is not None:
        raise ClickError(f"{name} smooths, so it takes no area_px=. Give radius_px= instead.")
    if tidy.tool != "smooth" and tidy.radius_px is not None:
        raise ClickError(
            f"{name} is {tidy.tool!r}, which takes no radius_px=. Give area_px= instead."
        )
    if tidy.area_px is not None and not (is_index(tidy.area_px) and tidy.area_px >= 1):
        raise ClickError(
            f"{name} has area_px={tidy.area_px!r}. Allowed are whole numbers from 1; leave it out "
            "for the default."
        )
    _check_radius(name, tidy.radius_px)
    if tidy.radius_px is not None and tidy.radius_px > LARGEST_SMOOTHING_PX:
        raise ClickError(
            f"{name} smooths over {tidy.radius_px:g} pixels. Allowed is at most "
            f"{LARGEST_SMOOTHING_PX:g}; give a smaller radius_px=."
        )


def check_place(name: str, kind: str, x: float, y: float, *, width: int, height: int) -> None:
    """Refuse a place that is none, or outside a ``width`` × ``height`` image.

    Args:
        name: How the error calls what is there.
        kind: How it calls all of its kind, the beginning of a sentence.
        x: Pixels from the left edge.
        y: Pixels from the top edge.
        width: Image width in pixels.
        height: Image height in pixels.

    Raises:
        ClickError: With what is allowed.
    """
    if not (is_finite(x) and is_finite(y)):
        raise ClickError(
            f"{name} is at (x={x!r}, y={y!r}), which is not a position. {kind} are two finite "
            "numbers, (x, y) in pixels of the original image."
        )
    if not (0 <= x < width and 0 <= y < height):
        raise ClickError(
            f"{name} is at (x={x:g}, y={y:g}), outside the {width}×{height} image. "
            f"{kind} are (x, y) in pixels of the original image; check that x and y are not "
            "swapped."
        )


def _check_radius(name: str, radius_px: float | None) -> None:
    if radius_px is not None and not (is_finite(radius_px) and radius_px > 0):
        raise ClickError(
            f"{name} has the radius {radius_px!r}. Allowed are positive numbers of pixels; leave "
            "it out for the default."
        )


def _check_simplification(name: str, stroke: Stroke) -> None:
    if stroke.simplify_px is None:
        return
    if not stroke.filled:
        raise ClickError(
            f"{name} is a line, which cannot be simplified. Only the corners of an outline can; "
            "give filled=True, or leave simplify_px= out."
        )
    if not (is_finite(stroke.simplify_px) and stroke.simplify_px > 0):
        raise ClickError(
            f"{name} has simplify_px={stroke.simplify_px!r}. Allowed are positive numbers of "
            "pixels; leave it out to keep all corners."
        )
