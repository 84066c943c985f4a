"""Masks on the page, in a real Chromium: clicks, boxes, keys, undo, download."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clickmend.projects.opening import Options, Start

pytestmark = pytest.mark.browser


@pytest.fixture
def oracle_300(fake_session):
    return fake_session(np.zeros((200, 300, 3), np.uint8), Options(), Start())


def test_open_two_clicks_undo_redo_and_download_the_mask_of_the_api(editing, oracle_300):
    editing.click(100, 80)
    editing.click(110, 80, button="right")
    assert editing.marks() == [(100, 80, "foreground"), (110, 80, "background")]
    two = editing.served()
    editing.page.click("#undo")
    editing.settle()
    assert editing.marks() == [(100, 80, "foreground")]
    assert editing.served() != two
    editing.page.click("#redo")
    editing.settle()
    assert editing.served() == two
    name, saved = editing.downloaded()
    assert name == "grey-mask.png"
    assert saved == two
    oracle_300.click(100.5, 80.5)
    oracle_300.click(110.5, 80.5, label="background")
    assert np.array_equal(np.asarray(Image.open(BytesIO(saved))) > 0, oracle_300.prediction.mask)


def test_the_mask_is_seen_over_the_photo_and_can_be_hidden(editing):
    assert not editing.shows_mask_at(100, 90)
    editing.click(100, 80)
    editing.page.mouse.move(5, 300)
    assert editing.shows_mask_at(100, 90)
    assert not editing.shows_mask_at(200, 90)
    editing.press("o")
    assert not editing.shows_mask_at(100, 90)
    editing.press(".")
    assert editing.shows_mask_at(100, 90)


def test_shift_and_the_background_tool_mark_the_background(editing):
    editing.page.keyboard.down("Shift")
    editing.click(50, 50)
    editing.page.keyboard.up("Shift")
    editing.press("2")
    editing.click(60, 50)
    editing.press("1")
    editing.click(70, 50)
    assert [label for *_, label in editing.marks()] == ["background"] * 2 + ["foreground"]


def test_a_box_is_dragged_once_and_the_clicks_come_back(editing):
    editing.press("b")
    assert editing.page.get_attribute("#tool-box", "aria-pressed") == "true"
    assert "Drag a box" in editing.page.inner_text("#hint")
    editing.drag((40, 30), (120, 90))
    (box,) = editing.state()["feedback"]
    assert box == {"type": "box", "x0": 40, "y0": 30, "x1": 121, "y1": 91}
    assert editing.page.get_attribute("#tool-object", "aria-pressed") == "true"


def test_escape_gives_up_a_box_that_is_being_dragged_and_then_the_tool(editing):
    editing.press("b")
    editing.page.mouse.move(*editing.at(40, 30))
    editing.page.mouse.down()
    editing.page.mouse.move(*editing.at(90, 90))
    editing.press("Escape")
    editing.page.mouse.up()
    assert editing.page.get_attribute("#tool-box", "aria-pressed") == "true"
    editing.press("Escape")
    assert editing.page.get_attribute("#tool-object", "aria-pressed") == "true"
    assert editing.state()["feedback"] == []


def test_the_keys_that_people_know_undo_redo_clear_and_save(editing):
    editing.click(100, 80)
    editing.click(150, 80)
    editing.press("Control+z")
    editing.press("Control+z")
    assert editing.marks() == []
    editing.press("Control+Shift+z")
    assert len(editing.marks()) == 1
    editing.press("Control+y")
    assert len(editing.marks()) == 2
    editing.press("Delete")
    assert editing.marks() == []
    editing.press("Control+z")
    assert len(editing.marks()) == 2
    with editing.page.expect_download() as download:
        editing.page.keyboard.press("Control+s")
    assert Path(download.value.path()).read_bytes() == editing.served()


def test_steps_that_are_not_there_say_nothing(editing):
    for keys in ("Control+z", "Control+y", "Delete"):
        editing.press(keys)
    assert editing.page.locator(".toast").count() == 0
    assert editing.page.is_disabled("#undo")
    assert editing.page.is_disabled("#redo")
    assert editing.page.is_disabled("#clear")


def test_the_photo_can_be_marked_without_a_mouse(editing):
    editing.page.focus("#canvas")
    editing.press("ArrowRight")
    editing.press("Shift+ArrowDown")
    editing.press("Enter")
    editing.press("Shift+Enter")
    (x, y, first), second = editing.marks()
    assert x >= 150
    assert y > 100
    assert first == "foreground"
    assert second == (x, y, "background")


def test_clicks_given_in_a_hurry_are_answered_in_their_order(editing):
    places = [(40 + 20 * i, 60 + 10 * (i % 3)) for i in range(8)]
    for place in places:
        editing.page.mouse.click(*editing.at(*place))
    editing.settle()
    assert [(x, y) for x, y, _ in editing.marks()] == places


def test_a_click_beside_the_photo_does_nothing(editing):
    editing.click(-5, 50)
    assert editing.marks() == []
    assert editing.page.locator(".toast").count() == 0


def test_a_mark_is_chosen_dragged_and_taken_back(editing):
    editing.click(100, 80)
    editing.click(200, 120)
    editing.drag((100, 80), (140, 60))
    assert editing.marks() == [(140, 60, "foreground"), (200, 120, "foreground")]
    editing.click(200, 120)
    assert "Delete takes it back" in editing.hint()
    editing.press("Delete")
    assert editing.marks() == [(140, 60, "foreground")]
    editing.press("Control+z")
    editing.press("Control+z")
    assert editing.marks() == [(100, 80, "foreground"), (200, 120, "foreground")]
    editing.click(100, 80, button="right")
    assert editing.marks()[-1] == (100, 80, "background")
