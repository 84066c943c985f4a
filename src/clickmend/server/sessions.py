"""The opened photos: their sessions in memory, each a copy of a log that loses nothing.

A change is done in memory, then written to the log, then acknowledged. A session may leave memory
at any time, and is made again from its log when it is next asked for; so may the whole server.

A prediction takes long compared with a request, so it waits for its turn in the queue of the
server and runs in a thread. Two changes of one session wait for each other, first come, first
served.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, lru_cache
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool

from clickmend.core.errors import ClickmendError
from clickmend.projects.opening import Options, SessionFactory, Start
from clickmend.projects.photos import Photos
from clickmend.projects.results import Results
from clickmend.projects.store import Store
from clickmend.projects.work import Work
from clickmend.server.newest_few import NewestFew
from clickmend.server.opened import Opened
from clickmend.server.photo import Photo
from clickmend.server.places import ALONE, Place
from clickmend.server.traits import Traits
from clickmend.server.work_queue import WorkQueue

GIVE_WAY_S = 0.2
"""How long what can wait waits before it looks again whether anybody is served."""


class SessionStore:
    """The sessions of a store, the newest of them ready in memory.

    Args:
        factory: Starts a session.
        store: Where everything is kept.
        photos: Reads the photos.
        results: Writes the labels.
        queue: Whose turn it is to compute.
        place: Which of several processes this is; its sessions get keys that lead here.
        traits: Says what a client must know of a session with such options.
        chosen: Options as sessions take them, with the network in them.
        most: How many sessions stay in memory; the one unused for longest makes room, and is made
            again from its log when it is asked for.
        kept_megabytes: How much memory they may take together; the newest stays.
        marked: Told the task and the number of marks that were kept.
    """

    def __init__(
        self,
        factory: SessionFactory,
        *,
        store: Store,
        photos: Photos,
        results: Results,
        queue: WorkQueue | None = None,
        place: Place = ALONE,
        traits: Callable[[Options], Traits] = lambda _: Traits(),
        chosen: Callable[[Options], Options] = lambda options: options,
        most: int = 8,
        kept_megabytes: float = math.inf,
        marked: Callable[[str, int], object] = lambda *_: None,
    ) -> None:
        self.marked = marked
        self.factory = factory
        self.store = store
        self.photos = photos
        self.results = results
        self.queue = queue or WorkQueue()
        self.place = place
        self.task_of = lru_cache(maxsize=256)(lambda project: store.projects.get(project).task)
        self.traits = lru_cache(maxsize=64)(traits)
        self._chosen = chosen
        self._known: WeakValueDictionary[str, Opened] = WeakValueDictionary()
        self._ready = NewestFew[str, Opened](most=most, most_bytes=1e6 * kept_megabytes)
        self._pictures: WeakValueDictionary[int, Photo] = WeakValueDictionary()

    @cached_property
    def loose_id(self) -> int:
        """The project of photos that belong to none."""
        return self.store.projects.loose().id

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return not self.queue.idle

    def __len__(self) -> int:
        """How many sessions are in memory."""
        return len(self._ready)

    @property
    def held_bytes(self) -> int:
        """How much memory they take, see ``Opened.held_bytes``."""
        return self._ready.held_bytes

    def __getitem__(self, key: str) -> Opened:
        """The session of a key, whether or not it is in memory, or there at all."""
        return self._known.setdefault(key, Opened(key, self))

    async def open_upload(
        self, name: str, content: bytes, *, options: Options, start: Start | None = None
    ) -> Opened:
        """Keep a photo that belongs to no project, and start a session on it."""

        def begin() -> Opened:
            pixels = self.photos.read(content)
            image = self.photos.upload(name, content, pixels)
            return self._begin(Photo(image, pixels), options, start or Start())

        return await self.queue.run(begin)

    async def open_image(
        self,
        image_id: int,
        *,
        options: Options,
        start: Callable[[], Start] = Start,
        again: bool = False,
    ) -> Opened:
        """Start a session on a photo that is kept already.

        Args:
            image_id: Of the photo.
            options: How it is worked on.
            start: Gives what a new session starts from; called only where one is started.
            again: Whether the one that is there in this task is taken up, if there is one.
        """

        def begin() -> Opened:
            there = self.store.sessions.on([image_id])[image_id].get(options.task)
            if again and there is not None:
                return self[there]
            return self._begin(self.photo_of(image_id), options, start(), only=again)

        return await self.queue.run(begin)

    async def catch_up(self) -> None:
        """Write the labels that a server did not come to write before it ended."""
        for _, key in await run_in_threadpool(self.store.images.unwritten):
            if not self.place.owns(key):
                continue
            while self.busy:  # whoever clicks goes first
                await asyncio.sleep(GIVE_WAY_S)
            with suppress(ClickmendError):  # told when the image is opened
                await self[key].read(lambda opened: opened.write())

    async def close(self, key: str) -> None:
        """Close a session for good; its log stays."""
        await run_in_threadpool(self.store.sessions.close, key)
        self._ready.pop(key)

    def photo_of(self, image_id: int) -> Photo:
        """The photo of an image, read once for all sessions on it."""
        photo = self._pictures.get(image_id)
        if photo is None:
            image = self.store.images.get(image_id)
            photo = self._pictures[image_id] = Photo(image, self.photos.pixels(image))
        return photo

    def keep(self, opened: Opened) -> None:
        """Keep a session ready, as the one that was used last."""
        self._ready.put(opened.key, opened, opened.held_bytes)

    def _begin(self, photo: Photo, options: Options, start: Start, *, only: bool = False) -> Opened:
        begun, options = time.perf_counter(), self._chosen(options)
        blobs = self.store.blobs
        named = Start(start.prior, start.trimap, start.depth_scale, photo.name)
        work = Work(photo.pixels, options, named, factory=self.factory, blob=blobs.get)
        kept = {
            "prior": start.prior and blobs.put(start.prior),
            "trimap": start.trimap and blobs.put(start.trimap),
            "depth_scale": start.depth_scale,
            "file_name": photo.name,
        }
        row = self.store.sessions.add(
            photo.image,
            task=options.task,
            options=options.kept(),
            start=kept,
            only=only,
            key=self.place.new_key(),
        )
        if row.options != options.kept() or row.start != kept:  # somebody else was quicker
            return self[row.key]
        self._pictures[photo.image.id] = photo
        answered = round(1e3 * (time.perf_counter() - begun), 1)
        timings = {"answer_ms": answered, "save_ms": 0.0}
        opened = Opened(row.key, self, timings, _photo=photo, _work=work)
        self._known[row.key] = opened
        opened.keep()
        return opened
