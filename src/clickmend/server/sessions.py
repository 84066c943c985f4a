"""The opened photos: a bounded store, and one lock per session that keeps changes in order.

A prediction takes long compared with a request, so it runs in a thread and the loop stays free
for everybody else. Two changes of one session wait for each other, first come, first served.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

import cv2
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from clickmend.core.errors import OutputError
from clickmend.core.types import RGB
from clickmend.data.planes import PixelSource
from clickmend.feedback import Mark
from clickmend.feedback.marks import Direction
from clickmend.server.predictions import PNG, Prediction, saved

T = TypeVar("T")


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

    def push(
        self, x: float, y: float, direction: Direction, *, radius_px: float | None = None
    ) -> object:
        """Add a push."""

    def stroke(
        self, points: list[tuple[float, float]], *, label: str | int, radius_px: float = 3.0
    ) -> object:
        """Add a stroke."""

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


@dataclass(frozen=True)
class Start:
    """What a session starts from beside the photo, see ``clickmend.session.Session``."""

    prior: PixelSource | None = None
    trimap: PixelSource | None = None
    depth_scale: float | None = None


@dataclass(frozen=True)
class Traits:
    """What the model and the task of a session say that a client must know to show it.

    Args:
        classes: Names of the classes, in order; none where the task has none.
        range_m: The nearest and the farthest that a depth model says, metres.
        radius_share: Attention radius of a mark that carries none, as a share of the photo's
            shorter side; ``None`` where it depends on the place.
    """

    classes: tuple[str, ...] = ()
    range_m: tuple[float, float] | None = None
    radius_share: float | None = None


class SessionFactory(Protocol):
    """Starts a session on a photo."""

    def __call__(self, photo: RGB, options: Options, start: Start) -> Editing:
        """A session on ``photo``."""


def start_session(photo: RGB, options: Options, start: Start) -> Editing:
    """The factory that the application uses: ``clickmend.session.Session``."""
    from clickmend.session import Session

    return Session(
        photo,
        task=options.task,
        model=options.model,
        refine=options.refine,
        prior=start.prior,
        trimap=start.trimap,
        depth_scale=start.depth_scale,
    )


@dataclass
class Photo:
    """A photo, and the sessions on it: the key of the newest for each task."""

    name: str
    pixels: RGB
    sessions: dict[str, str] = field(default_factory=dict)

    def png(self) -> bytes:
        """The photo as the sessions see it: upright, RGB, without loss."""
        bgr = cv2.cvtColor(self.pixels, cv2.COLOR_RGB2BGR)
        done, data = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        if not done:
            raise OutputError(f"The photo {self.name!r} cannot be encoded as a PNG.")
        return data.tobytes()


@dataclass
class Opened:
    """One session. ``version`` grows with every change, so predictions can be told apart.

    All access to ``session`` goes through :meth:`read` and :meth:`change`.
    """

    key: str
    photo: Photo
    options: Options
    traits: Traits
    factory: SessionFactory
    start: Start
    session: Editing
    version: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _files: dict[str, tuple[int, bytes]] = field(default_factory=dict)

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

    def start_from(self, start: Start) -> None:
        """Begin anew on the same photo from something else; the feedback is gone."""
        self.session = self.factory(self.photo.pixels, self.options, start)
        self.start = start

    def file(self, kind: str) -> bytes:
        """The bytes that ``session.prediction.save`` writes; made once per version and kind."""
        version, data = self._files.get(kind, (None, b""))
        if version != self.version:
            data = saved(self.session.prediction, self.options.task, kind)
            self._files[kind] = (self.version, data)
        return data

    def first_png(self) -> bytes:
        """The prediction before any feedback, as ``file`` writes it."""
        if not self.session.feedback:
            return self.file(PNG)
        plain = replace(self.options, refine="none")
        untouched = self.factory(self.photo.pixels, plain, self.start)
        return saved(untouched.prediction, self.options.task, PNG)


class SessionStore:
    """The sessions that are open, at most ``most``; the one unused for longest makes room.

    Args:
        factory: Starts a session.
        traits: Says what a client must know of a session with such options.
        most: How many sessions stay open.
    """

    def __init__(
        self,
        factory: SessionFactory,
        *,
        traits: Callable[[Options], Traits] = lambda _: Traits(),
        most: int = 8,
    ) -> None:
        assert most > 0
        self._factory = factory
        self._traits = traits
        self._most = most
        self._opened: OrderedDict[str, Opened] = OrderedDict()

    def __len__(self) -> int:
        return len(self._opened)

    async def open(
        self, read: Callable[[], Photo], *, options: Options, start: Start | None = None
    ) -> Opened:
        """Read a photo and start a session on it, both in a thread."""
        start = start or Start()

        def begin() -> Opened:
            photo = read()
            session = self._factory(photo.pixels, options, start)
            key, traits = secrets.token_urlsafe(12), self._traits(options)
            return Opened(key, photo, options, traits, self._factory, start, session)

        opened = await run_in_threadpool(begin)
        self._opened[opened.key] = opened
        opened.photo.sessions[options.task] = opened.key
        while len(self._opened) > self._most:
            del self[next(iter(self._opened))]
        return opened

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
        gone = self[key]
        del self._opened[key]
        if gone.photo.sessions.get(gone.options.task) == key:
            del gone.photo.sessions[gone.options.task]
