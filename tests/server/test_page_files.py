"""Photos and masks on their way to the page and back, in a real Chromium."""

import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser


def test_a_photo_smaller_than_the_stage_and_a_sample_open(person):
    person.page.click("#samples button:has-text('Cat')")
    person.page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    assert person.state()["size"] == [451, 300]
    assert "chelsea.png" in person.page.title()


DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/png" }));
  const kind = { dataTransfer: data, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new DragEvent("dragover", kind));
  window.coverSeen = !document.getElementById("dropping").hidden;
  document.body.dispatchEvent(new DragEvent("drop", kind));
}"""

PASTE = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


@pytest.mark.parametrize("way", [DROP, PASTE], ids=["drop", "paste"])
def test_a_photo_is_dropped_or_pasted(person, grey, way):
    person.page.evaluate(way, ["held.png", base64.b64encode(grey).decode()])
    person.page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    assert person.state()["name"] == "held.png"
    if way == DROP:
        assert person.page.evaluate("window.coverSeen")


def test_a_broken_file_is_told_in_words_and_the_start_stays(person):
    person.open("broken.jpg", b"\xff\xd8\xff\xe0 cut off")
    told = person.told()
    assert "broken.jpg cannot be opened" in told
    assert "picture" in told
    assert person.page.get_attribute("body", "data-phase") == "start"


def test_a_broken_file_leaves_the_open_photo_and_its_marks(editing):
    editing.click(100, 80)
    editing.open("broken.jpg", b"")
    assert "broken.jpg cannot be opened" in editing.told()
    editing.settle()
    assert editing.marks() == [(100, 80, "foreground")]


def test_a_file_over_the_limit_is_told_before_it_is_sent(person):
    sent = []
    person.page.on("request", lambda request: sent.append(request.url))
    person.open("large.png", bytes(2_000_000))
    assert "takes up to 1 MB" in person.told()
    assert not any(url.endswith("/sessions") for url in sent)


def test_a_mask_is_loaded_and_mended(editing, as_png):
    prior = np.zeros((200, 300), np.uint8)
    prior[20:180, 40:260] = 255
    editing.choose_file("prior", "old.png", as_png(prior))
    editing.settle()
    assert "Click what is missing" in editing.page.inner_text("#hint")
    editing.click(60, 40, button="right")
    mended = np.asarray(Image.open(BytesIO(editing.served()))) > 0
    assert not mended[40, 60]
    assert mended[150, 200]


def test_a_reload_keeps_the_photo_and_its_marks(editing):
    editing.click(100, 80)
    editing.page.reload()
    editing.page.wait_for_selector("body[data-phase=editing]")
    editing.settle()
    assert "1 mark" in editing.page.inner_text("#status")


def test_a_photo_that_the_server_forgot_is_told_and_the_start_comes(person):
    person.page.goto("about:blank")  # else the page that is there goes to the photo itself
    person.page.goto(f"{person.address}/#forgotten")
    assert "no longer open" in person.told()
    person.page.wait_for_function(
        "() => document.body.dataset.phase === 'start' && location.hash === ''"
    )


def test_a_server_that_is_gone_is_told(editing):
    editing.page.route("**/api/v1/**", lambda route: route.abort())
    editing.page.mouse.click(*editing.at(50, 50))
    assert "The server does not answer" in editing.told()


def test_a_mask_is_loaded_over_marks_only_when_that_is_agreed(editing, as_png):
    editing.click(100, 80)
    mask = as_png(np.full((200, 300), 255, np.uint8))
    editing.choose_file("prior", "old.png", mask)
    assert "puts your mark aside. Undo brings it back" in editing.page.inner_text("#question")
    editing.close_dialog()
    assert len(editing.marks()) == 1
    editing.choose_file("prior", "old.png", mask)
    editing.page.click("#question .primary")
    editing.page.wait_for_function(
        "() => document.querySelector('#status').innerText.includes('0 marks')"
    )
    assert editing.marks() == []
    assert np.asarray(Image.open(BytesIO(editing.served()))).all()


def test_a_mask_of_another_size_is_told_in_words(editing, as_png):
    editing.choose_file("prior", "old.png", as_png(np.zeros((20, 30), np.uint8)))
    told = editing.told()
    assert "This mask cannot be used" in told
    assert "300×200" in told
