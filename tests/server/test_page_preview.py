"""What a click would change is outlined where the pointer rests, and is nothing but an outline."""

from io import BytesIO

import numpy as np
import pytest
from person import opened
from PIL import Image

pytestmark = pytest.mark.browser

PREVIEW = "/preview"


def asked(page):
    """Waits for the server to answer a preview."""
    return page.expect_response(lambda answer: answer.url.endswith(PREVIEW))


def test_a_preview_outlines_what_the_click_then_changes(editing):
    editing.page.check("#preview-chosen")
    with asked(editing.page) as answer:
        editing.hover(150, 100)
    assert answer.value.ok
    editing.page.wait_for_timeout(100)
    assert not editing.shows_mask_at(150, 100)
    assert editing.marks() == []
    editing.click(150, 100)
    assert editing.shows_mask_at(152, 102)


def stage(page):
    """What the stage shows, once the next frame is drawn."""
    page.wait_for_timeout(200)
    picture = Image.open(BytesIO(page.locator("#canvas").screenshot())).convert("L")
    return np.asarray(picture, dtype=float)


def test_a_dashed_line_is_drawn_while_previews_are_chosen(editing):
    editing.hover(150, 100)
    plain = stage(editing.page)
    editing.press("Shift+P")
    editing.hover(140, 100)
    with asked(editing.page):
        editing.hover(150, 100)
    assert (abs(stage(editing.page) - plain) > 40).sum() > 100
    editing.press("Shift+P")
    assert not editing.page.is_checked("#preview-chosen")
    assert (abs(stage(editing.page) - plain) > 40).sum() == 0


def test_no_preview_is_asked_for_unless_it_is_chosen_or_by_another_tool(editing):
    requests = []
    editing.page.on("request", lambda request: requests.append(request.url))
    editing.hover(150, 100)
    editing.page.wait_for_timeout(400)
    editing.page.check("#preview-chosen")
    editing.press("p")
    editing.hover(140, 90)
    editing.page.wait_for_timeout(400)
    assert [url for url in requests if url.endswith(PREVIEW)] == []


def test_a_preview_that_is_refused_is_no_failure_of_the_page(editing):
    refusal = {"error": {"type": "OptionError", "message": "There is none."}}
    editing.page.evaluate(
        "window.unheard = [];"
        "addEventListener('unhandledrejection', ({reason}) => unheard.push(`${reason}`))"
    )
    editing.page.route(f"**{PREVIEW}", lambda route: route.fulfill(status=400, json=refusal))
    editing.page.check("#preview-chosen")
    with asked(editing.page):
        editing.hover(150, 100)
    editing.page.wait_for_timeout(100)
    assert editing.page.evaluate("unheard") == []
    assert editing.page.locator(".toast").count() == 0
    editing.click(150, 100)
    assert editing.shows_mask_at(152, 102)


def test_the_choice_of_previews_outlives_the_photo(editing, grey):
    editing.page.check("#preview-chosen")
    editing.page.click("#home")
    editing.page.wait_for_selector("body[data-phase=start]")
    opened(editing, "next.png", grey)
    assert editing.page.is_checked("#preview-chosen")


def test_a_failure_that_nothing_waits_for_is_told(editing):
    editing.page.evaluate(
        "import('/js/http.js').then(({ApiError}) => { throw new ApiError('Lost', 'It is lost.'); })"
        ".finally(() => {}), null"
    )
    assert "It is lost." in editing.told()
