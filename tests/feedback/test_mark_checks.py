"""What is refused of clicks, pushes, strokes, boxes and tools."""

import math

import numpy as np
import pytest
import torch

from clickmend.core.errors import ClickError
from clickmend.feedback.mark_checks import (
    check_box,
    check_click,
    check_mark,
    check_push,
    check_stroke,
)
from clickmend.feedback.marks import Box, Click, Push, Stroke, Tidy


@pytest.mark.parametrize(("x", "y"), [(0, 0), (639.999, 479.999), (12.5, 40)])
def test_a_click_on_the_photo_is_taken(x: float, y: float) -> None:
    check_click(Click(x, y), width=640, height=480, number=1)


@pytest.mark.parametrize(("x", "y"), [(640, 10), (10, 480), (-0.1, 10), (812, 40.5)])
def test_a_click_outside_the_image_is_refused_and_named(x: float, y: float) -> None:
    with pytest.raises(ClickError, match=r"click 3 is at .*outside the 640×480 image.*swapped"):
        check_click(Click(x, y), width=640, height=480, number=3)


@pytest.mark.parametrize("x", [math.nan, math.inf])
def test_a_click_that_is_no_position_is_refused(x: float) -> None:
    with pytest.raises(ClickError, match="two finite numbers"):
        check_click(Click(x, 1), width=640, height=480, number=1)


@pytest.mark.parametrize("radius", [0, -3, math.nan])
def test_a_radius_that_is_not_positive_is_refused(radius: float) -> None:
    with pytest.raises(ClickError, match="Allowed are positive numbers"):
        check_click(Click(1, 1, radius_px=radius), width=9, height=9, number=1)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_push_on_the_photo_is_taken(direction) -> None:
    check_push(Push(0, 479.9, direction, radius_px=5), width=640, height=480, number=1)


@pytest.mark.parametrize(
    ("push", "words"),
    [
        (Push(640, 10, "up"), r"push 2 is at \(x=640, y=10\), outside the 640×480 .*not swapped"),
        (Push(1, math.nan, "up"), "Pushes are two finite numbers"),
        (Push(1, 1, "left"), "push 2 has the direction 'left'.*'up' for a larger value"),
        (Push(1, 1, "up", radius_px=0), "push 2 has the radius 0. Allowed are positive numbers"),
    ],
)
def test_a_push_without_sense_is_refused_and_named(push: Push, words: str) -> None:
    with pytest.raises(ClickError, match=words):
        check_push(push, width=640, height=480, number=2)


@pytest.mark.parametrize("label", ["road", 0])
def test_a_stroke_on_the_photo_is_taken(label: str | int) -> None:
    check_stroke(Stroke(((0, 0), (9.9, 4)), label), width=10, height=5, number=1)


@pytest.mark.parametrize(
    ("stroke", "words"),
    [
        (Stroke((), "road"), r"stroke 3 has no points.*at least one \(x, y\)"),
        (Stroke(((1, 1), (10, 2)), "road"), "point 2 of stroke 3 is at .*outside the 10×5 image"),
        (Stroke(((math.inf, 1),), "road"), "point 1 of stroke 3 is at .*Points are two finite"),
        (Stroke(((1, 1),)), "stroke 3 has neither a label nor a value.*Give label= or value="),
        (Stroke(((1, 1),), 4, radius_px=-1), "stroke 3 has the radius -1.*positive number"),
    ],
)
def test_a_stroke_without_sense_is_refused_and_named(stroke: Stroke, words: str) -> None:
    with pytest.raises(ClickError, match=words):
        check_stroke(stroke, width=10, height=5, number=3)


def test_a_box_that_sticks_out_is_taken() -> None:
    check_box(Box(-5, -5, 20, 20), width=10, height=10)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(5, 5, 5, 9), "is empty"),
        (Box(9, 5, 2, 9), "is empty"),
        (Box(20, 1, 30, 5), "outside the 10×10 image"),
        (Box(-9, 1, 0, 5), "outside the 10×10 image"),
        (Box(math.nan, 1, 3, 5), "not a finite number"),
    ],
)
def test_a_box_without_sense_is_refused(box: Box, words: str) -> None:
    with pytest.raises(ClickError, match=words):
        check_box(box, width=10, height=10)


@pytest.mark.parametrize(
    "tidy",
    [Tidy("fill"), Tidy("specks", "road", area_px=1), Tidy("smooth", radius_px=100.0)],
)
def test_a_tool_with_the_size_it_has_a_use_for_is_taken(tidy: Tidy) -> None:
    check_mark(tidy, width=10, height=10, number=1)


@pytest.mark.parametrize(
    ("tidy", "words"),
    [
        (Tidy("polish"), "mark 2 has the tool 'polish'.*'fill' for holes"),  # type: ignore[arg-type]
        (Tidy("smooth", area_px=3), "mark 2 smooths, so it takes no area_px=.*radius_px="),
        (Tidy("fill", radius_px=3), "mark 2 is 'fill', which takes no radius_px=.*area_px="),
        (Tidy("specks", area_px=0), "has area_px=0.*from 1"),
        (Tidy("specks", area_px=2.5), "has area_px=2.5.*whole number"),  # type: ignore[arg-type]
        (Tidy("smooth", radius_px=math.nan), "mark 2 has the radius nan"),
        (Tidy("smooth", radius_px=101), "smooths over 101 pixels. Allowed is at most 100"),
    ],
)
def test_a_tool_without_sense_is_refused_and_named(tidy: Tidy, words: str) -> None:
    with pytest.raises(ClickError, match=words):
        check_mark(tidy, width=10, height=10, number=2)


@pytest.mark.parametrize(
    ("stroke", "words"),
    [
        (
            Stroke(((1, 1), (5, 1)), "road", exact=True, filled=True),
            "stroke 2 is an outline of 2 points.*at least three corners",
        ),
        (
            Stroke(((1, 1), (5, 1), (5, 5)), "road", filled=True),
            "stroke 2 is an outline that is not exact.*exact=True",
        ),
        (
            Stroke(((1, 1), (5, 1), (5, 5)), "road", exact=True, simplify_px=2.0),
            r"stroke 2 is a line, which cannot be simplified.*filled=True",
        ),
        (
            Stroke(((1, 1), (5, 1), (5, 5)), 1, exact=True, filled=True, simplify_px=0.0),
            r"stroke 2 has simplify_px=0\.0.*positive",
        ),
        (
            Stroke(((1, 1), (5, 1), (5, 50)), "road", exact=True, filled=True),
            "point 3 of stroke 2 is at .*outside",
        ),
    ],
)
def test_an_outline_without_sense_is_refused_and_named(stroke: Stroke, words: str) -> None:
    with pytest.raises(ClickError, match=words):
        check_mark(stroke, width=10, height=10, number=2)


@pytest.mark.parametrize("label", ["road", "erase"])
def test_an_outline_that_is_exact_or_erases_is_taken(label: str) -> None:
    corners = ((1, 1), (5, 1), (5, 5))
    stroke = Stroke(corners, label, exact=label != "erase", filled=True)
    check_mark(stroke, width=10, height=10, number=1)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (Click("5", 1), r"click 2 is at \(x='5', y=1\), which is not a position"),
        (Click(None, 1), "not a position"),
        (Click(10**400, 1), "not a position"),
        (Click(torch.tensor(3.0), 1), "not a position"),
        (Click(1, 1, radius_px="4"), "click 2 has the radius '4'. Allowed are positive numbers"),
        (Push([1], 1, "up"), "not a position"),
        (Stroke(((1, "2"),), "foreground"), "point 1 of stroke 2 is at .* not a position"),
        (Box("0", 0, 2, 2), r"the box \('0', 0, 2, 2\) has a corner that is not a finite number"),
        (Tidy("specks", area_px="many"), "mark 2 has area_px='many'. Allowed are whole numbers"),
        (Tidy("specks", area_px=True), "mark 2 has area_px=True"),
        (Tidy("smooth", radius_px="4"), "mark 2 has the radius '4'"),
        (None, "mark 2 is a NoneType. Allowed are Click, Stroke, Box, Push and Tidy"),
        ((1, 2), "mark 2 is a tuple"),
    ],
)
def test_what_is_no_number_or_no_mark_is_refused_as_any_other_mistake(mark, words) -> None:
    with pytest.raises(ClickError, match=words):
        check_mark(mark, width=9, height=9, number=2)


def test_numbers_of_numpy_are_numbers() -> None:
    for mark in (
        Click(np.int64(5), np.float32(3.5), radius_px=np.float32(2)),
        Tidy("specks", area_px=np.int64(5)),
    ):
        check_mark(mark, width=9, height=9, number=1)
