"""The opened photos: a bounded store, and one lock per photo that keeps changes in order.

A prediction takes long compared with a request, so it runs in a thread and the loop stays free
for everybody else. Two changes of one photo wait for each other, first come, first served.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import cv2
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from clickmend.core.errors import OutputError
from clickmend.core.types import RGB, Mask
from clickmend.feedback import Mark

T = TypeVar("T")


class Prediction(Protocol):
    """What the server asks of a prediction."""

    def save(self, path: Path) -> object:
        """Write the mask as a PNG."""


class Editing(Protocol):
    """What the server asks of a session; ``clickmend.session.Session`` is one."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the photo."""

    @property
    def feedback(self) -> Sequence[Mark]:
        """The marks that count now, in order."""

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""

    @property
    def prediction(self) -> Prediction:
        """The prediction under these marks."""

    def click(
        self,
        x: float,
        y: float,
        *,
        label: str | int | None = None,
        value: float | None = None,
        radius_px: float | None = None,
    ) -> object:
        """Add a click."""

    def box(self, x0: float, y0: float, x1: float, y1: float) -> object:
        """Add a box."""

    def undo(self) -> None:
        """Take back the last change."""

    def redo(self) -> None:
        """Do again what was taken back."""

    def reset(self) -> None:
        """Take all marks away; can be undone."""


@dataclass(frozen=True)
class Options:
    """How a photo is worked on; ``None`` leaves the choice to the session."""

    task: str = "interactive"
    model: str | None = None
    refine: str | None = None


class SessionFactory(Protocol):
    """Starts a session on a photo, with or without somebody else's mask to start from."""

    def __call__(self, photo: RGB, options: Options, prior: Mask | None) -> Editing:
        """A session on ``photo``."""


def start_session(photo: RGB, options: Options, prior: Mask | None) -> Editing:
    """The factory that the application uses: ``clickmend.session.Session``."""
    from clickmend.session import Session

    return Session(
        photo, task=options.task, model=options.model, refine=options.refine, prior=prior
    )


@dataclass
class Opened:
    """One opened photo. ``version`` grows with every change, so a mask can be told from an older.

    All access to ``session`` goes through :meth:`read` and :meth:`change`.
    """

    key: str
    name: str
    photo: RGB
    options: Options
    session: Editing
    version: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _mask: tuple[int, bytes] | None = None

    async def read(self, look: Callable[[Opened], T]) -> T:
        """What ``look`` finds once the changes that came before are done."""
        async with self._lock:
            return await run_in_threadpool(look, self)

    async def change(self, act: Callable[[Opened], object], look: Callable[[Opened], T]) -> T:
        """Do ``act`` in its turn; then what ``look`` finds. A refused act changes nothing."""
        async with self._lock:
            await run_in_threadpool(act, self)
            self.version += 1
            return await run_in_threadpool(look, self)

    def mask_png(self) -> bytes:
        """The bytes that ``session.prediction.save`` writes; made once per version."""
        if self._mask is None or self._mask[0] != self.version:
            with tempfile.TemporaryDirectory(prefix="clickmend-") as folder:
                path = Path(folder) / "mask.png"
                self.session.prediction.save(path)
                self._mask = (self.version, path.read_bytes())
        return self._mask[1]

    def photo_png(self) -> bytes:
        """The photo as the session sees it: upright, RGB, without loss."""
        bgr = cv2.cvtColor(self.photo, cv2.COLOR_RGB2BGR)
        done, data = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        if not done:
            raise OutputError(f"The photo {self.name!r} cannot be encoded as a PNG.")
        return data.tobytes()


class SessionStore:
    """The photos that are open, at most ``most``; the one unused for longest makes room.

    Args:
        factory: Starts a session.
        most: How many photos stay open.
    """

    def __init__(self, factory: SessionFactory, *, most: int = 8) -> None:
        assert most > 0
        self._factory = factory
        self._most = most
        self._opened: OrderedDict[str, Opened] = OrderedDict()

    def __len__(self) -> int:
        return len(self._opened)

    async def open(self, read: Callable[[], RGB], *, name: str, options: Options) -> Opened:
        """Read a photo and start a session on it, both in a thread."""

        def start() -> Opened:
            photo = read()
            session = self._factory(photo, options, None)
            return Opened(secrets.token_urlsafe(12), name, photo, options, session)

        opened = await run_in_threadpool(start)
        self._opened[opened.key] = opened
        while len(self._opened) > self._most:
            self._opened.popitem(last=False)
        return opened

    def start_from(self, opened: Opened, prior: Mask) -> None:
        """Begin anew on the same photo from somebody else's mask; clicks before it are gone."""
        opened.session = self._factory(opened.photo, opened.options, prior)

    def __getitem__(self, key: str) -> Opened:
        if key not in self._opened:
            raise HTTPException(
                404,
                "This photo is no longer open: the server was restarted, or "
                f"{self._most} others were opened since. Open it again.",
            )
        self._opened.move_to_end(key)
        return self._opened[key]

    def __delitem__(self, key: str) -> None:
        del self._opened[self[key].key]
