"""Pixels and classes are protected over HTTP a piece at a time; the session is the oracle."""

import numpy as np
import pytest

from clickmend.data.codecs import read_mask
from clickmend.session import Session

SESSIONS = "/api/v1/sessions"
SIZE = (80, 60)
LINE = {"points": [[20.5, 30.5], [60.5, 30.5]], "radius_px": 5.0}
CORNERS = {"points": [[5, 5], [25, 5], [25, 25], [5, 25]], "filled": True}


@pytest.fixture
def opened(dense_client, photo, as_png):
    def begin(task):
        files = {"photo": ("photo.png", as_png(photo))}
        state = dense_client.post(SESSIONS, files=files, data={"task": task}).json()
        return f"{SESSIONS}/{state['id']}", state

    return begin


def mask_of(client, place):
    return read_mask(client.get(f"{place}/protected.png").content, size=SIZE)


@pytest.mark.parametrize("task", ["interactive", "semantic", "depth"])
def test_strokes_and_outlines_add_to_what_is_protected_or_take_from_it(dense_client, opened, task):
    place, state = opened(task)
    assert (state["protected"], mask_of(dense_client, place).any()) == (None, False)
    rows, columns = np.indices(SIZE[::-1]) + 0.5
    line = np.hypot(np.maximum(abs(columns - 40.5) - 20, 0), rows - 30.5) <= 5
    box = (columns > 5) & (columns < 25) & (rows > 5) & (rows < 25)
    state = dense_client.post(f"{place}/protect", json=LINE).json()
    np.testing.assert_array_equal(mask_of(dense_client, place), line)
    version = state["protected"]["version"]
    state = dense_client.post(f"{place}/protect", json=CORNERS).json()
    np.testing.assert_array_equal(mask_of(dense_client, place), line | box)
    assert state["protected"]["version"] > version
    dense_client.post(f"{place}/protect", json=LINE | {"on": False})
    np.testing.assert_array_equal(mask_of(dense_client, place), box & ~line)
    dense_client.post(f"{place}/undo")
    np.testing.assert_array_equal(mask_of(dense_client, place), line | box)
    state = dense_client.delete(f"{place}/protect").json()
    assert (state["protected"], mask_of(dense_client, place).any()) == (None, False)


def test_a_class_is_protected_as_by_the_session_and_all_is_freed_at_once(
    dense_client, opened, photo
):
    place, state = opened("semantic")
    oracle = Session(photo, task="semantic")
    label = int(oracle.prediction.labels[30, 40])
    state = dense_client.post(f"{place}/protect", json={"label": label}).json()
    assert (state["protected"], state["protected_classes"]) == (None, [label])
    dense_client.post(f"{place}/protect", json=CORNERS)
    stroke = {"points": [[40.5, 30.5]], "label": (label + 1) % 4, "radius_px": 20, "exact": True}
    dense_client.post(f"{place}/strokes", json=stroke)
    oracle.protect(mask_of(dense_client, place))
    oracle.protect_class(label)
    oracle.stroke(**stroke)
    shown = dense_client.get(f"{place}/prediction.png").content
    assert shown == oracle.prediction.encoded(".png")
    state = dense_client.delete(f"{place}/protect").json()
    assert (state["protected"], state["protected_classes"]) == (None, [])
    assert dense_client.post(f"{place}/undo").json()["protected_classes"] == [label]


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ({}, "OptionError", "Send points or a label, not both"),
        ({"label": 1, "points": [[5, 5]]}, "OptionError", "Send points or a label"),
        ({"label": "cheese"}, "OptionError", "no class 'cheese'"),
        ({"points": [[5, 500]]}, "ClickError", "outside"),
        ({"points": [[5, 5], [9, 9]], "filled": True}, "ClickError", "corner"),
    ],
)
def test_what_cannot_be_protected_is_refused_and_nothing_is_done(
    dense_client, opened, body, kind, message
):
    place, _ = opened("semantic")
    answer = dense_client.post(f"{place}/protect", json=body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, kind)
    assert message in answer.json()["error"]["message"]
    assert not dense_client.get(place).json()["can_undo"]


def test_objects_are_protected_each_by_itself(dense_client, opened):
    place, state = opened("instances")
    assert (state["protected"], state["protected_classes"]) == (None, [])
    answer = dense_client.post(f"{place}/protect", json=LINE)
    assert answer.status_code == 400
