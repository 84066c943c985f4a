"""Long work told while it is done: the same route, answered as Server-Sent Events where asked for.

Whoever sends ``Accept: text/event-stream`` gets ``progress`` as it is made, or what stands until a
mark is refined as ``intermediate``, and at the end one ``result``, which is what the route answers
otherwise, or one ``error`` of the shape that all have. What is refused before any of it is answered
as without a stream, with its status and headers. Whoever goes away does not end the work.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from clickmend.core.errors import ClickmendError
from clickmend.server.errors import UNFORESEEN, error_answer, in_words

logger = logging.getLogger(__name__)

Tell = Callable[[int, int], None]
"""Says from any thread that so much is done, of how much."""

Show = Callable[[BaseModel], None]
"""Gives from any thread what stands until the answer is there."""

EVENTS = "text/event-stream"

BEAT_S = 15.0
"""How often a quiet stream says that it is there."""

MOST_UNREAD = 64
"""Events that are kept for a slow reader; of more, the oldest are left out."""

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

SHOWN_MEANWHILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            EVENTS: {
                "schema": {"type": "string"},
                "example": (
                    'event: intermediate\ndata: {"tile": {"since": 3, "x": 118, "y": 64, '
                    '"png": "iVBORw0KGgo="}, "coarse": null}\n\n'
                    "event: result\ndata: what is answered otherwise, as JSON\n\n"
                ),
            }
        }
    }
}
"""The same of one that shows answers before the last."""

FORESEEN = (ClickmendError, HTTPException)
"""What is told to whoever asked; of everything else only that it failed."""

INTERMEDIATE = "intermediate"
"""The event of an answer that another one takes the place of."""

_Piece = str | BaseModel | Exception | None
"""An event, the end of a stream, or that it is quiet."""

_running: set[asyncio.Task[None]] = set()


def wants_stream(request: Request) -> bool:
    """Whether a request asks for events."""
    return EVENTS in request.headers.get("accept", "")


async def streamed(work: Callable[[Tell], Awaitable[BaseModel]]) -> StreamingResponse:
    """What ``work`` gives, told as it is done.

    Args:
        work: Does it; is given whom to tell how far it is.

    Raises:
        ClickmendError: ``work`` was refused before it told anything.
        HTTPException: The same.
    """
    return await _streamed(
        lambda put: work(lambda done, of: put(event("progress", {"done": done, "of": of})))
    )


async def shown_meanwhile(work: Callable[[Show], Awaitable[BaseModel]]) -> StreamingResponse:
    """What ``work`` gives, after the answers that stand until then.

    Args:
        work: Does it; is given whom to show such an answer.

    Raises:
        ClickmendError: ``work`` was refused before it showed anything.
        HTTPException: The same.
    """
    return await _streamed(
        lambda put: work(lambda answer: put(event(INTERMEDIATE, answer.model_dump_json())))
    )


async def _streamed(
    work: Callable[[Callable[[str], None]], Awaitable[BaseModel]],
) -> StreamingResponse:
    """What ``work`` gives, as the last event after those that it puts from any thread."""
    unread: asyncio.Queue[_Piece] = asyncio.Queue(MOST_UNREAD)
    loop = asyncio.get_running_loop()

    def put(piece: _Piece) -> None:
        if unread.full():
            unread.get_nowait()
        unread.put_nowait(piece)

    def put_soon(piece: str) -> None:
        loop.call_soon_threadsafe(put, piece)

    async def run() -> None:
        end: _Piece
        try:
            end = await work(put_soon)
        except Exception as error:
            if not isinstance(error, FORESEEN):
                logger.exception("What was streamed has failed")
            end = error
        loop.call_soon(put, end)  # behind what was told from any thread

    task = asyncio.create_task(run())
    _running.add(task)
    task.add_done_callback(_running.discard)
    first = await _next(unread)
    if isinstance(first, FORESEEN):
        raise first
    return StreamingResponse(_events(first, unread), media_type=EVENTS)


def event(name: str, data: Mapping[str, Any] | str) -> str:
    """One event, its data as JSON."""
    return f"event: {name}\ndata: {data if isinstance(data, str) else json.dumps(data)}\n\n"


async def _events(first: _Piece, unread: asyncio.Queue[_Piece]) -> AsyncIterator[str]:
    piece = first
    while True:
        if piece is None:
            yield ": still here\n\n"
        elif isinstance(piece, str):
            yield piece
        elif isinstance(piece, BaseModel):
            yield event("result", piece.model_dump_json())
            return
        else:
            yield event("error", _body(piece))
            return
        piece = await _next(unread)


async def _next(unread: asyncio.Queue[_Piece]) -> _Piece:
    """What is told next; nothing where it is quiet."""
    try:
        return await asyncio.wait_for(unread.get(), BEAT_S)
    except TimeoutError:
        return None


def _body(error: Exception) -> str:
    if isinstance(error, FORESEEN):
        answer = error_answer(*in_words(error))
    else:
        answer = error_answer(500, "InternalError", UNFORESEEN)
    return bytes(answer.body).decode()
