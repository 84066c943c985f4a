import math

import pytest
import typer

from clickmend.cli.marks import read_box, read_mark
from clickmend.feedback import Box, Click, Push, Stroke, Tidy


@pytest.mark.parametrize(
    ("task", "text", "mark"),
    [
        ("interactive", "212,140", Click(212, 140, label="foreground")),
        ("interactive", "300,90:background", Click(300, 90, label="background")),
        ("interactive", " 0.5 , -3:foreground@7", Click(0.5, -3, "foreground", radius_px=7)),
        ("semantic", "200,150:road", Click(200, 150, label="road")),
        ("semantic", "200,150:3@40", Click(200, 150, label=3, radius_px=40)),
        ("semantic", "200,150:3+similar", Click(200, 150, 3, spread="similar")),
        ("semantic", "9,8:car@40+similar ", Click(9, 8, "car", None, 40, "similar")),
        ("semantic", "10,10 90,20:road", Stroke(((10, 10), (90, 20)), "road", 3.0)),
        ("semantic", "10,10 90,20:road@5.5", Stroke(((10, 10), (90, 20)), "road", 5.5)),
        ("matting", "30,40:0.5", Click(30, 40, value=0.5)),
        ("matting", "30,40:up", Push(30, 40, "up")),
        ("depth", "80,60:2.35@40", Click(80, 60, value=2.35, radius_px=40)),
        ("depth", "80,60:down@9", Push(80, 60, "down", radius_px=9)),
        ("depth", "30,40 50,60:2.0", Stroke(((30, 40), (50, 60)), value=2.0)),
        ("depth", "30,40=2.5@8", Stroke(((30, 40),), None, 8.0, exact=True, value=2.5)),
        ("matting", "30,40:erase@8", Stroke(((30, 40),), "erase", 8.0)),
        ("semantic", "30,40 50,60=road", Stroke(((30, 40), (50, 60)), "road", 3.0, exact=True)),
        ("semantic", "30,40:erase", Stroke(((30, 40),), "erase")),
        (
            "interactive",
            "(30,40 50, 60 20,70)=background",
            Stroke(((30, 40), (50, 60), (20, 70)), "background", exact=True, filled=True),
        ),
        (
            "depth",
            "( 30,40 50,60 20,70 )=2.5",
            Stroke(((30, 40), (50, 60), (20, 70)), exact=True, value=2.5, filled=True),
        ),
        ("semantic", "(3,4 5,6 2,7):erase", Stroke(((3, 4), (5, 6), (2, 7)), "erase", filled=True)),
        ("interactive", "30,40=background@9", Stroke(((30, 40),), "background", 9, exact=True)),
        ("interactive", "fill", Tidy("fill")),
        ("interactive", " fill@50 ", Tidy("fill", area_px=50)),
        ("semantic", "fill:road@50", Tidy("fill", "road", area_px=50)),
        ("semantic", "specks:3", Tidy("specks", 3)),
        ("semantic", "smooth@2.5", Tidy("smooth", radius_px=2.5)),
        ("interactive", "30,40=", Stroke(((30, 40),), "foreground", exact=True)),
    ],
)
def test_a_mark_is_places_what_is_there_and_perhaps_a_radius(task, text, mark):
    assert read_mark(text, task=task) == mark


def test_a_number_that_is_none_is_left_to_the_session_to_refuse():
    assert math.isnan(read_mark("nan,3", task="interactive").x)


@pytest.mark.parametrize(
    ("task", "text"),
    [
        *(("interactive", text) for text in ("", "212", "212,140,3", "a,b", "212;140")),
        ("semantic", "200,150"),
        ("semantic", "200,150:road@x"),
        ("semantic", "200,150 30:road"),
        ("matting", "30,40"),
        ("matting", "30,40:soft"),
        ("depth", "30,40 50,60:up"),
        ("matting", "30,40=up"),
        ("depth", "30,40=far"),
        ("interactive", "fill@2.5"),
        ("interactive", "fillet"),
        ("semantic", "10,10 90,20:road+similar"),
        ("semantic", "fill:road+similar"),
    ],
)
def test_a_text_that_is_no_mark_is_refused_with_an_example(task, text):
    with pytest.raises(typer.BadParameter, match=rf"is no mark of the task '{task}'.*such as"):
        read_mark(text, task=task)


def test_a_box_is_four_numbers():
    assert read_box("40,30,220.5,180") == Box(40, 30, 220.5, 180)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,x", "1,2,3,4,5"])
def test_a_text_that_is_no_box_is_refused_with_an_example(text):
    with pytest.raises(typer.BadParameter, match=r"is no box.*such as 40,30,220,180"):
        read_box(text)
