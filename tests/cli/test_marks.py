import math

import pytest
import typer

from clickmend.cli.marks import read_box, read_click
from clickmend.feedback import Box, Click


@pytest.mark.parametrize(
    ("text", "click"),
    [
        ("212,140", Click(212, 140, label="foreground")),
        ("300,90:background", Click(300, 90, label="background")),
        (" 0.5 , -3:foreground", Click(0.5, -3, label="foreground")),
    ],
)
def test_a_click_is_two_numbers_and_perhaps_a_label(text, click):
    assert read_click(text) == click


def test_a_click_that_is_no_number_is_left_to_the_session_to_refuse():
    assert math.isnan(read_click("nan,3").x)


@pytest.mark.parametrize("text", ["", "212", "212,140,3", "a,b", "212,140:", "212;140"])
def test_a_text_that_is_no_click_is_refused_with_an_example(text):
    with pytest.raises(typer.BadParameter, match=r"is no click.*such as 212,140"):
        read_click(text)


def test_a_box_is_four_numbers():
    assert read_box("40,30,220.5,180") == Box(40, 30, 220.5, 180)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,x", "1,2,3,4,5"])
def test_a_text_that_is_no_box_is_refused_with_an_example(text):
    with pytest.raises(typer.BadParameter, match=r"is no box.*such as 40,30,220,180"):
        read_box(text)
