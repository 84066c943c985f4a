"""What a person sees on the page and does there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.data.codecs import read_mask
from clickmend.server.serve import address_of, listen
from clickmend.server.server import Server


@dataclass
class Person:
    """Somebody in front of the page; places are pixels of the photo."""

    page: Any
    address: str

    def open(self, name: str, content: bytes) -> None:
        self.choose_file("photo", name, content)

    def choose_file(self, what: str, name: str, content: bytes) -> None:
        """Choose a file in the dialog for a photo, a prior or a trimap."""
        file = {"name": name, "mimeType": "image/png", "buffer": content}
        self.page.set_input_files(f"#{what}-file", files=[file])

    def settle(self) -> None:
        """Wait until everything asked for is answered."""
        self.page.wait_for_selector("#progress", state="hidden")

    def task(self, name: str) -> None:
        """Change the task in the bar, and wait for the session of ``name``."""
        self.page.click(f".bar [data-task={name}]")
        self.settle()

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

    def hover(self, x: float, y: float) -> None:
        self.page.mouse.move(*self.at(x, y))

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

    def close_dialog(self) -> None:
        """Press Escape on a dialog; Chromium closes it after the key, not with it."""
        self.page.keyboard.press("Escape")
        self.page.wait_for_selector("dialog[open]", state="detached")
        self.settle()

    def state(self) -> dict[str, Any]:
        """The session that is open, as the server tells it."""
        key = self.page.evaluate("location.hash").removeprefix("#")
        return self.page.request.get(f"{self.address}/api/v1/sessions/{key}").json()

    def served(self) -> bytes:
        """The prediction as the server writes it."""
        return self.page.request.get(self.address + self.state()["prediction"]["url"]).body()

    def shown(self) -> NDArray[Any]:
        """The pixels of that file."""
        return np.asarray(Image.open(BytesIO(self.served())))

    def protected(self) -> NDArray[np.bool_]:
        """The protected pixels, as the server has them."""
        state = self.state()
        width, height = state["size"]
        if state["protected"] is None:
            return np.zeros((height, width), bool)
        content = self.page.request.get(self.address + state["protected"]["url"]).body()
        return read_mask(content, size=(width, height))

    def downloaded(self) -> tuple[str, bytes]:
        """The name and the bytes of the file that the button saves."""
        with self.page.expect_download() as download:
            self.page.click("#download")
        return download.value.suggested_filename, Path(download.value.path()).read_bytes()

    def marks(self) -> list[tuple[int, int, str | int]]:
        """The clicks that count, as (column, row, label) of the pixel."""
        return [(int(m["x"]), int(m["y"]), m["label"]) for m in self.state()["feedback"]]

    def told(self) -> str:
        self.page.wait_for_selector(".toast")
        return self.page.inner_text(".toast")

    def hint(self) -> str:
        return self.page.inner_text("#hint")

    def status(self) -> str:
        return self.page.inner_text("#status")

    def colour_at(self, x: float, y: float) -> tuple[int, int, int]:
        """What the stage shows at a place."""
        picture = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        return picture.getpixel(tuple(round(c) for c in self.at(x, y)))

    def shows_mask_at(self, x: float, y: float) -> bool:
        """Whether the photo, which is grey here, looks blue at a place."""
        red, _, blue = self.colour_at(x, y)
        return blue > red + 30


def serving(app) -> Iterator[str]:
    """The address of an application that is running."""
    ready = threading.Event()
    server = Server(app, when_ready=ready.set)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert ready.wait(60)
        try:
            yield address_of(listening)
        finally:
            server.should_exit = True
            thread.join(60)


def sit_down(browser, address: str) -> Iterator[Person]:
    """Somebody in front of the start screen; an error in the page fails the test."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(60_000)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(address)
    page.wait_for_selector("#samples li")
    yield Person(page, address)
    page.close()
    assert failures == []


def opened(person: Person, name: str, photo: bytes) -> Person:
    person.open(name, photo)
    person.page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    return person


def until(found):
    """Ask until the answer is what is waited for."""
    pause = threading.Event()
    for _ in range(1000):
        seen = found()
        if seen:
            return seen
        pause.wait(0.05)
    raise AssertionError("it did not come")
