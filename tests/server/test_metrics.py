"""The numbers of a server, as a program that watches it reads them."""

import threading

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from clickmend.core.settings import Settings
from clickmend.server.app import create_app
from clickmend.server.metrics import of_workers
from clickmend.server.networks import Networks

API = "/api/v1"


def numbers(text):
    """The value of each sample by its name and labels."""
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Slow:
    """Sessions whose marks wait until they are let go."""

    def __init__(self, factory):
        self.factory = factory
        self.reached, self.free = threading.Semaphore(0), threading.Event()

    def __call__(self, *given):
        session = self.factory(*given)
        add = session.add

        def slowly(mark):
            self.reached.release()
            assert self.free.wait(30)
            return add(mark)

        session.add = slowly
        return session


@pytest.fixture
def slow(fake_session):
    return Slow(fake_session)


@pytest.fixture
def serving(slow, shipped):
    limits = Settings(max_waiting=0)
    app = create_app(
        session_factory=slow, networks=Networks(shipped), limits=limits, token="for-the-test"
    )
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.headers["Authorization"] = "Bearer for-the-test"
        yield app, client


def test_requests_marks_and_busy_answers_are_counted_by_route_and_task(
    serving, slow, photo, as_png, monkeypatch
):
    app, client = serving
    monkeypatch.setattr(app.state.work, "_at_once", 1)
    key = client.post(f"{API}/sessions", files={"photo": ("a.png", as_png(photo))}).json()["id"]
    place = f"{API}/sessions/{key}/clicks"
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(client.post(place, json={"x": 3, "y": 4}))
    )
    waiting.start()
    assert slow.reached.acquire(timeout=30)
    refused = client.post(place, json={"x": 5, "y": 6})
    during = numbers(client.get("/metrics").text)
    slow.free.set()
    waiting.join(30)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["error"]["type"] == "BusyError"
    assert "Nothing of this one was done" in refused.json()["error"]["message"]
    assert answers[0].json()["feedback"][0]["x"] == 3
    assert len(client.get(f"{API}/sessions/{key}").json()["feedback"]) == 1

    route = f"{API}/sessions/{{key}}/clicks"
    after = numbers(client.get("/metrics").text)
    assert during["clickmend_queue_running",] == 1
    assert after["clickmend_queue_running",] == 0
    assert after["clickmend_queue_length",] == 0
    assert after["clickmend_http_requests_total", *sorted((route, "200", "POST"))] == 1
    assert after["clickmend_http_requests_total", *sorted((route, "503", "POST"))] == 1
    assert after["clickmend_http_request_duration_seconds_count", *sorted((route, "POST"))] == 2
    assert after["clickmend_marks_total", "interactive"] == 1
    assert after["clickmend_busy_answers_total",] == 1
    assert after["clickmend_sessions_open",] == 1
    assert "clickmend_model_loads_total" in {name for name, *_ in after}
    assert not any(key in part for sample in after for part in sample)


def test_the_numbers_are_for_those_who_have_the_token(serving):
    _, client = serving
    del client.headers["Authorization"]
    assert client.get("/metrics").status_code == 401


def test_numbers_of_several_processes_stand_side_by_side():
    texts = {
        0: '# TYPE marks_total counter\nmarks_total{task="depth"} 2.0\n',
        1: '# TYPE marks_total counter\nmarks_total{task="depth"} 3.0\nup 1\n',
    }
    found = {metric.name: metric for metric in of_workers(texts)}
    assert [(s.labels, s.value) for s in found["marks"].samples] == [
        ({"task": "depth", "worker": "0"}, 2.0),
        ({"task": "depth", "worker": "1"}, 3.0),
    ]
    assert [s.labels for s in found["up"].samples] == [{"worker": "1"}]
