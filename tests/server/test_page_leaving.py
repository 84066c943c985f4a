"""Nothing is lost on the page without a question, in a real Chromium."""

import base64

import numpy as np
import pytest
from test_page_files import DROP

pytestmark = pytest.mark.browser


def drop(person, name, content):
    person.page.evaluate(DROP, [name, base64.b64encode(content).decode()])


def test_another_photo_is_opened_over_marks_only_when_that_is_agreed(editing, grey):
    editing.click(100, 80)
    editing.open("next.png", grey)
    assert "Nothing keeps the mark" in editing.page.inner_text("#question")
    editing.page.keyboard.press("Escape")
    editing.settle()
    assert len(editing.marks()) == 1
    editing.page.click("#home")
    with editing.page.expect_download() as download:
        editing.page.click("#question .primary")
    assert download.value.suggested_filename == "grey-mask.png"
    editing.page.wait_for_selector("body[data-phase=start]")


def test_marks_that_were_downloaded_are_left_without_a_question(editing, grey):
    editing.click(100, 80)
    editing.downloaded()
    editing.open("next.png", grey)
    editing.page.wait_for_function("() => document.title.startsWith('next')")


def test_the_window_is_not_closed_over_marks_without_a_question(editing):
    asked = []
    editing.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    editing.click(100, 80)
    editing.page.reload()
    editing.page.wait_for_selector("body[data-phase=editing]")
    assert asked == ["beforeunload"]


def test_a_picture_as_large_as_the_photo_may_be_its_mask(editing, as_png):
    mask = as_png(np.full((200, 300), 255, np.uint8))
    drop(editing, "mask.png", mask)
    editing.page.click("#question .primary")
    editing.page.wait_for_function(
        "() => document.querySelector('#hint').innerText.includes('missing')"
    )
    assert editing.state()["name"] == "grey.png"
    drop(editing, "other.png", mask)
    editing.page.click("#question button:has-text('Another photo')")
    editing.page.wait_for_function("() => document.title.startsWith('other')")
