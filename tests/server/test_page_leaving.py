"""Nothing is lost on the page without a question, in a real Chromium."""

import base64

import numpy as np
import pytest
from test_page_files import DROP

pytestmark = pytest.mark.browser


def drop(person, name, content):
    person.page.evaluate(DROP, [name, base64.b64encode(content).decode()])


@pytest.fixture
def painting(visitor):
    """A person who has painted a line of a trimap, which no server keeps."""
    visitor.task("matting")
    visitor.page.wait_for_selector("body[data-task=trimap]")
    visitor.drag((50, 40), (70, 40))
    return visitor


def test_a_painted_trimap_is_thrown_away_only_when_that_is_agreed(painting, grey):
    painting.open("next.png", grey)
    assert "Nothing keeps the mark" in painting.page.inner_text("#question")
    painting.close_dialog()
    assert "1 mark" in painting.status()
    painting.page.click("#home")
    with painting.page.expect_download() as download:
        painting.page.click("#question .primary")
    assert download.value.suggested_filename == "scene-trimap.png"
    painting.page.wait_for_selector("body[data-phase=start]")


def test_a_painted_trimap_that_was_downloaded_is_left_without_a_question(painting, grey):
    painting.downloaded()
    painting.open("next.png", grey)
    painting.page.wait_for_function("() => document.title.startsWith('next')")


def test_a_painted_trimap_is_asked_about_and_comes_back_after_a_reload(painting):
    asked = []
    painting.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    painting.page.reload()
    painting.page.wait_for_selector("body[data-task=trimap]")
    painting.settle()
    assert asked == ["beforeunload"]
    assert "1 mark" in painting.status()


def test_marks_that_the_server_keeps_are_left_without_a_question(editing, grey):
    editing.click(100, 80)
    editing.open("next.png", grey)
    editing.page.wait_for_function("() => document.title.startsWith('next')")


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
