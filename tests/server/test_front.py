"""Which process is asked, and what is answered where it is not there."""

import asyncio
import gzip
import random
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.testclient import TestClient

from clickmend.server.front import Front
from clickmend.server.places import Place, worker_of

API = "/api/v1"


@dataclass
class FakeWorker:
    """Answers with what it was asked."""

    place: Place
    handle: object = None
    restarts: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list = field(default_factory=list)

    def __post_init__(self):
        self.ready.set()
        self.transport = httpx.MockTransport(self._asked)

    async def _asked(self, request):
        await request.aread()
        self.seen.append(request)
        if self.handle is not None:
            return self.handle(request)
        return streamed(str(self.place.number), headers=[("Set-Cookie", "a=1")] * 2)


def streamed(text, status=200, **given):
    async def pieces():
        yield text if isinstance(text, bytes) else text.encode()

    return httpx.Response(status, content=pieces(), **given)


class FakeWorkers(list):
    closed = False


@pytest.fixture
def workers():
    return FakeWorkers(FakeWorker(Place(number, 3)) for number in range(3))


@pytest.fixture
def client(workers):
    return TestClient(Front(workers), base_url="http://127.0.0.1")


def test_a_session_goes_to_the_process_of_its_key_and_a_photo_to_that_of_its_number(client):
    for key in ("abc", "x-y_z", "123"):
        asked = [f"{API}/sessions/{key}", f"{API}/sessions/{key}/shown.png?v=1"]
        assert {client.get(path).text for path in asked} == {str(worker_of(key, workers=3))}
    for image in (3, 4, 5):
        path = f"{API}/projects/1/images/{image}/session"
        assert client.post(path).text == str(image % 3)


def test_new_photos_go_to_each_process_in_turn_and_all_else_to_the_first(client, workers):
    assert {client.post(f"{API}/sessions").text for _ in range(3)} == {"0", "1", "2"}
    workers[1].ready.clear()
    assert {client.post(f"{API}/sessions").text for _ in range(4)} == {"0", "2"}
    for path in ("/", "/js/main.js", f"{API}/health", "/api/function_invocations"):
        assert client.get(path).text == "0"


def test_heads_and_bodies_pass_as_they_are(client, workers):
    headers = {"Clickmend-By": "Zo%C3%AB", "Origin": "http://127.0.0.1", "Connection": "close"}
    path = f"{API}/projects/1/images/0/x%2Fy?a=%20b&a=c"
    answer = client.post(path, headers=headers, content=b"body")
    (asked,) = workers[0].seen
    assert asked.url.raw_path == path.encode()
    assert (asked.content, asked.headers["Host"]) == (b"body", "127.0.0.1")
    assert asked.headers["Clickmend-By"] == "Zo%C3%AB"
    assert "connection" not in asked.headers
    assert answer.headers.get_list("set-cookie") == ["a=1", "a=1"]
    client.post(f"{API}/projects/1/images/0", content=iter([b"piece", b"meal"]))
    assert workers[0].seen[-1].content == b"piecemeal"


def test_a_process_that_is_not_there_is_told_with_when_to_come_again(client, workers):
    workers[0].ready.clear()
    answer = client.post(f"{API}/projects/1/images/0/session")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "belongs to is being started" in answer.json()["error"]["message"]
    workers.closed = True
    assert "is being stopped" in client.get("/").json()["error"]["message"]


def test_what_may_have_changed_something_is_told_as_lost_and_what_cannot_may_be_repeated(
    client, workers
):
    def lost(request):
        raise httpx.RemoteProtocolError("gone")

    workers[0].handle = lost
    answer = client.post(f"{API}/projects/1/images/0/session")
    assert answer.status_code == 502
    assert answer.json()["error"]["type"] == "LostError"
    assert "look before you send it again" in answer.json()["error"]["message"]
    answer = client.get(f"{API}/projects/1/images/0")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


@pytest.mark.parametrize("size", [3, 3_000_000])
def test_answers_that_are_compressed_pass_as_they_are(client, workers, size):
    content = gzip.compress(random.Random(0).randbytes(size))
    told = {"Content-Encoding": "gzip", "Content-Length": str(len(content))}
    workers[0].handle = lambda _: streamed(content, headers=told)
    with client.stream("GET", "/") as answer:
        assert b"".join(answer.iter_raw()) == content
        assert answer.headers["Content-Encoding"] == "gzip"


def test_an_answer_that_breaks_off_is_told_as_one_that_did_not_come(client, workers):
    def breaks_off(_):
        async def pieces():
            yield b"half"
            raise httpx.ReadError("gone")

        return httpx.Response(200, content=pieces(), headers={"Content-Length": "8"})

    workers[0].handle = breaks_off
    assert client.post(f"{API}/projects/1/images/0/session").status_code == 502
    assert client.get(f"{API}/projects/1/images/0").status_code == 503


def test_numbers_are_those_of_all_processes_or_a_refusal(client, workers):
    for worker in workers:
        worker.handle = lambda _, n=worker.place.number: streamed(
            f"# TYPE marks_total counter\nmarks_total {n}\n"
        )
    workers[2].ready.clear()
    told = client.get("/metrics").text
    assert 'marks_total{worker="0"} 0.0' in told
    assert 'marks_total{worker="1"} 1.0' in told
    assert 'worker="2"' not in told
    assert "clickmend_workers_ready 2.0" in told
    workers[0].handle = lambda _: streamed("no", 401)
    assert client.get("/metrics").status_code == 401
    for worker in workers:
        worker.ready.clear()
    assert client.get("/metrics").status_code == 503
