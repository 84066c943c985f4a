"""A session without weights, where clicks paint disks; small networks; a person in Chromium."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import NotAvailableError, OptionError
from clickmend.core.settings import Settings, settings
from clickmend.data.codecs import mask_png, read_mask
from clickmend.data.levels import GreyPicture
from clickmend.feedback import Box, Click, check_mark
from clickmend.networks import cards
from clickmend.projects.opening import Options, Start
from clickmend.server.app import create_app
from clickmend.server.networks import Networks
from clickmend.tasks.prediction import Shown

sys.path.insert(0, str(Path(__file__).parent))

from person import opened, serving, sit_down
from small_networks import save_networks

RADIUS_PX = 20.0
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


@dataclass
class FakePrediction:
    mask: NDArray[np.bool_]

    suffixes = (".png",)

    @property
    def pixels(self):
        return self.mask

    @property
    def probability(self):
        return np.where(self.mask, 0.75, 0.25)

    def encoded(self, suffix):
        return mask_png(self.mask)

    def drawn(self):
        return self.encoded(".png")

    def shown(self):
        return GreyPicture.of(self.drawn())

    def coarse(self, every):
        """A mask is small enough."""

    def at(self, x, y):
        return Shown("foreground" if self.mask[int(y), int(x)] else "background")


@dataclass
class FakeSession:
    """The interface of ``clickmend.session.Session``, with disks for predictions."""

    size: tuple[int, int]
    prior: NDArray[np.bool_]
    feedback: tuple[Click | Box, ...] = ()
    done: list[tuple[Click | Box, ...]] = field(default_factory=list)
    undone: list[tuple[Click | Box, ...]] = field(default_factory=list)
    protected = None
    protected_classes = ()

    @property
    def can_undo(self) -> bool:
        return bool(self.done)

    @property
    def can_redo(self) -> bool:
        return bool(self.undone)

    @property
    def prediction(self) -> FakePrediction:
        return FakePrediction(paint(self.prior, self.feedback))

    @property
    def initial(self) -> FakePrediction:
        return FakePrediction(self.prior)

    def add(self, mark, *, meanwhile=None):
        width, height = self.size
        check_mark(mark, width=width, height=height, number=len(self.feedback) + 1)
        if isinstance(mark, Click):
            mark = replace(mark, label=mark.label or "foreground")
        self._change((*self.feedback, mark))
        return self.prediction

    def preview(self, mark):
        self.add(mark)
        prediction = self.prediction
        self.undo()
        self.undone.pop()
        return prediction

    def settle(self):
        """Nothing is left to do."""

    def prepare(self):
        """Everything is ready."""

    def click(self, x, y, **given):
        return self.add(Click(x, y, **given))

    def box(self, *corners):
        return self.add(Box(*corners))

    def remove(self, n):
        self._check_number(n)
        self._change((*self.feedback[: n - 1], *self.feedback[n:]))

    def replace(self, n, mark):
        self._check_number(n)
        width, height = self.size
        check_mark(mark, width=width, height=height, number=n)
        self._change((*self.feedback[: n - 1], mark, *self.feedback[n:]))

    def _check_number(self, n):
        if n > len(self.feedback):
            raise OptionError(f"There is no mark {n}.")

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

    def forget(self, steps):
        del self.done[:steps]

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


def start_fake_session(photo: NDArray[np.uint8], options: Options, start: Start):
    """The factory that tests give to the application."""
    if options.task != "interactive":
        raise NotAvailableError(f"The task {options.task!r} is not built. Available: interactive.")
    height, width = photo.shape[:2]
    empty = np.zeros((height, width), bool)
    prior = empty if start.prior is None else read_mask(start.prior, size=(width, height))
    return FakeSession((width, height), prior)


def shipped_cards():
    return {name: card for name, card in cards().items() if name == "interactive-l0"}


@pytest.fixture
def shipped():
    """The cards of the one network that the fake sessions pretend to be."""
    return shipped_cards


@pytest.fixture
def fake_session():
    return start_fake_session


@pytest.fixture
def oracle(photo: NDArray[np.uint8]) -> FakeSession:
    """A session beside the server, on the same photo, that a test gives the same marks."""
    return start_fake_session(photo, Options(), Start())


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
        session_factory=start_fake_session,
        networks=Networks(shipped_cards),
        limits=limits,
        most_sessions=3,
    )
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def small_networks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Small weights for every task, where the settings of the process name them."""
    folder = tmp_path_factory.mktemp("networks")
    save_networks(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLICKMEND_MODELS", str(folder))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def dense_client(limits: Settings, small_networks: None) -> Iterator[TestClient]:
    """The application as it is shipped, on small networks."""
    app = create_app(limits=limits)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def browser(require):
    """Chromium; while it is open the thread has an event loop, which other modules need gone."""
    require(CHROMIUM.is_file(), f"there is no {CHROMIUM}; install Chromium to test the page")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(fake_session) -> Iterator[str]:
    """The page on sessions without weights; only one task has a model."""
    limits = Settings(max_upload_megabytes=1.0)
    yield from serving(
        create_app(session_factory=fake_session, networks=Networks(shipped_cards), limits=limits)
    )


@pytest.fixture
def dense_address(small_networks: None) -> Iterator[str]:
    """The page on small networks of all four tasks."""
    yield from serving(create_app())


@pytest.fixture
def person(browser, address):
    yield from sit_down(browser, address)


@pytest.fixture
def grey(as_png) -> bytes:
    return as_png(np.full((200, 300, 3), 128, np.uint8))


@pytest.fixture
def editing(person, grey):
    """A person who has opened a grey photo, 300×200."""
    return opened(person, "grey.png", grey)


@pytest.fixture
def visitor(browser, dense_address, as_png, rng):
    """A person with all four tasks who has opened a photo of 120×80, still as an object's."""
    photo = rng.integers(0, 90, (80, 120, 3)).astype(np.uint8)
    photo[20:60, 30:80] += 120
    for person in sit_down(browser, dense_address):
        person.page.wait_for_selector(".sheet .tasks [data-task=depth]")
        yield opened(person, "scene.png", as_png(photo))
