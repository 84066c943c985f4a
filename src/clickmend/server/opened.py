"""One opened photo: its session in memory, a copy of a log that loses nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, TypeVar

from starlette.concurrency import run_in_threadpool

from clickmend.core.held import held_bytes
from clickmend.core.types import Mask
from clickmend.data.levels import GreyPicture
from clickmend.feedback import Mark
from clickmend.networks import Model
from clickmend.projects.actions import Meanwhile, as_collecting, as_marking
from clickmend.projects.contracts import Collecting, Editing, HasObjects, Marking, Thing
from clickmend.projects.opening import Options, SessionFactory
from clickmend.projects.rebuild import work_of
from clickmend.projects.results import Results
from clickmend.projects.store import Conflict, Image, NewEvent, Store
from clickmend.projects.work import Work
from clickmend.server.expected import check_expected
from clickmend.server.photo import Photo
from clickmend.server.pictures import Coarse, Tile, has_tile, screen, tile_between
from clickmend.server.predictions import encoded
from clickmend.server.timings import note
from clickmend.server.traits import Traits
from clickmend.server.who import asking
from clickmend.server.work_queue import WorkQueue
from clickmend.tasks.prediction import Prediction

T = TypeVar("T")

GROWN = 1.25
"""What a session holds is counted again when so many times as many events have happened to it."""

MARKS = ("mark", "points", "mend")
"""The kinds of events that put marks on a photo."""


class Desk(Protocol):
    """What a session needs of those that hold it, see ``SessionStore``."""

    store: Store
    results: Results
    queue: WorkQueue
    factory: SessionFactory
    marked: Callable[[str, int], object]

    @property
    def loose_id(self) -> int:
        """The project of photos that belong to none."""
        ...

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        ...

    def task_of(self, project: int, /) -> str:
        """The task of a project."""
        ...

    def traits(self, options: Options, /) -> Traits:
        """What a client must know of a session with such options."""
        ...

    def photo_of(self, image_id: int) -> Photo:
        """The photo of an image."""
        ...

    def keep(self, opened: Opened) -> None:
        """Keep a session ready."""
        ...


@dataclass(eq=False)
class Opened:
    """One session, in memory while it is used.

    All access goes through :meth:`read` and :meth:`change`. ``timings`` are those of the last
    change, in milliseconds; ``told`` are the objects that were told last, and of which version.
    """

    key: str
    desk: Desk
    timings: Mapping[str, float] = field(default_factory=dict)
    told: tuple[int, Sequence[Thing]] | None = None
    _photo: Photo | None = None
    _work: Work | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _files: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    _pictured: tuple[int, GreyPicture] | None = None
    _file: tuple[int, bytes] | None = None
    _protected: tuple[int, Mask] | None = None
    _settling: asyncio.Task[None] | None = None
    _preparing: asyncio.Task[None] | None = None
    _held: tuple[float, int] = (0, 0)

    async def read(self, look: Callable[[Opened], T], *, admitted: bool = False) -> T:
        """What ``look`` finds once the changes that came before are done.

        A session that is in memory asks no network, so looking at it takes no turn.

        Raises:
            BusyError: It has to be made again, too many wait, and the request was not ``admitted``
                before.
        """

        def run() -> T:
            self._catch_up()
            return look(self)

        if self._work is not None:
            self._prepare()
            async with self._lock:
                return await run_in_threadpool(run)
        return await self.desk.queue.run(run, lock=self._lock, admitted=admitted)

    def _prepare(self) -> None:
        """Once, beside all else, make ready what only the first mark would wait for.

        Torch alone takes seconds to import.
        """
        if self._preparing is None and not isinstance(self.session, HasObjects):
            self._preparing = asyncio.create_task(run_in_threadpool(self.marking.prepare))

    async def change(
        self,
        events: Sequence[NewEvent],
        look: Callable[[Opened], T],
        *,
        meanwhile: Callable[[Opened, Prediction], object] | None = None,
    ) -> T:
        """Do all that ``events`` say and keep them, or nothing; then what ``look`` finds.

        Args:
            events: What is done.
            look: At the session as it is then.
            meanwhile: Shown the prediction that stands while the last mark is refined. It is not
                kept, nor a version of its own.

        Raises:
            BusyError: Too many wait; nothing was done.
        """

        def run() -> T:
            self._do(events, None if meanwhile is None else partial(meanwhile, self))
            return look(self)

        found = await self.desk.queue.run(run, lock=self._lock)
        if not self.desk.busy and not isinstance(self.session, HasObjects):
            self._settling = asyncio.create_task(self._settle(self.version))
        return found

    async def change_by(
        self, find: Callable[[Opened], Sequence[NewEvent]], look: Callable[[Opened], T]
    ) -> T:
        """The same with the events that ``find`` makes of the session as it is, with none nothing.

        Raises:
            BusyError: Too many wait; nothing was done.
        """

        def run() -> T:
            self._catch_up()
            if events := find(self):
                self._do(events)
            return look(self)

        return await self.desk.queue.run(run, lock=self._lock)

    async def _settle(self, version: int) -> None:
        """While nobody waits, do what the next mark would wait for."""

        def run() -> None:
            if self._work is not None and self.version == version:
                self.marking.settle()
                self.keep()

        await self.desk.queue.run(run, lock=self._lock, admitted=True)

    async def preview(self, mark: Mark, key: int | None) -> bytes:
        """The picture that a page would show after one more mark, which is not made.

        Args:
            mark: Where there are objects, without a key, a click makes a new one.
            key: Of the object that it is on.

        Raises:
            BusyError: Too many wait.
        """

        def run() -> bytes:
            self._catch_up()
            if key is not None or isinstance(self.session, HasObjects):
                return self.collecting.preview(mark, key).shown().png()
            return self.marking.preview(mark).shown().png()

        return await self.desk.queue.run(run, lock=self._lock)

    @property
    def version(self) -> int:
        """Grows with every change, so predictions can be told apart."""
        return self.work.head

    @property
    def held_bytes(self) -> int:
        """What the session takes in memory, as it was counted last; networks are shared."""
        return self._held[1]

    def _count(self) -> None:
        """Count what is held, the more seldom the longer the history."""
        if self.version >= GROWN * self._held[0]:
            there = (self._photo, self._work, self._files, self._pictured, self._file)
            self._held = self.version, held_bytes(there, without=(Model, Image))

    @property
    def photo(self) -> Photo:
        """The photo."""
        assert self._photo is not None
        return self._photo

    @property
    def work(self) -> Work:
        """The session with its history."""
        assert self._work is not None
        return self._work

    @property
    def options(self) -> Options:
        """How the photo is worked on."""
        return self.work.options

    @property
    def session(self) -> Editing:
        """The session."""
        return self.work.session

    @property
    def marking(self) -> Marking:
        """The session, whose marks are on its one prediction; refuses where it has objects."""
        return as_marking(self.session)

    @property
    def collecting(self) -> Collecting:
        """The session, which has many objects; refuses where it has none."""
        return as_collecting(self.session)

    @property
    def beside(self) -> Mapping[str, str]:
        """The newest session of each task on the same photo."""
        image_id = self.photo.image.id
        return self.desk.store.sessions.on([image_id])[image_id]

    def protected_since(self) -> int | None:
        """A version at which the protected pixels were those of now; ``None`` where none are."""
        mask = None if isinstance(self.session, HasObjects) else self.marking.protected
        if mask is None:
            self._protected = None
        elif self._protected is None or self._protected[1] is not mask:
            self._protected = (self.version, mask)
        return None if self._protected is None else self._protected[0]

    def file(self, kind: str) -> bytes:
        """A file of the prediction; made once per version and kind."""
        version, data = self._files.get(kind, (None, b""))
        if version != self.version:
            data = encoded(self.session.prediction, self.options.task, kind)
            self._files[kind] = (self.version, data)
        return data

    async def shown(self) -> tuple[int, bytes]:
        """The version, and its picture that a page shows; made once per version.

        Who marks the photo meanwhile does not wait for the file.
        """

        def picture(opened: Opened) -> tuple[int, GreyPicture]:
            return opened.version, opened.picture()

        version, now = await self.read(picture)
        if self._file is None or self._file[0] != version:
            self._file = version, await run_in_threadpool(now.png)
        return version, self._file[1]

    def picture(self) -> GreyPicture:
        """What a page shows of the prediction; made once per version."""
        if self._pictured is None or self._pictured[0] != self.version:
            self._pictured = (self.version, self.session.prediction.shown())
        return self._pictured[1]

    def differs(self) -> Tile | Coarse | None:
        """What makes what whoever asks has on the screen the picture of now.

        ``None`` where it has to be fetched.
        """
        return self._differs(lambda: self.session.prediction, self.picture)

    def differs_meanwhile(self, prediction: Prediction) -> Tile | Coarse:
        """The same of a prediction that is none of the versions; else its whole picture."""
        found = self._differs(lambda: prediction, prediction.shown)
        return Coarse(1, prediction.shown()) if found is None else found

    def _differs(
        self, prediction: Callable[[], Prediction], picture: Callable[[], GreyPicture]
    ) -> Tile | Coarse | None:
        on, last = screen(), self._pictured
        known = None if last is None or last[0] != on.version else last[1]
        coarse = None
        if on.every > 1 and (seen := prediction().coarse(on.every)) is not None:
            coarse = Coarse(on.every, seen)
        if coarse is not None and (known is None or not has_tile(known, coarse)):
            return coarse
        if on.version is None:
            return None
        now = picture()
        return coarse if known is None else (tile_between(known, now) or coarse)

    def first_shown(self) -> bytes:
        """The same before any feedback, of many objects before any mending."""
        if isinstance(self.session, HasObjects):
            return self.collecting.unmended.shown().png()
        return self.marking.initial.shown().png()

    def write(self) -> None:
        """Have the labels of the image written as they are now, where its project has a place."""
        project = self.photo.image.project_id
        if project != self.desk.loose_id and self.options.task == self.desk.task_of(project):
            image, prediction = self.photo.image.id, self.session.prediction
            made = self.work.made()
            self.desk.results.changed(image, self.key, self.version, prediction, made=made)

    def _do(self, events: Sequence[NewEvent], meanwhile: Meanwhile | None = None) -> None:
        begun = time.perf_counter()
        while True:
            self._catch_up()
            check_expected(self.version)
            before = self.version
            try:
                signed = map(self._signed, events)
                heard = [*(None for _ in events[1:]), meanwhile]
                done = [
                    one for one, show in zip(signed, heard, strict=True) if self._done(one, show)
                ]
                answered = time.perf_counter()
                if done:
                    marks = len(self.session.feedback)
                    self.desk.store.sessions.append(self.key, done, after=before, clicks=marks)
                    put = sum(event.kind in MARKS for event in done)
                    self.desk.marked(self.options.task, put)
                    self.write()
                break
            except Conflict:  # another process was quicker: do it on top of that
                self._work = None
            except BaseException:
                if self.version != before:  # memory is ahead of the log, which is the truth
                    self._work = None
                raise
        saved = time.perf_counter()
        self.timings = {
            "answer_ms": round(1e3 * (answered - begun), 1),
            "save_ms": round(1e3 * (saved - answered), 1),
        }
        note("answer", 1e3 * (answered - begun))
        note("save", 1e3 * (saved - answered))

    def _signed(self, event: NewEvent) -> NewEvent:
        """An event with who did it and, of an object, its class, which statistics count."""
        body = event.body
        if event.kind == "mend":
            there = {one.key: one.label for one in self.collecting.entries}
            body = {**body, "label": there.get(body["key"])}
        return replace(event, body=body, by=event.by or asking())

    def _done(self, event: NewEvent, meanwhile: Meanwhile | None) -> bool:
        return self.work.do(event.kind, event.body, by=event.by, at=event.at, meanwhile=meanwhile)

    def _catch_up(self) -> None:
        """Make the session from its log, or add what another process has added."""
        sessions = self.desk.store.sessions
        if self._work is None or sessions.head(self.key) != self._work.head:
            row = sessions.get(self.key)
            self._photo = self._photo or self.desk.photo_of(row.image_id)
            self._work = work_of(
                self.desk.store, row, self._photo.pixels, factory=self.desk.factory
            )
            self._files.clear()
            self._held = (0, 0)
        self.keep()

    def keep(self) -> None:
        """Stay in memory as the one that was used last."""
        self._count()
        self.desk.keep(self)
