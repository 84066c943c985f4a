"""Many marks in one request, and single ones taken back or moved; all of it can be undone."""

import json

import pytest

SESSIONS = "/api/v1/sessions"


@pytest.fixture
def place(client, photo, as_png):
    answer = client.post(SESSIONS, files={"photo": ("cat.png", as_png(photo))})
    return f"{SESSIONS}/{answer.json()['id']}"


def click(x, **more):
    return {"type": "click", "x": x, "y": 5, **more}


def columns(state):
    return [mark.get("x", mark.get("x0")) for mark in state["feedback"]]


def refusal(answer, status, kind):
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == kind
    return answer.json()["error"]["message"]


def test_many_marks_are_put_in_order_and_undone_one_by_one(client, place):
    box = {"type": "box", "x0": 1, "y0": 1, "x1": 20, "y1": 20}
    marks = [click(3), box, click(9, label="background")]
    state = client.post(f"{place}/marks", json={"marks": marks}).json()
    assert columns(state) == [3, 1, 9]
    assert [mark["type"] for mark in state["feedback"]] == ["click", "box", "click"]
    assert state["prediction"]["version"] == 3
    assert columns(client.post(f"{place}/undo").json()) == [3, 1]


def test_of_many_marks_all_are_put_or_none(client, place):
    before = client.post(f"{place}/clicks", json={"x": 1, "y": 5}).json()
    answer = client.post(f"{place}/marks", json={"marks": [click(3), click(80)]})
    assert "outside the 80×60 image" in refusal(answer, 400, "ClickError")
    after = client.get(place).json()
    assert after["feedback"] == before["feedback"]
    assert after["prediction"] == before["prediction"]


def test_a_mark_is_taken_back_by_its_number_and_comes_back_by_undo(client, place):
    client.post(f"{place}/marks", json={"marks": [click(3), click(6), click(9)]})
    assert columns(client.delete(f"{place}/marks/2").json()) == [3, 9]
    assert columns(client.post(f"{place}/undo").json()) == [3, 6, 9]
    assert columns(client.post(f"{place}/redo").json()) == [3, 9]
    assert refusal(client.delete(f"{place}/marks/3"), 400, "OptionError")
    refusal(client.delete(f"{place}/marks/0"), 422, "RequestError")


def test_a_mark_is_moved_in_its_place_and_moved_back_by_undo(client, place):
    client.post(f"{place}/marks", json={"marks": [click(3), click(6), click(9)]})
    moved = client.put(f"{place}/marks/2", json=click(30, label="background")).json()
    assert columns(moved) == [3, 30, 9]
    assert columns(client.post(f"{place}/undo").json()) == [3, 6, 9]
    answer = client.put(f"{place}/marks/2", json=click(80))
    assert "outside" in refusal(answer, 400, "ClickError")


@pytest.mark.parametrize(
    "marks",
    [[], [{"type": "circle", "x": 1, "y": 1}], [{"x": 1, "y": 1}], [click(1)] * 501],
)
def test_what_is_no_list_of_marks_is_refused(client, place, marks):
    refusal(client.post(f"{place}/marks", json={"marks": marks}), 422, "RequestError")


@pytest.mark.parametrize(
    ("method", "what", "body"),
    [
        ("POST", "undo", None),
        ("POST", "reset", None),
        ("DELETE", "marks/1", None),
        ("PUT", "marks/1", click(30)),
    ],
)
def test_what_is_meant_for_an_older_version_is_refused_and_nothing_is_done(
    client, place, method, what, body
):
    seen = client.post(f"{place}/marks", json={"marks": [click(3)]}).json()["prediction"]["version"]
    client.post(f"{place}/marks", json={"marks": [click(6)]})  # somebody else
    late = client.request(
        method, f"{place}/{what}", json=body, headers={"Clickmend-After": str(seen)}
    )
    assert "changed elsewhere meanwhile" in refusal(late, 409, "ConflictError")
    assert columns(client.get(place).json()) == [3, 6]
    now = {"Clickmend-After": str(seen + 1)}
    assert client.request(method, f"{place}/{what}", json=body, headers=now).status_code == 200


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\udfffb"])
def test_half_a_letter_is_refused_and_the_session_stays(client, place, text):
    sent = json.dumps({"marks": [click(3, label=text)]})
    answer = client.post(
        f"{place}/marks", content=sent, headers={"Content-Type": "application/json"}
    )
    assert "which is not stored" in refusal(answer, 422, "RequestError")
    assert columns(client.get(place).json()) == []
