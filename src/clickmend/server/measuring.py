"""Works out in the background how uncertain images are; whoever clicks goes first."""

from __future__ import annotations

import asyncio
import logging

from starlette.concurrency import run_in_threadpool

from clickmend.core.errors import ClickmendError
from clickmend.projects.store import Image, Project
from clickmend.projects.uncertainty import uncertainty_of
from clickmend.server.sessions import GIVE_WAY_S, SessionStore
from clickmend.server.streams import Tell

logger = logging.getLogger(__name__)


class Measuring:
    """One image after the other, each once.

    Args:
        desk: The opened photos.
    """

    def __init__(self, desk: SessionStore) -> None:
        self._desk = desk
        self._unknown: set[int] = set()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._watching: dict[int, set[Tell]] = {}

    async def begin(self, project: Project) -> int:
        """Have the images of a project measured that are not yet; how many are left."""
        images = await run_in_threadpool(self._left, project)
        there = self._running.get(project.id)
        if images and (there is None or there.done()):
            self._running[project.id] = asyncio.create_task(self._run(project, images))
        return len(images)

    async def follow(self, project: Project, tell: Tell) -> int:
        """The same, and wait until it is done.

        Args:
            project: Whose images.
            tell: Told how many are done, and of how many.

        Returns:
            How many are left: those that somebody has begun to work on meanwhile.
        """
        left = await self.begin(project)
        watching = self._watching.setdefault(project.id, set())
        watching.add(tell)
        try:
            tell(0, left)
            if left:
                await asyncio.wait({self._running[project.id]})
        finally:
            watching.discard(tell)
        return len(await run_in_threadpool(self._left, project))

    async def close(self) -> None:
        """Stop; what is measured is kept."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _left(self, project: Project) -> list[Image]:
        images = self._desk.store.images.unmeasured(project.id)
        return [image for image in images if image.id not in self._unknown]

    async def _run(self, project: Project, images: list[Image]) -> None:
        for done, image in enumerate(images, start=1):
            while self._desk.busy:
                await asyncio.sleep(GIVE_WAY_S)
            await run_in_threadpool(self._measure, project, image)
            for tell in tuple(self._watching.get(project.id, ())):
                tell(done, len(images))

    def _measure(self, project: Project, image: Image) -> None:
        desk, found = self._desk, None
        try:
            found = uncertainty_of(
                desk.store, project, image, photos=desk.photos, factory=desk.factory
            )
        except ClickmendError:  # told when the image is opened
            pass
        except Exception:
            logger.exception("The image %s of %s cannot be measured", image.name, project.name)
        if found is None:
            self._unknown.add(image.id)
        else:
            desk.store.images.measured(image.id, uncertainty=found)
