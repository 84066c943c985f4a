"""Long work told while it is done: the same route, answered as Server-Sent Events where asked for.

Whoever sends ``Accept: text/event-stream`` gets ``progress`` as it is made, and at the end one
``result``, which is what the route answers otherwise, or one ``error`` of the shape that all have.
Whoever goes away does not end the work.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from clickmend.core.errors import ClickmendError
from clickmend.server.errors import UNFORESEEN, error_answer, in_words

logger = logging.getLogger(__name__)

Tell = Callable[[int, int], None]
"""Says from any thread that so much is done, of how much."""

EVENTS = "text/event-stream"

BEAT_S = 15.0
"""How often a quiet stream says that it is there."""

STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            EVENTS: {
                "schema": {"type": "string"},
                "example": (
                    'event: progress\ndata: {"done": 3, "of": 500}\n\n'
                    "event: result\ndata: what is answered otherwise, as JSON\n\n"
                ),
            }
        }
    }
}
"""What OpenAPI says of a route that may be streamed."""

_running: set[asyncio.Task[None]] = set()


def unheard(done: int, of: int) -> None:
    """Whom nobody listens to."""


def wants_stream(request: Request) -> bool:
    """Whether a request asks for events."""
    return EVENTS in request.headers.get("accept", "")


def streamed(work: Callable[[Tell], Awaitable[BaseModel]]) -> StreamingResponse:
    """What ``work`` gives, told as it is done.

    Args:
        work: Does it; is given whom to tell how far it is.
    """
    return StreamingResponse(_events(work), media_type=EVENTS)


def event(name: str, data: Mapping[str, Any] | str) -> str:
    """One event, its data as JSON."""
    return f"event: {name}\ndata: {data if isinstance(data, str) else json.dumps(data)}\n\n"


async def _events(work: Callable[[Tell], Awaitable[BaseModel]]) -> AsyncIterator[str]:
    told: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def put(name: str, data: Mapping[str, Any] | str) -> None:
        loop.call_soon_threadsafe(told.put_nowait, event(name, data))  # in order, from any thread

    async def run() -> None:
        try:
            result = await work(lambda done, of: put("progress", {"done": done, "of": of}))
            put("result", result.model_dump_json())
        except (ClickmendError, HTTPException) as error:
            put("error", _body(error_answer(*in_words(error))))
        except Exception:
            logger.exception("What was streamed has failed")
            put("error", _body(error_answer(500, "InternalError", UNFORESEEN)))
        finally:
            loop.call_soon_threadsafe(told.put_nowait, None)

    task = asyncio.create_task(run())
    _running.add(task)
    task.add_done_callback(_running.discard)
    while True:
        try:
            next_one = await asyncio.wait_for(told.get(), BEAT_S)
        except TimeoutError:
            yield ": still here\n\n"
            continue
        if next_one is None:
            return
        yield next_one


def _body(answer: Response) -> str:
    return bytes(answer.body).decode()
