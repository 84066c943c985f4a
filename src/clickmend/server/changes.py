"""What happens in a project, told as it happens: Server-Sent Events of its changed images."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping

from starlette.concurrency import run_in_threadpool

from clickmend.projects.store import Store

EVERY_S = 0.5
"""How often is looked for changes; they may be another server's on the same database."""

BEAT_S = 15.0
"""How often a quiet stream says that it is there."""


async def changes(
    store: Store,
    project_id: int,
    *,
    after: int,
    problems: Mapping[int, str],
    ended: Callable[[], bool] = lambda: False,
) -> AsyncIterator[str]:
    """Each image that changed after the project's count ``after``, once, as it is now.

    Args:
        store: Where the project is kept.
        project_id: Of the project.
        after: The ``id`` of the last event that is known.
        problems: Why the labels of an image are not written, of those of which they are not.
        ended: Tells whether the server is being stopped.
    """
    told = time.monotonic()
    yield "retry: 1000\n\n"
    while not ended():
        images = await run_in_threadpool(store.images.changed_after, project_id, after)
        for image in images:
            after = image.changed
            data = {
                "image": image.id,
                "version": image.version,
                "status": image.status,
                "clicks": image.clicks,
                "comment": image.comment,
                "uncertainty": image.uncertainty,
                "by": image.by,
                "done_by": image.done_by,
                "problem": problems.get(image.id),
                "fault": image.fault,
            }
            yield f"id: {after}\ndata: {json.dumps(data)}\n\n"
        if images:
            told = time.monotonic()
        elif time.monotonic() - told > BEAT_S:
            told = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(EVERY_S)
