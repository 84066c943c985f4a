"""The one address before several processes: each request goes to the process that knows it.

Who may ask, and how much may be sent, is the processes' matter: heads and bodies pass as they are,
bodies piece by piece.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from clickmend.core.errors import BusyError
from clickmend.server.catalogue import API
from clickmend.server.errors import error_answer, http_error_answer, in_words, more_headers
from clickmend.server.metrics import PATH, of_workers
from clickmend.server.places import worker_of
from clickmend.server.workers import Worker, Workers

STARTED_S = 2
"""After which whoever asks a process that is being started again may ask again."""

AT_ONCE_BYTES = 1_000_000
"""Shorter answers are passed on in one piece, for which no task has to wait beside them."""

HOPS = (b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer")
"""What a head says of one connection alone."""

SAFE = ("GET", "HEAD")
"""What changes nothing, however often it is asked."""

LOST = (
    "The process that worked on this ended before it answered; another takes its place. What was "
    "acknowledged is kept, and this may be: look before you send it again."
)

_IMAGE = re.compile(rf"{API}/projects/\d+/images/(\d+)")
_NAMED = re.compile(rf"{API}/(?:sessions|projects)/([^/]+)")


def front(workers: Workers) -> Starlette:
    """The application that stands before several processes.

    Args:
        workers: They run as long as it does.
    """

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        async with workers.running():
            yield

    app = Starlette(routes=[Mount("/", Front(workers))], lifespan=running)
    app.state.work = workers
    return app


class Front:
    """Passes requests on.

    Args:
        workers: Answer them.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._next = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        answer = await (self._numbers if scope["path"] == PATH else self._passed)(request)
        await answer(scope, receive, send)

    async def _passed(self, request: Request) -> Response:
        return await self._answered(request, self._worker_for(request))

    async def _answered(self, request: Request, worker: Worker) -> Response:
        if not worker.ready.is_set():
            return _busy(self._not_ready())
        try:
            found = await worker.transport.handle_async_request(_as_asked(request))
            short = int(found.headers.get("content-length", AT_ONCE_BYTES)) < AT_ONCE_BYTES
            pieces = [piece async for piece in _body(found)] if short else []
        except ClientDisconnect:  # nobody is there to be told
            return Response(status_code=400)
        except httpx.TransportError:
            if request.method in SAFE:
                return _busy(self._not_ready())
            return http_error_answer(502, LOST)
        answer: Response
        if short:
            answer = Response(b"".join(pieces), status_code=found.status_code)
        else:
            answer = StreamingResponse(_body(found), status_code=found.status_code)
        answer.raw_headers = [
            (name.lower(), value) for name, value in found.headers.raw if name.lower() not in HOPS
        ]
        return answer

    def _not_ready(self) -> str:
        if self._workers.closed:
            return (
                "This server is being stopped. Nothing of this request was done; send it again "
                "when the server is back."
            )
        return (
            "The process that this belongs to is being started. Nothing of this request was done; "
            f"send it again in {STARTED_S} s."
        )

    def _worker_for(self, request: Request) -> Worker:
        """A session's by its key, a photo's by its number; what is new is given to each in turn.

        Everything else, other tools among it, is the first one's.
        """
        path, count = request.url.path, len(self._workers)
        image, named = _IMAGE.match(path), _NAMED.match(path)
        if image:
            return self._workers[int(image[1]) % count]
        if named:
            return self._workers[worker_of(named[1], workers=count)]
        if path == f"{API}/sessions":
            ready = [one for one in self._workers if one.ready.is_set()]
            self._next += 1
            return ready[self._next % len(ready)] if ready else self._workers[0]
        return self._workers[0]

    async def _numbers(self, request: Request) -> Response:
        """The numbers of all processes, for those whom the processes tell them."""
        ready = [one for one in self._workers if one.ready.is_set()]
        if not ready:
            return await self._passed(request)
        asked = await asyncio.gather(
            *(_whole(one, _as_asked(request)) for one in ready), return_exceptions=True
        )
        found = [one for one in asked if isinstance(one, httpx.Response)]
        if not found:
            return http_error_answer(502, LOST)
        if found[0].status_code != httpx.codes.OK or request.method != "GET":
            return await self._answered(request, ready[0])
        texts = {
            one.place.number: answer.text
            for one, answer in zip(ready, asked, strict=True)
            if isinstance(answer, httpx.Response)
        }
        registry = CollectorRegistry()
        registry.register(_Together(self._workers, texts))
        headers = {"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-cache"}
        return Response(generate_latest(registry), headers=headers)


class _Together(Collector):
    """The numbers of the processes, and how many there are."""

    def __init__(self, workers: Workers, texts: dict[int, str]) -> None:
        self._workers = workers
        self._texts = texts

    def collect(self) -> list[Metric]:
        """All of them."""
        ready = sum(one.ready.is_set() for one in self._workers)
        restarts = sum(one.restarts for one in self._workers)
        return [
            GaugeMetricFamily("clickmend_workers_ready", "Processes that answer.", value=ready),
            CounterMetricFamily(
                "clickmend_worker_restarts",
                "Processes that ended and were replaced.",
                value=restarts,
            ),
            *of_workers(self._texts),
        ]


def _busy(message: str) -> Response:
    error = BusyError(message, retry_after_s=STARTED_S)
    answer = error_answer(*in_words(error))
    answer.headers.update(more_headers(error))
    return answer


def _as_asked(request: Request) -> httpx.Request:
    """A request as it came."""
    scope = request.scope
    raw = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    headers = [(name, value) for name, value in scope["headers"] if name not in HOPS]
    has_body = {b"content-length", b"transfer-encoding"} & {name for name, _ in scope["headers"]}
    return httpx.Request(
        request.method,
        httpx.URL(scheme="http", host="worker", raw_path=raw),
        headers=headers,
        content=request.stream() if has_body else None,
    )


async def _whole(worker: Worker, asked: httpx.Request) -> httpx.Response:
    answer = await worker.transport.handle_async_request(asked)
    await answer.aread()
    return answer


async def _body(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.aiter_raw():
            yield piece
    finally:
        await answer.aclose()
