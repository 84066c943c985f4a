"""Long work is told while it is done, and ends with what the route answers otherwise."""

import asyncio
import json

import pytest
from pydantic import BaseModel

from clickmend.core.errors import ProjectError
from clickmend.server import streams
from clickmend.server.streams import streamed


class Sum(BaseModel):
    sum: int


def told_by(work):
    """The events of a stream: the name and the data of each."""

    async def run():
        return [piece async for piece in (await streamed(work)).body_iterator]

    found = []
    for piece in asyncio.run(run()):
        name, data = piece.strip().split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_progress_comes_in_order_from_any_thread_and_the_result_last():
    async def work(tell):
        for done in range(3):
            await asyncio.to_thread(tell, done, 3)
        return Sum(sum=3)

    assert told_by(work) == [
        *(("progress", {"done": done, "of": 3}) for done in range(3)),
        ("result", {"sum": 3}),
    ]


def test_a_refusal_is_the_last_event_and_has_the_shape_of_every_error():
    async def work(tell):
        tell(0, 1)
        raise ProjectError("There is no folder.")

    error = {"type": "ProjectError", "message": "There is no folder."}
    assert told_by(work)[1:] == [("error", {"error": error})]


def test_what_is_refused_before_it_began_is_no_stream():
    async def work(tell):
        raise ProjectError("There is no folder.")

    with pytest.raises(ProjectError, match="There is no folder"):
        told_by(work)


def test_a_slow_reader_hears_the_newest_and_the_result():
    async def work(tell):
        for done in range(10_000):
            tell(done, 10_000)
        return Sum(sum=1)

    *progress, result = told_by(work)
    assert result == ("result", {"sum": 1})
    assert len(progress) <= streams.MOST_UNREAD
    assert [told["done"] for _, told in progress[-3:]] == [9997, 9998, 9999]


def test_what_was_not_foreseen_is_told_without_its_words_and_logged(caplog):
    async def work(tell):
        raise RuntimeError("secret")

    ((name, data),) = told_by(work)
    assert (name, data["error"]["type"]) == ("error", "InternalError")
    assert "secret" not in data["error"]["message"]
    assert "secret" in caplog.text


def test_a_quiet_stream_says_that_it_is_there_and_work_goes_on_without_its_listener(monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.0)

    async def run():
        go, done = asyncio.Event(), []

        async def work(tell):
            await go.wait()
            done.append(1)
            return Sum(sum=1)

        stream = (await streamed(work)).body_iterator
        assert (await anext(stream)).startswith(": still here")
        await stream.aclose()
        go.set()
        while not done:
            await asyncio.sleep(0)
        return done

    assert asyncio.run(run()) == [1]


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_who_does_not_ask_for_events_gets_none(client, accept):
    answer = client.post("/api/v1/projects/999/uncertainty", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
