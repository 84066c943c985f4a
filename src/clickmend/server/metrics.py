"""What a server tells those who watch over it, in the text format of Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Protocol

from fastapi import APIRouter, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clickmend.networks.weights.store import loads
from clickmend.server import timings
from clickmend.server.work_queue import WorkQueue

PATH = "/metrics"

BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

PAGE = "page"
"""What requests are of that no route answers: files of the page, and what is not there."""


class Held(Sized, Protocol):
    """Things in memory."""

    @property
    def held_bytes(self) -> int:
        """How much they take."""


class Metrics:
    """The numbers of one process.

    Args:
        queue: Of the work.
        sessions: Gives the sessions that are in memory.
    """

    def __init__(self, *, queue: WorkQueue, sessions: Callable[[], Held]) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "clickmend_http_requests",
            "Requests that were answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "clickmend_http_request_duration_seconds",
            "Seconds until an answer begins.",
            ["method", "route"],
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self._marks = Counter(
            "clickmend_marks", "Marks that were kept.", ["task"], registry=self.registry
        )
        self.registry.register(_State(queue, sessions))
        ProcessCollector(registry=self.registry)

    def marked(self, task: str, count: int) -> None:
        """Count marks that were kept."""
        self._marks.labels(task).inc(count)

    def text(self) -> bytes:
        """All numbers as they are now."""
        return generate_latest(self.registry)


class _State(Collector):
    """What is asked of others when the numbers are."""

    def __init__(self, queue: WorkQueue, sessions: Callable[[], Held]) -> None:
        self._queue = queue
        self._sessions = sessions

    def collect(self) -> Iterator[Metric]:
        """The queue, the sessions and the networks as they are now."""
        queue = self._queue
        yield _gauge("clickmend_queue_length", "Requests that wait for a turn.", queue.waiting)
        yield _gauge("clickmend_queue_running", "Requests that compute.", queue.running)
        sessions = self._sessions()
        yield _gauge("clickmend_sessions_open", "Sessions in memory.", len(sessions))
        told = "Memory that the sessions hold, as it was counted last."
        yield _gauge("clickmend_sessions_bytes", told, sessions.held_bytes)
        told = "Requests that were refused because too many waited, or the server was stopped."
        yield CounterMetricFamily("clickmend_busy_answers", told, value=queue.refused)
        told = "How often the weights of a network were read."
        yield CounterMetricFamily("clickmend_model_loads", told, value=loads())


class Measured:
    """ASGI middleware that counts requests and takes their time, which each answer tells.

    Args:
        app: What answers them.
        metrics: Where they are counted.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note how its answer begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, spent = time.perf_counter(), timings.begin()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Names of routes, not paths: those have a label for each session in them.
                route = getattr(scope.get("route"), "path", PAGE)
                self._metrics.requests.labels(scope["method"], route, message["status"]).inc()
                seconds = time.perf_counter() - begun
                self._metrics.seconds.labels(scope["method"], route).observe(seconds)
                told = timings.header(spent, total_ms=1e3 * seconds)
                MutableHeaders(scope=message)["Server-Timing"] = told
            await send(message)

        await self._app(scope, receive, noted)


def metrics_routes(metrics: Metrics) -> APIRouter:
    """The route that tells the numbers."""
    routes = APIRouter(tags=["catalogue"])

    @routes.get(PATH, response_class=Response)
    def get_metrics() -> Response:
        """The numbers of this server in the text format of Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return routes


def of_workers(texts: Mapping[int, str]) -> Iterable[Metric]:
    """The numbers of several processes in one, each with the label ``worker``."""
    found: dict[str, Metric] = {}
    for worker, text in texts.items():
        for family in text_string_to_metric_families(text):
            metric = Metric(family.name, family.documentation, family.type)
            metric = found.setdefault(family.name, metric)
            for sample in family.samples:
                labels = {**sample.labels, "worker": str(worker)}
                metric.samples.append(sample._replace(labels=labels))
    return found.values()


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)
