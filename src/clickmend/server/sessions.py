"""The opened photos: a bounded store, and one lock per session that keeps changes in order.

A prediction takes long compared with a request, so it runs in a thread and the loop stays free
for everybody else. Two changes of one session wait for each other, first come, first served.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar, cast

import cv2
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from clickmend.core.errors import ClickError, OptionError, OutputError, PriorError
from clickmend.core.types import RGB
from clickmend.data.planes import PixelSource
from clickmend.server.contracts import INSTANCES, Collecting, Editing, HasObjects, Marking
from clickmend.server.predictions import PNG, encoded
from clickmend.server.replay import give_again
from clickmend.tasks.base import Prediction
from clickmend.tasks.registry import default_task

DEFAULT_TASK = default_task().name

T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    """How a photo is worked on; ``None`` leaves the choice to the session.

    ``finish`` is of many objects alone, see ``clickmend.tasks.instances.instances``.
    """

    task: str = DEFAULT_TASK
    model: str | None = None
    refine: str | None = None
    adapt_keys: int = 0
    propagate: int = 0
    finish: str | None = None


@dataclass(frozen=True)
class Start:
    """What a session starts from beside the photo, see ``clickmend.session.Session``.

    ``file_name`` is that of the photo.
    """

    prior: PixelSource | None = None
    trimap: PixelSource | None = None
    depth_scale: float | None = None
    file_name: str = ""


@dataclass(frozen=True)
class Traits:
    """What the model and the task of a session say that a client must know to show it.

    Args:
        classes: Names of the classes, in order; none where the task has none.
        range_m: The nearest and the farthest that a depth model says, metres.
        radius_share: Attention radius of a mark that carries none, as a share of the photo's
            shorter side; ``None`` where it depends on the place.
        layers: The refinements that may be chosen.
        infers: What the network can infer online: "adapt_keys", "propagate".
    """

    classes: tuple[str, ...] = ()
    range_m: tuple[float, float] | None = None
    radius_share: float | None = None
    layers: tuple[str, ...] = ()
    infers: tuple[str, ...] = ()


class SessionFactory(Protocol):
    """Starts a session on a photo."""

    def __call__(self, photo: RGB, options: Options, start: Start) -> Editing:
        """A session on ``photo``."""


def start_session(photo: RGB, options: Options, start: Start) -> Editing:
    """The factory that the application uses: ``Objects`` for many objects, else ``Session``."""
    from clickmend.session import Session
    from clickmend.session.objects import Objects

    if options.task != INSTANCES:
        if options.finish is not None:
            raise OptionError(
                f"finish belongs to the task {INSTANCES!r}, not to {options.task!r}. Leave it out."
            )
        marking: Session[Prediction] = Session(
            photo,
            task=options.task,
            model=options.model,
            refine=options.refine,
            adapt_keys=options.adapt_keys,
            propagate=options.propagate,
            prior=start.prior,
            trimap=start.trimap,
            depth_scale=start.depth_scale,
        )
        if start.prior is not None:
            _check_shown(marking.initial, options.task)
        return marking
    if not (start.prior is None and start.trimap is None and start.depth_scale is None):
        raise OptionError(
            f"The task {INSTANCES!r} starts from points, and has neither prior, trimap nor "
            "depth_scale. Leave them out, and send the points."
        )
    collecting: Collecting = Objects(
        photo,
        model=options.model,
        refine=options.refine,
        adapt_keys=options.adapt_keys,
        propagate=options.propagate,
        finish=options.finish or "none",
        file_name=start.file_name,
    )
    return collecting


def _check_shown(prediction: Prediction, task: str) -> None:
    """Refuse a prior of which no picture can be sent, before it takes another's place.

    Raises:
        PriorError: Its values do not fit the picture.
    """
    try:
        encoded(prediction, task, PNG)
    except OutputError as error:
        raise PriorError(
            f"The prior cannot be shown as a picture. {error} In Python and on the command line "
            "it can be mended, and saved as NPY."
        ) from error


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

    @property
    def marking(self) -> Marking:
        """The session, whose marks are on its one prediction.

        Raises:
            ClickError: It has many objects.
        """
        if isinstance(self.session, HasObjects):
            raise ClickError(
                f"In the task {INSTANCES!r} a point makes an object and a click mends one. Send "
                "points to …/points and clicks to …/objects/KEY/clicks."
            )
        return cast("Marking", self.session)

    @property
    def collecting(self) -> Collecting:
        """The session, which has many objects.

        Raises:
            OptionError: It has but one prediction.
        """
        if not isinstance(self.session, HasObjects):
            raise OptionError(
                f"A session of the task {self.options.task!r} has no objects. Open one of the task "
                f"{INSTANCES!r}."
            )
        return cast("Collecting", self.session)

    def start_from(self, start: Start) -> None:
        """Begin anew on the same photo from something else; the feedback is gone."""
        self.session = self.factory(self.photo.pixels, self.options, start)
        self.start = start

    def infer_with(self, options: Options) -> None:
        """Begin anew with other options and give all feedback again."""
        session = self.factory(self.photo.pixels, options, self.start)
        give_again(self.session, session)
        self.session, self.options = session, options

    def file(self, kind: str) -> bytes:
        """A file of the prediction; made once per version and kind."""
        version, data = self._files.get(kind, (None, b""))
        if version != self.version:
            data = encoded(self.session.prediction, self.options.task, kind)
            self._files[kind] = (self.version, data)
        return data

    def first_png(self) -> bytes:
        """The prediction before any feedback, of many objects before any mending, as a PNG."""
        if isinstance(self.session, HasObjects):
            return encoded(self.collecting.unmended, self.options.task, PNG)
        return encoded(self.marking.initial, self.options.task, PNG)


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
            named = replace(start, file_name=photo.name)
            session = self._factory(photo.pixels, options, named)
            key, traits = secrets.token_urlsafe(12), self._traits(options)
            return Opened(key, photo, options, traits, self._factory, named, session)

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
