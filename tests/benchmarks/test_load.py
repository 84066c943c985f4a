"""Simulated people click where the mask is wrong, and come again when the server is busy."""

import asyncio
import json
import time
from io import BytesIO

import httpx
import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def truth(script):
    photo, truth = script.scene(np.random.default_rng(0))
    assert photo.shape == (*truth.shape, 3)
    assert 0.05 < truth.mean() < 0.5
    return truth


def person(script, truth, handle):
    client = httpx.AsyncClient(transport=httpx.MockTransport(handle), base_url="http://server")
    rng = np.random.default_rng(0)
    return script.Person(client, "/images", [7], {7: truth}, rng, 0.0, script.Tally())


def png(mask):
    file = BytesIO()
    Image.fromarray(mask).save(file, "PNG")
    return file.getvalue()


def test_a_person_marks_what_is_wrong_and_sends_a_refused_mark_again(script, truth):
    sent, refused = [], []

    def handle(request):
        if request.url.path.endswith("shown.png"):
            return httpx.Response(200, content=png(np.zeros_like(truth)))
        if request.url.path.endswith("/marks"):
            if not refused:
                refused.append(request)
                return httpx.Response(503, headers={"Retry-After": "0"})
            sent.extend(json.loads(request.content)["marks"])
        return httpx.Response(200, json={"id": "key"})

    one = person(script, truth, handle)
    asyncio.run(one.work(time.monotonic() + 60, photos=1))
    assert len(sent) == len(one.tally.waits) == script.MARKS_A_PHOTO
    assert (one.tally.busy, one.tally.errors) == (1, {})
    assert all(truth[int(mark["y"]), int(mark["x"])] for mark in sent)
    assert {mark["label"] for mark in sent} == {"foreground"}


def test_what_is_no_503_with_retry_after_counts_as_an_error(script, truth):
    one = person(script, truth, lambda request: httpx.Response(503, text="down"))
    asyncio.run(one.work(time.monotonic() + 60, photos=2))
    assert one.tally.errors == {"503 down": 2}
    one.tally.memory_mb.extend([100.0, 200.0, 300.0])
    row = one.tally.row("all", people=1, think_s=0.0, seconds=10.0)
    assert (row["marks"], row["busy"]) == (0, 0)
    assert row["memory_mb_by_third"] == [100, 200, 300]
