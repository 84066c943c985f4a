"""A session without weights: a foreground click paints a disk, a background click wipes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel

from clickmend.core.errors import NotAvailableError, OptionError
from clickmend.core.settings import Settings
from clickmend.data.codecs import write_mask
from clickmend.feedback import Box, Click
from clickmend.feedback.marks import check_box, check_click
from clickmend.server.app import create_app
from clickmend.server.sessions import Options

RADIUS_PX = 20.0


@dataclass
class FakePrediction:
    mask: NDArray[np.bool_]

    def save(self, path: Path) -> None:
        write_mask(path, self.mask)


@dataclass
class FakeSession:
    """The interface of ``clickmend.session.Session``, with disks for predictions."""

    size: tuple[int, int]
    prior: NDArray[np.bool_]
    feedback: tuple[Click | Box, ...] = ()
    done: list[tuple[Click | Box, ...]] = field(default_factory=list)
    undone: list[tuple[Click | Box, ...]] = field(default_factory=list)

    @property
    def can_undo(self) -> bool:
        return bool(self.done)

    @property
    def can_redo(self) -> bool:
        return bool(self.undone)

    @property
    def prediction(self) -> FakePrediction:
        return FakePrediction(paint(self.prior, self.feedback))

    def click(self, x, y, *, label=None, value=None, radius_px=None):
        width, height = self.size
        click = Click(x, y, label or "foreground", value, radius_px)
        check_click(click, width=width, height=height, number=len(self.feedback) + 1)
        self._change((*self.feedback, click))
        return self.prediction

    def box(self, x0, y0, x1, y1):
        width, height = self.size
        box = Box(x0, y0, x1, y1)
        check_box(box, width=width, height=height)
        self._change((*self.feedback, box))
        return self.prediction

    def undo(self):
        if not self.done:
            raise OptionError("There is nothing to undo. Click first.")
        self.undone.append(self.feedback)
        self.feedback = self.done.pop()

    def redo(self):
        if not self.undone:
            raise OptionError("There is nothing to redo. Undo first.")
        self.done.append(self.feedback)
        self.feedback = self.undone.pop()

    def reset(self):
        self._change(())

    def _change(self, feedback):
        self.done.append(self.feedback)
        self.undone.clear()
        self.feedback = feedback


def paint(prior: NDArray[np.bool_], feedback: tuple[Click | Box, ...]) -> NDArray[np.bool_]:
    """The mask of the fake session: marks painted over the prior in their order."""
    mask = prior.copy()
    rows, columns = np.indices(mask.shape) + 0.5
    for mark in feedback:
        if isinstance(mark, Box):
            inside = (mark.x0 <= columns) & (columns < mark.x1)
            mask |= inside & (mark.y0 <= rows) & (rows < mark.y1)
        else:
            near = np.hypot(columns - mark.x, rows - mark.y) <= (mark.radius_px or RADIUS_PX)
            mask[near] = mark.label == "foreground"
    return mask


def start_fake_session(photo: NDArray[np.uint8], options: Options, prior: NDArray[np.bool_] | None):
    """The factory that tests give to the application."""
    if options.task != "interactive":
        raise NotAvailableError(f"The task {options.task!r} is not built. Available: interactive.")
    height, width = photo.shape[:2]
    return FakeSession((width, height), np.zeros((height, width), bool) if prior is None else prior)


class FakeCard(BaseModel):
    name: str
    task: str


def fake_cards():
    return {"fake": FakeCard(name="fake", task="interactive")}


@pytest.fixture
def fake_session():
    return start_fake_session


@pytest.fixture
def oracle(photo: NDArray[np.uint8]) -> FakeSession:
    """A session beside the server, on the same photo, that a test gives the same marks."""
    return start_fake_session(photo, Options(), None)


@pytest.fixture
def as_png():
    def encode(pixels: NDArray[np.generic]) -> bytes:
        file = BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()

    return encode


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)


@pytest.fixture(scope="session")
def limits() -> Settings:
    return Settings(max_upload_megabytes=1.0, max_image_megapixels=1.0)


@pytest.fixture(scope="session")
def client(limits: Settings) -> Iterator[TestClient]:
    app = create_app(
        session_factory=start_fake_session, models=fake_cards, limits=limits, most_sessions=3
    )
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client
