"""What stands until a mark is refined, over HTTP and on the page; the answer has the last word."""

import base64
import json
import threading
from dataclasses import replace

import cv2
import numpy as np
import pytest

SESSIONS = "/api/v1/sessions"
STREAM = {"Accept": "text/event-stream"}
NEAR_PX = 5.0
"""Of a click the fake session paints so much until it is refined, and then all within its reach."""


def events(answer):
    """The names and the data of a stream that has ended."""
    pieces = [piece.split("\n") for piece in answer.text.strip().split("\n\n")]
    return [(name[len("event: ") :], json.loads(data[len("data: ") :])) for name, data in pieces]


def picture(png):
    return cv2.imdecode(np.frombuffer(base64.b64decode(png), np.uint8), cv2.IMREAD_UNCHANGED)


def pasted(before, tile):
    after = before.copy()
    if tile["png"]:
        rectangle = picture(tile["png"])
        height, width = rectangle.shape
        after[tile["y"] : tile["y"] + height, tile["x"] : tile["x"] + width] = rectangle
    return after


@pytest.fixture(params=["semantic", "matting", "depth"])
def place(dense_client, photo, as_png, request):
    trimap = np.full((60, 80), 128, np.uint8)
    trimap[:, :15], trimap[20:40, 40:60] = 0, 255
    files = {"photo": ("room.png", as_png(photo))}
    if request.param == "matting":
        files["trimap"] = ("trimap.png", as_png(trimap))
    data = {"task": request.param, "refine": "bmsb"}
    return f"{SESSIONS}/{dense_client.post(SESSIONS, files=files, data=data).json()['id']}"


def shown_by(client, place):
    answer = client.get(client.get(place).json()["prediction"]["url"])
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)


def click_of(task, x=30.5):
    said = {"label": 1} if task == "semantic" else {"value": 0.25}
    return {"type": "click", "x": x, "y": 20.5, **said}


def test_a_mark_is_answered_at_once_and_then_refined(dense_client, place):
    state = dense_client.get(place).json()
    before = shown_by(dense_client, place)
    headers = {**STREAM, "Clickmend-Shown": str(state["prediction"]["version"])}
    body = {"marks": [click_of(state["task"])]}
    answer = dense_client.post(f"{place}/marks", json=body, headers=headers)
    (kind, early), (end, result) = events(answer)
    assert (kind, end) == ("intermediate", "result")
    meant = pasted(before, early["tile"])
    after = shown_by(dense_client, place)
    np.testing.assert_array_equal(pasted(before, result["prediction"]["tile"]), after)
    assert (meant != before).any()
    assert (meant != after).any()
    assert result == dense_client.get(place).json() | {
        "prediction": result["prediction"],
        "timings": result["timings"],
    }


def test_the_last_answer_is_the_one_without_a_stream_to_the_byte(dense_client, place):
    task = dense_client.get(place).json()["task"]
    beside = dense_client.post(
        SESSIONS, data={"of": place.rpartition("/")[2], "task": task, "refine": "bmsb"},
        files={"trimap": ("trimap.png", _trimap())} if task == "matting" else None,
    ).json()["id"]  # fmt: skip
    for x in (30.5, 60.5, 10.5):
        body = {"marks": [click_of(task, x)]}
        streamed = dense_client.post(f"{place}/marks", json=body, headers=STREAM)
        plain = dense_client.post(f"{SESSIONS}/{beside}/marks", json=body)
        assert plain.headers["content-type"] == "application/json"
        files = [
            dense_client.get(f"{at}/prediction.npy").content
            for at in (place, f"{SESSIONS}/{beside}")
        ]
        assert files[0] == files[1]
        assert events(streamed)[-1][1]["feedback"] == plain.json()["feedback"]


def _trimap():
    trimap = np.full((60, 80), 128, np.uint8)
    trimap[:, :15], trimap[20:40, 40:60] = 0, 255
    return cv2.imencode(".png", trimap)[1].tobytes()


def test_of_many_marks_in_a_hurry_only_the_last_is_shown_meanwhile(dense_client, place):
    task = dense_client.get(place).json()["task"]
    body = {"marks": [click_of(task, x) for x in (20.5, 30.5, 60.5)]}
    answer = dense_client.post(f"{place}/marks", json=body, headers=STREAM)
    assert [kind for kind, _ in events(answer)] == ["intermediate", "result"]


def test_an_object_of_many_is_shown_before_it_is_refined(dense_client, photo, as_png):
    prior = np.zeros((60, 80), np.uint8)
    prior[20:40, 40:60], prior[5:15, 5:15] = 1, 2
    files = {"photo": ("room.png", as_png(photo)), "prior": ("old.png", as_png(prior))}
    data = {"task": "instances", "refine": "bmsb"}
    place = f"{SESSIONS}/{dense_client.post(SESSIONS, files=files, data=data).json()['id']}"
    before = shown_by(dense_client, place)
    asked = {"Clickmend-Shown": "0", "Clickmend-Known": "0"}
    mark = {"type": "click", "x": 66.5, "y": 30.5, "label": "foreground", "radius_px": 20.0}
    body = {"marks": [mark | {"object": 1}]}
    answer = dense_client.post(f"{place}/marks", json=body, headers=STREAM | asked)
    (kind, early), (end, result) = events(answer)
    assert (kind, end) == ("intermediate", "result")
    after = shown_by(dense_client, place)
    np.testing.assert_array_equal(pasted(before, result["prediction"]["tile"]), after)
    np.testing.assert_array_equal(pasted(before, early["tile"]) == 2, before == 2)
    assert [one["key"] for one in result["differ"]["objects"]] == [1]


def test_who_says_nothing_of_the_screen_gets_the_whole_picture(dense_client, place):
    body = {"marks": [click_of(dense_client.get(place).json()["task"])]}
    (_, early), _ = events(dense_client.post(f"{place}/marks", json=body, headers=STREAM))
    assert early["tile"] is None
    assert early["coarse"]["every"] == 1
    assert picture(early["coarse"]["png"]).shape == (60, 80)


def test_a_mark_that_nothing_is_refined_for_has_no_answer_before_the_last(client, photo, as_png):
    key = client.post(SESSIONS, files={"photo": ("cat.png", as_png(photo))}).json()["id"]
    body = {"marks": [{"type": "click", "x": 3, "y": 5}]}
    answer = client.post(f"{SESSIONS}/{key}/marks", json=body, headers=STREAM)
    assert [kind for kind, _ in events(answer)] == ["result"]


def test_a_mark_that_is_refused_is_no_stream(client, photo, as_png):
    key = client.post(SESSIONS, files={"photo": ("cat.png", as_png(photo))}).json()["id"]
    body = {"marks": [{"type": "click", "x": 300, "y": 5}]}
    answer = client.post(f"{SESSIONS}/{key}/marks", json=body, headers=STREAM)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "ClickError"


@pytest.fixture
def refining(monkeypatch, oracle):
    """Lets the fake session refine clicks with a radius, which takes until it is set."""
    done = threading.Event()
    kind = type(oracle)
    plain = kind.add

    def add(self, mark, *, meanwhile=None):
        if meanwhile is not None:
            early = replace(self, feedback=(*self.feedback, replace(mark, radius_px=NEAR_PX)))
            meanwhile(early.prediction)
            assert done.wait(60)
        return plain(self, mark)

    monkeypatch.setattr(kind, "add", add)
    yield done
    done.set()


@pytest.mark.browser
def test_the_page_shows_the_first_answer_while_the_second_is_made(refining, editing):
    place, near, far = (editing.at(x, 100) for x in (100, 103, 112))

    def is_blue(at):  # asks the page alone: who asks the server waits for the mark
        png = np.frombuffer(editing.page.screenshot(), np.uint8)
        blue, _, red = cv2.imdecode(png, cv2.IMREAD_COLOR)[round(at[1]), round(at[0])].astype(int)
        return blue > red + 30

    editing.page.keyboard.press("]")
    with editing.page.expect_response("**/marks"):
        editing.page.mouse.click(*place)
    assert any(is_blue(near) for _ in range(200))
    assert not is_blue(far)
    assert editing.page.locator("#progress").is_visible()
    refining.set()
    editing.settle()
    assert is_blue(far)
    assert len(editing.marks()) == 1


@pytest.mark.browser
def test_what_was_shown_meanwhile_goes_where_the_answer_is_refused(refining, editing):
    def refused(route):
        tile = editing.page.evaluate("window.given")
        error = {"error": {"type": "ClickError", "message": "This cannot be."}}
        body = f"event: intermediate\ndata: {tile}\n\nevent: error\ndata: {json.dumps(error)}\n\n"
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    white = np.full((30, 30), 255, np.uint8)
    png = base64.b64encode(cv2.imencode(".png", white)[1].tobytes()).decode()
    version = editing.state()["prediction"]["version"]
    tile = {"tile": {"since": version, "x": 90, "y": 90, "png": png}, "coarse": None}
    editing.page.evaluate("text => { window.given = text; }", json.dumps(tile))
    editing.page.keyboard.press("]")
    editing.page.route("**/marks", refused)
    editing.click(100, 100)
    assert "This cannot be" in editing.told()
    assert not editing.shows_mask_at(112, 112)
    assert editing.marks() == []
