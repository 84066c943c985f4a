"""What an answer tells of the objects, made of those that are known, are all of them."""

import json

import numpy as np
import pytest

from clickmend.feedback import Click
from clickmend.projects.actions import body_of

SESSIONS = "/api/v1/sessions"
SIZE = (120, 160)
SIDE = 12


def squares():
    """An index of 30 squares, numbered along the rows."""
    index = np.zeros(SIZE, np.int32)
    for number in range(30):
        row, column = divmod(number, 6)
        index[row * 24 + 6 :, column * 26 + 6 :][:SIDE, :SIDE] = number + 1
    return index


class Knowing:
    """A client that knows the objects, and is told those that differ."""

    def __init__(self, client, state):
        self.client, self.place = client, f"{SESSIONS}/{state['id']}"
        self.version = state["prediction"]["version"]
        self.objects = {one["key"]: one for one in state["objects"]}

    def ask(self, method, path="", **body):
        """The answer, once what it tells is known."""
        known = {"Clickmend-Known": str(self.version)}
        answer = self.client.request(method, self.place + path, headers=known, **body)
        assert answer.status_code == 200, answer.text
        state = answer.json()
        if (differ := state["differ"]) is None:
            self.objects = {one["key"]: one for one in state["objects"]}
        else:
            assert (state["objects"], state["feedback"]) == (None, None)
            assert differ["since"] == self.version
            for key in differ["gone"]:
                del self.objects[key]
            self.objects |= {one["key"]: one for one in differ["objects"]}
        self.version = state["prediction"]["version"]
        return state

    def knows_all(self):
        """Whether that is what somebody is told who knows nothing, who is told last then."""
        whole = self.client.get(self.place).json()
        objects = [one for _, one in sorted(self.objects.items())]
        points = [body_of(Click(o["x"], o["y"], o["label"])) for o in objects if not o["given"]]
        marks = [mark for one in objects for mark in one["marks"]]
        feedback = json.loads(json.dumps(points)) + marks
        return (objects, feedback) == (whole["objects"], whole["feedback"])


@pytest.fixture
def state(dense_client, rng, as_png):
    photo = rng.integers(0, 60, (*SIZE, 3)).astype(np.uint8)
    photo[squares() > 0] += 120
    files = {
        "photo": ("squares.png", as_png(photo)),
        "prior": ("squares.png", as_png(squares().astype(np.uint8))),
    }
    answer = dense_client.post(SESSIONS, files=files, data={"task": "instances", "refine": "none"})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def knowing(dense_client, state):
    return Knowing(dense_client, state)


def click(key, at=(10.5, 10.5), label="background"):
    return {"marks": [{"type": "click", "x": at[0], "y": at[1], "label": label, "object": key}]}


STEPS = [
    ("POST", "/marks", click(1)),
    ("POST", "/marks", click(2, (50.5, 20.5), "foreground")),
    ("POST", "/undo", None),
    ("POST", "/redo", None),
    ("POST", "/points", {"points": [{"x": 3.5, "y": 2.5, "label": "cat"}, {"x": 90.5, "y": 2.5}]}),
    ("PATCH", "/objects/5", {"label": "dog", "protected": True}),
    ("PATCH", "/objects/31", {"label": "cat"}),
    ("POST", "/objects/7/merge", {"other": 8}),
    ("POST", "/objects/7/split", None),
    ("DELETE", "/objects/9", None),
    ("POST", "/undo", None),
    ("POST", "/undo", None),
    ("POST", "/undo", None),
    ("DELETE", "/marks/3", None),
    ("PUT", "/inference", {"refine": "none", "finish": "none"}),
    ("POST", "/reset", None),
    ("POST", "/undo", None),
]


def test_what_is_told_after_each_step_makes_all_objects_and_marks(knowing):
    for method, path, body in STEPS:
        knowing.ask(method, path, json=body)
        assert knowing.knows_all(), (method, path)


def test_a_click_among_hundreds_tells_the_object_that_it_changes_and_no_other(knowing):
    state = knowing.ask("POST", "/marks", json=click(12))
    assert [one["key"] for one in state["differ"]["objects"]] == [12]
    assert len(state["differ"]["objects"][0]["marks"]) == 1
    state = knowing.ask("POST", "/undo")
    assert [one["key"] for one in state["differ"]["objects"]] == [12]
    state = knowing.ask("DELETE", "/objects/4")
    assert (state["differ"]["objects"], state["differ"]["gone"]) == ([], [4])
    state = knowing.ask("GET")
    assert (state["differ"]["objects"], state["differ"]["gone"]) == ([], [])


def test_who_knows_what_was_not_told_last_is_told_all(dense_client, knowing, state):
    early = Knowing(dense_client, state)
    knowing.ask("POST", "/marks", json=click(12))
    assert early.ask("POST", "/marks", json=click(13))["differ"] is None
    assert early.knows_all()
    assert knowing.ask("GET")["differ"] is None
    assert knowing.knows_all()


def test_a_session_without_objects_tells_its_marks(dense_client, rng, as_png):
    files = {"photo": ("one.png", as_png(rng.integers(0, 60, (40, 50, 3)).astype(np.uint8)))}
    state = dense_client.post(SESSIONS, files=files, data={"task": "interactive"}).json()
    known = {"Clickmend-Known": "0"}
    mark = {"x": 5.5, "y": 5.5}
    state = dense_client.post(f"{SESSIONS}/{state['id']}/clicks", json=mark, headers=known).json()
    assert (state["objects"], state["differ"], len(state["feedback"])) == ([], None, 1)
