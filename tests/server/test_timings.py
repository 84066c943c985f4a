"""Each answer says what it has cost."""

import re

from clickmend.server import timings


def test_what_is_noted_adds_up_in_its_own_request_alone():
    first = timings.begin()
    timings.note("answer", 2.0)
    timings.note("answer", 1.0)
    timings.begin()
    timings.note("answer", 8.0)
    assert timings.header(first, total_ms=4.04) == "answer;dur=3.0, total;dur=4.0"


def test_every_answer_has_its_total_and_a_mark_tells_its_parts(client, photo, as_png):
    health = client.get("/api/v1/health").headers["server-timing"]
    assert re.fullmatch(r"total;dur=\d+\.\d", health)
    opened = client.post("/api/v1/sessions", files={"photo": ("a.png", as_png(photo))}).json()
    place = f"/api/v1/sessions/{opened['id']}/clicks"
    told = client.post(place, json={"x": 20, "y": 20}).headers["server-timing"]
    parts = dict(one.split(";dur=") for one in told.split(", "))
    assert list(parts) == ["wait", "answer", "save", "total"]
    assert float(parts["total"]) >= float(parts["answer"])
