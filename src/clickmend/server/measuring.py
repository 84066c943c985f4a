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
        self._told: dict[int, tuple[int, int]] = {}
        self._watching: dict[int, set[Tell]] = {}

    async def begin(self, project: Project) -> int:
        """Have the images of a project measured that are not yet; how many are left."""
        images = await run_in_threadpool(self._left, project)
        there = self._running.get(project.id)
        if images and (there is None or there.done()):
            self._told[project.id] = (0, len(images))
            self._running[project.id] = asyncio.create_task(self._run(project, images))
        return len(images)

    async def follow(self, project: Project, tell: Tell) -> int:
        """The same, and wait until it is done, also of images that are added meanwhile.

        Args:
            project: Whose images.
            tell: Told how many are done, and of how many.

        Returns:
            How many are left: none, unless the server is being stopped.

        Raises:
            DatabaseError: What is measured cannot be kept.
        """
        left = await self.begin(project)
        tell(*self._told[project.id] if left else (0, 0))
        watching = self._watching.setdefault(project.id, set())
        watching.add(tell)
        try:
            while left:
                run = self._running[project.id]
                await asyncio.wait({run})
                if run.cancelled():
                    return left
                run.result()
                left = await self.begin(project)
        finally:
            watching.discard(tell)
        return left

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
        done = 0
        while images:
            of = done + len(images)
            for image in images:
                while self._desk.busy:
                    await asyncio.sleep(GIVE_WAY_S)
                await run_in_threadpool(self._measure, project, image)
                done += 1
                self._told[project.id] = (done, of)
                for tell in tuple(self._watching.get(project.id, ())):
                    tell(done, of)
            images = await run_in_threadpool(self._left, project)

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
