"""The page in a real Chromium, against a server on a free port of this machine."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clickmend.core.settings import Settings
from clickmend.server.app import create_app
from clickmend.server.serve import Server, address_of, listen
from clickmend.server.sessions import Options

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(require):
    require(CHROMIUM.is_file(), f"there is no {CHROMIUM}; install Chromium to test the page")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(fake_session) -> Iterator[str]:
    app = create_app(
        session_factory=fake_session, models=dict, limits=Settings(max_upload_megabytes=1.0)
    )
    ready = threading.Event()
    server = Server(app, when_ready=ready.set)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert ready.wait(60)
        yield address_of(listening)
        server.should_exit = True
        thread.join(60)


@dataclass
class Person:
    """What a person sees and does; places are pixels of the photo."""

    page: object
    address: str

    def open(self, name: str, content: bytes) -> None:
        self.page.set_input_files(
            "#photo-file", files=[{"name": name, "mimeType": "image/png", "buffer": content}]
        )

    def settle(self) -> None:
        """Wait until everything asked for is answered."""
        self.page.wait_for_selector("#progress", state="hidden")

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where the centre of a pixel of a fitted photo is on the page."""
        frame = self.page.locator("#canvas").bounding_box()
        width, height = self.state()["size"]
        scale = self.zoom()
        left = frame["x"] + (frame["width"] - scale * width) / 2
        top = frame["y"] + (frame["height"] - scale * height) / 2
        return left + scale * (x + 0.5), top + scale * (y + 0.5)

    def zoom(self) -> float:
        """The scale of a fitted photo, from the size of the stage and of the photo."""
        frame = self.page.locator("#canvas").bounding_box()
        width, height = self.state()["size"]
        return min((frame["width"] - 56) / width, (frame["height"] - 56) / height)

    def click(self, x: float, y: float, **options: object) -> None:
        self.page.mouse.click(*self.at(x, y), **options)
        self.settle()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(*end), steps=3)
        self.page.mouse.up()
        self.settle()

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)
        self.settle()

    def state(self) -> dict:
        key = self.page.evaluate("location.hash").removeprefix("#")
        return self.page.request.get(f"{self.address}/api/v1/sessions/{key}").json()

    def api_mask(self) -> bytes:
        return self.page.request.get(self.address + self.state()["mask"]["url"]).body()

    def marks(self) -> list[tuple]:
        """The clicks that count, as (column, row, label) of the pixel."""
        return [(int(m["x"]), int(m["y"]), m["label"]) for m in self.state()["feedback"]]

    def told(self) -> str:
        self.page.wait_for_selector(".toast")
        return self.page.inner_text(".toast")

    def shows_mask_at(self, x: float, y: float) -> bool:
        """Whether the photo, which is grey here, looks blue at a place."""
        picture = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        red, _, blue = picture.getpixel(tuple(round(c) for c in self.at(x, y)))
        return blue > red + 30


@pytest.fixture
def person(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(60_000)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(address)
    page.wait_for_selector("#samples li")
    yield Person(page, address)
    page.close()
    assert failures == []


@pytest.fixture
def grey(as_png) -> bytes:
    return as_png(np.full((200, 300, 3), 128, np.uint8))


@pytest.fixture
def editing(person, grey):
    """A person who has opened a grey photo, 300×200."""
    person.open("grey.png", grey)
    person.page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    return person


@pytest.fixture
def oracle_300(fake_session):
    return fake_session(np.zeros((200, 300, 3), np.uint8), Options(), None)


def test_open_two_clicks_undo_redo_and_download_the_mask_of_the_api(editing, oracle_300):
    editing.click(100, 80)
    editing.click(110, 80, button="right")
    assert editing.marks() == [(100, 80, "foreground"), (110, 80, "background")]
    two = editing.api_mask()
    editing.page.click("#undo")
    editing.settle()
    assert editing.marks() == [(100, 80, "foreground")]
    assert editing.api_mask() != two
    editing.page.click("#redo")
    editing.settle()
    assert editing.api_mask() == two
    with editing.page.expect_download() as download:
        editing.page.click("#download")
    assert download.value.suggested_filename == "grey-mask.png"
    saved = Path(download.value.path()).read_bytes()
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
    editing.press("]")
    assert editing.shows_mask_at(100, 90)


def test_a_photo_smaller_than_the_stage_and_a_sample_open(person):
    person.page.click("#samples button:has-text('Cat')")
    person.page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    assert person.state()["size"] == [451, 300]
    assert "chelsea.png" in person.page.title()


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
    assert Path(download.value.path()).read_bytes() == editing.api_mask()


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


def test_question_mark_lists_the_keys_and_escape_closes_the_list(editing):
    editing.press("?")
    assert "Right click" in editing.page.inner_text("#shortcuts")
    editing.press("Escape")
    editing.page.wait_for_selector("#shortcuts", state="hidden")


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


def test_the_wheel_zooms_about_the_pointer_and_0_fits_again(editing):
    editing.page.mouse.move(*editing.at(75, 50))
    fitted = editing.page.inner_text("#zoom-level")
    for _ in range(4):
        editing.page.mouse.wheel(0, -120)
    editing.page.wait_for_function(
        "before => document.getElementById('zoom-level').textContent !== before", arg=fitted
    )
    editing.click(75, 50)  # where the pointer stayed
    editing.press("0")
    editing.click(200, 150)
    assert [(x, y) for x, y, _ in editing.marks()] == [(75, 50), (200, 150)]


def test_space_and_drag_moves_the_photo(editing):
    start, end = editing.at(100, 100), editing.at(130, 80)
    editing.page.mouse.move(*start)
    editing.page.keyboard.down("Space")
    editing.page.mouse.down()
    editing.page.mouse.move(*end, steps=3)
    editing.page.mouse.up()
    editing.page.keyboard.up("Space")
    editing.page.mouse.click(*end)
    editing.settle()
    ((x, y, _),) = editing.marks()
    assert abs(x - 100) <= 1
    assert abs(y - 100) <= 1


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
    editing.page.set_input_files(
        "#mask-file",
        files=[{"name": "old.png", "mimeType": "image/png", "buffer": as_png(prior)}],
    )
    editing.settle()
    assert "Click what is missing" in editing.page.inner_text("#hint")
    editing.click(60, 40, button="right")
    mended = np.asarray(Image.open(BytesIO(editing.api_mask()))) > 0
    assert not mended[40, 60]
    assert mended[150, 200]


def test_a_reload_keeps_the_photo_and_its_marks(editing):
    editing.click(100, 80)
    editing.page.reload()
    editing.page.wait_for_selector("body[data-phase=editing]")
    editing.settle()
    assert "1 mark" in editing.page.inner_text("#status")


def test_a_photo_that_the_server_forgot_is_told_and_the_start_comes(person):
    person.page.goto(f"{person.address}/#forgotten")
    person.page.reload()
    assert "no longer open" in person.told()
    assert person.page.get_attribute("body", "data-phase") == "start"
    assert person.page.evaluate("location.hash") == ""


def test_a_server_that_is_gone_is_told(editing):
    editing.page.route("**/api/v1/**", lambda route: route.abort())
    editing.page.mouse.click(*editing.at(50, 50))
    assert "The server does not answer" in editing.told()


TRACE = """async ([width, height, pixels]) => {
  const { traceLoops, exactPath } = await import("/js/contour.js");
  const loops = traceLoops(Uint8Array.from(pixels), width, height);
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.fill(exactPath(loops));
  const { data } = context.getImageData(0, 0, width, height);
  return Array.from({ length: width * height }, (_, i) => (data[4 * i + 3] > 127 ? 1 : 0));
}"""


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_the_border_filled_is_the_mask_again(person, rng, share):
    mask = (rng.random((23, 31)) < share).astype(int)
    filled = person.page.evaluate(TRACE, [31, 23, mask.ravel().tolist()])
    assert np.array_equal(np.reshape(filled, mask.shape), mask)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (1024, 600)])
def test_nothing_is_cut_off_on_a_small_screen(browser, address, grey, scheme, size):
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector("#samples li")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    Person(page, address).open("grey.png", grey)
    page.wait_for_selector("body[data-phase=editing]")
    for id_ in ("tool-box", "opacity", "download", "help", "zoom-fit"):
        box = page.locator(f"#{id_}").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] <= size[1]
    assert page.evaluate("document.querySelector('.bar').scrollWidth <= innerWidth")
    page.close()


def test_every_control_has_a_name_for_screen_readers(editing):
    unnamed = editing.page.evaluate(
        """() => [...document.querySelectorAll("button, input, canvas, dialog")]
          .filter((e) => !e.ariaLabel && !e.getAttribute("aria-labelledby") && !e.innerText?.trim())
          .map((e) => e.outerHTML)"""
    )
    assert unnamed == []
