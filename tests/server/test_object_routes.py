"""The routes of many objects, on the shipped network; ``Objects`` and ``instances`` as oracles."""

import json

import numpy as np
import pytest
from fastapi.testclient import TestClient

from clickmend.data.codecs import read_index
from clickmend.data.rle import encode_rle
from clickmend.objects.objects import Objects
from clickmend.projects.labelling import open_project
from clickmend.projects.store import Query, Store
from clickmend.server.app import create_app

SESSIONS = "/api/v1/sessions"
POINTS = [{"x": 25.5, "y": 30.5, "label": "cat"}, {"x": 60.5, "y": 30.5, "label": "dog"}]


@pytest.fixture(scope="module")
def scene():
    """A red and a blue square on dark noise."""
    scene = np.random.default_rng(0).integers(0, 40, (60, 80, 3)).astype(np.uint8)
    scene[18:44, 14:38] += np.array([190, 60, 20], np.uint8)
    scene[18:44, 48:72] += np.array([30, 90, 190], np.uint8)
    return scene


@pytest.fixture
def state(dense_client, scene, as_png):
    files = {"photo": ("crowd.png", as_png(scene))}
    answer = dense_client.post(SESSIONS, files=files, data={"task": "instances", "refine": "none"})
    assert answer.status_code == 201
    return answer.json()


@pytest.fixture
def place(state):
    return f"{SESSIONS}/{state['id']}"


@pytest.fixture
def pointed(dense_client, place):
    return dense_client.post(f"{place}/points", json={"points": POINTS}).json()


def refusal(answer, status, kind):
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == kind
    return answer.json()["error"]["message"]


def served(client, place):
    return read_index(client.get(f"{place}/prediction.png").content)


def test_opening_shows_no_object(dense_client, state, place):
    assert (state["task"], state["objects"], state["feedback"]) == ("instances", [], [])
    assert not served(dense_client, place).any()
    assert json.loads(dense_client.get(f"{place}/prediction.json").content)["annotations"] == []


def test_points_become_the_masks_of_objects_in_both_files(
    dense_client, place, pointed, scene, tmp_path
):
    assert [{k: o[k] for k in ("x", "y", "label")} for o in pointed["objects"]] == POINTS
    assert [o["key"] for o in pointed["objects"]] == [1, 2]
    assert pointed["prediction"]["version"] == 1
    oracle = Objects(scene, file_name="crowd.png")
    oracle.add([(o["x"], o["y"]) for o in POINTS], [o["label"] for o in POINTS])
    found = oracle.prediction
    for kind in ("png", "json"):
        found.save(tmp_path / f"masks.{kind}")
        answer = dense_client.get(f"{place}/prediction.{kind}")
        assert answer.content == (tmp_path / f"masks.{kind}").read_bytes()
        assert answer.headers["Content-Type"].split("/")[1] == kind


def test_objects_are_mended_labelled_and_removed_as_by_the_class(
    dense_client, place, pointed, scene
):
    oracle = Objects(scene, refine="none")
    oracle.add([(o["x"], o["y"]) for o in POINTS], ["cat", "dog"])
    click = {"x": 40.5, "y": 50.5, "label": "foreground", "radius_px": 6.0}
    state = dense_client.post(f"{place}/objects/2/clicks", json=click).json()
    oracle.click(2, **click)
    (mark,) = state["objects"][1]["marks"]
    assert mark == {"type": "click", **click, "value": None, "spread": None}
    assert len(state["feedback"]) == 3
    np.testing.assert_array_equal(served(dense_client, place), oracle.prediction.index)
    state = dense_client.patch(f"{place}/objects/1", json={"label": None}).json()
    assert [o["label"] for o in state["objects"]] == [None, "dog"]
    state = dense_client.delete(f"{place}/objects/1").json()
    oracle.remove(1)
    assert [o["key"] for o in state["objects"]] == [2]
    np.testing.assert_array_equal(served(dense_client, place), oracle.prediction.index)
    first = read_index(dense_client.get(state["prediction"]["first"]).content)
    np.testing.assert_array_equal(first, oracle.unmended.index)


def test_undo_redo_and_reset_walk_through_the_masks(dense_client, place, pointed):
    def after(step):
        dense_client.post(f"{place}/{step}")
        return served(dense_client, place)

    two = served(dense_client, place)
    dense_client.post(f"{place}/points", json={"points": [{"x": 5, "y": 5}]})
    three = served(dense_client, place)
    np.testing.assert_array_equal(after("undo"), two)
    np.testing.assert_array_equal(after("redo"), three)
    assert not after("reset").any()
    np.testing.assert_array_equal(after("undo"), three)


def test_other_inference_keeps_points_labels_and_clicks(dense_client, place, pointed, scene):
    dense_client.delete(f"{place}/objects/1")
    dense_client.post(f"{place}/objects/2/clicks", json={"x": 40.5, "y": 50.5})
    body = {"refine": "none", "adapt_keys": 1, "finish": "network"}
    state = dense_client.put(f"{place}/inference", json=body).json()
    oracle = Objects(scene, [(60.5, 30.5)], ["dog"], refine="none", adapt_keys=1, finish="network")
    oracle.click(1, 40.5, 50.5)
    assert [(o["key"], o["label"], len(o["marks"])) for o in state["objects"]] == [(2, "dog", 1)]
    np.testing.assert_array_equal(served(dense_client, place), oracle.prediction.index)
    empty = dense_client.post(SESSIONS, data={"of": state["id"], "task": "instances"}).json()
    body = {"refine": "none"}
    state = dense_client.put(f"{SESSIONS}/{empty['id']}/inference", json=body).json()
    assert state["objects"] == []


def test_what_is_at_a_place_is_its_object(dense_client, place, pointed):
    told = dense_client.get(f"{place}/value?x=60.5&y=30.5").json()
    assert told == {"x": 60.5, "y": 30.5, "label": "dog", "value": 2.0}


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "message"),
    [
        ("POST", "/points", {"points": [{"x": 80, "y": 1}]}, "ClickError", "click 3 is at"),
        ("POST", "/objects/2/clicks", {"x": 80, "y": 1}, "ClickError", "click 1 is at"),
        ("POST", "/objects/7/clicks", {"x": 8, "y": 1}, "OptionError", "no object 7"),
        ("PATCH", "/objects/7", {"label": "cat"}, "OptionError", "Available: 1, 2"),
        ("DELETE", "/objects/7", None, "OptionError", "no object 7"),
        ("POST", "/clicks", {"x": 8, "y": 1}, "ClickError", "a point makes an object"),
        ("POST", "/box", {"x0": 1, "y0": 1, "x1": 5, "y1": 5}, "ClickError", "a click mends one"),
        ("PUT", "/prior", None, "PriorError", "0 bytes"),
        ("PATCH", "/objects/2", {}, "OptionError", "Send label, protected or both"),
        ("GET", "/prediction.npy", None, "OptionError", "Available: PNG, JSON"),
        ("PUT", "/inference", {"finish": "grabcut"}, "OptionError", "no finish 'grabcut'"),
        (
            "POST",
            "/points",
            {"points": [{"x": 1, "y": 1}] * 1999},
            "OptionError",
            "A photo has 2000 at most",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    dense_client, place, pointed, method, path, body, kind, message
):
    answer = dense_client.request(method, place + path, json=body)
    assert message in refusal(answer, 400, kind)
    assert dense_client.get(place).json() == pointed


@pytest.mark.parametrize("path", ["/points", "/objects/1/clicks"])
def test_a_session_of_another_task_has_no_objects(dense_client, state, path):
    mask = dense_client.post(SESSIONS, data={"of": state["id"]}).json()
    body = {"points": POINTS} if path == "/points" else {"x": 1, "y": 1}
    answer = dense_client.post(f"{SESSIONS}/{mask['id']}{path}", json=body)
    assert "has no objects" in refusal(answer, 400, "OptionError")


def test_masks_from_elsewhere_are_corrected_with_their_ids(dense_client, place, scene, as_png):
    index = np.zeros((60, 80), np.uint8)
    index[18:44, 14:38], index[18:36, 48:72] = 5, 9
    state = dense_client.put(f"{place}/prior", content=as_png(index)).json()
    assert [(o["key"], o["given"], o["marks"]) for o in state["objects"]] == [
        (5, True, []),
        (9, True, []),
    ]
    np.testing.assert_array_equal(served(dense_client, place), (index > 0) * 1 + (index == 9))
    click = {"x": 60.5, "y": 40.5, "radius_px": 12.0}
    state = dense_client.post(f"{place}/objects/9/clicks", json=click).json()
    oracle = Objects(scene, prior=index, refine="none", file_name="crowd.png")
    oracle.click(9, **click)
    np.testing.assert_array_equal(served(dense_client, place), oracle.prediction.index)
    content = json.loads(dense_client.get(f"{place}/prediction.json").content)
    assert content == oracle.prediction.coco()
    first = read_index(dense_client.get(state["prediction"]["first"]).content)
    np.testing.assert_array_equal(first, oracle.unmended.index)
    state = dense_client.patch(f"{place}/objects/9", json={"protected": True}).json()
    assert state["objects"][1]["protected"]
    answer = dense_client.post(f"{place}/objects/9/clicks", json=click)
    assert "object 9 is protected" in refusal(answer, 400, "ClickError")
    body = {"refine": "none", "adapt_keys": 1}
    state = dense_client.put(f"{place}/inference", json=body).json()
    assert [(o["key"], len(o["marks"])) for o in state["objects"]] == [(5, 0), (9, 1)]


def test_a_prior_comes_with_the_photo_too(dense_client, scene, as_png):
    index = np.zeros((60, 80), np.uint8)
    index[18:44, 14:38] = 3
    files = {"photo": ("crowd.png", as_png(scene)), "prior": ("ids.png", as_png(index))}
    state = dense_client.post(SESSIONS, files=files, data={"task": "instances"}).json()
    assert [o["key"] for o in state["objects"]] == [3]


def test_objects_are_tidied_split_and_merged_and_come_back_from_the_log(
    dense_client, scene, as_png, place
):
    index = np.zeros((60, 80), np.uint8)
    index[5:30, 5:30], index[12:16, 12:16], index[40:50, 5:20] = 1, 0, 1
    index[10:40, 45:70] = 2
    dense_client.put(f"{place}/prior", content=as_png(index))
    fill = {"type": "tidy", "tool": "fill", "object": 1}
    state = dense_client.post(f"{place}/marks", json={"marks": [fill]}).json()
    assert state["objects"][0]["marks"][0]["tool"] == "fill"
    assert served(dense_client, place)[13, 13] == 1
    state = dense_client.post(f"{place}/objects/1/split").json()
    assert [one["key"] for one in state["objects"]] == [1, 2, 3]
    state = dense_client.post(f"{place}/objects/2/merge", json={"other": 1}).json()
    assert [one["key"] for one in state["objects"]] == [2, 3]
    found = served(dense_client, place)
    for _ in range(3):
        dense_client.post(f"{place}/undo")
    np.testing.assert_array_equal(served(dense_client, place), index)
    for _ in range(3):
        dense_client.post(f"{place}/redo")
    for other in range(9):  # as many as leave memory to this session
        dense_client.post(SESSIONS, files={"photo": (f"{other}.png", as_png(scene))})
    np.testing.assert_array_equal(served(dense_client, place), found)
    again = dense_client.post(f"{place}/objects/2/merge", json={"other": 9})
    assert "no object 9" in refusal(again, 400, "OptionError")
    assert "1 connected parts" in refusal(
        dense_client.post(f"{place}/objects/3/split"), 400, "OptionError"
    )


def makers(state):
    return {o["key"]: (o["made_by"], o["by"], o["at"] is not None) for o in state["objects"]}


def test_each_object_tells_who_made_it(dense_client, place, pointed):
    assert makers(pointed) == {1: ("ai", "", True), 2: ("ai", "", True)}
    ann = {"Clickmend-By": "Ann"}
    click = {"x": 40.5, "y": 50.5, "radius_px": 6.0}
    mended = dense_client.post(f"{place}/objects/2/clicks", json=click, headers=ann).json()
    assert makers(mended) == {1: ("ai", "", True), 2: ("human", "Ann", True)}
    labelled = dense_client.patch(f"{place}/objects/1", json={"label": "ox"}, headers=ann).json()
    assert makers(labelled)[1] == ("ai", "Ann", True)
    assert makers(dense_client.post(f"{place}/undo").json()) == makers(mended)
    assert makers(dense_client.post(f"{place}/undo").json()) == makers(pointed)
    merged = dense_client.post(f"{place}/objects/1/merge", json={"other": 2}).json()
    assert makers(merged) == {1: ("human", "", True)}


def test_an_object_of_a_file_is_imported_until_somebody_corrects_it(dense_client, place, as_png):
    index = np.zeros((60, 80), np.uint8)
    index[18:44, 14:38], index[18:36, 48:72] = 5, 9
    state = dense_client.put(f"{place}/prior", content=as_png(index)).json()
    assert makers(state) == {5: ("import", "", False), 9: ("import", "", False)}
    click = {"x": 60.5, "y": 40.5, "radius_px": 12.0}
    state = dense_client.post(f"{place}/objects/9/clicks", json=click).json()
    assert makers(state) == {5: ("import", "", False), 9: ("human", "", True)}
    again = dense_client.put(f"{place}/inference", json={"refine": "none", "adapt_keys": 1}).json()
    assert [o["at"] for o in again["objects"]] == [o["at"] for o in state["objects"]]


def test_clicks_on_objects_are_counted_as_of_their_class(small_networks, photos, as_png):
    """Also of an object that came with its class from a file."""
    index = np.zeros((60, 80), np.uint8)
    index[18:44, 14:38] = 1
    labels = {
        "images": [{"id": 1, "file_name": "a.png", "width": 80, "height": 60}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {
                "id": 7,
                "image_id": 1,
                "category_id": 1,
                "segmentation": encode_rle(index > 0),
                "iscrowd": 0,
            }
        ],
    }
    (photos.parent / "old.json").write_text(json.dumps(labels))
    store = Store(photos.parent / "home")
    project = open_project(
        store,
        "cats",
        photos=[photos],
        task="instances",
        priors=photos.parent / "old.json",
        out=photos.parent / "out",
        format="coco",
    )
    (image,) = store.images.listed(project.id, Query())[1]
    with TestClient(create_app(store=store), base_url="http://127.0.0.1") as client:
        place = f"/api/v1/projects/{project.id}"
        state = client.post(f"{place}/images/{image.id}/session").json()
        click = {"type": "click", "x": 40.5, "y": 50.5, "label": "background", "object": 7}
        point = {"points": [{"x": 60.5, "y": 30.5}]}
        client.post(f"{SESSIONS}/{state['id']}/marks", json={"marks": [click]})
        client.post(f"{SESSIONS}/{state['id']}/points", json=point)
        found = client.get(f"{place}/statistics").json()["classes"]
    assert {name: one["clicks"] for name, one in found.items()} == {"cat": 1, "object": 1}


@pytest.fixture
def photos(tmp_path, scene, as_png):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.png").write_bytes(as_png(scene))
    return folder


@pytest.mark.parametrize(
    ("mark", "path", "body"),
    [
        (
            {"x": 40.5, "y": 52.5, "label": "bird"},
            "points",
            {"points": [{"x": 40.5, "y": 52.5, "label": "bird"}]},
        ),
        (
            {"x": 20.5, "y": 22.5, "label": "background", "object": 1},
            "objects/1/clicks",
            {"x": 20.5, "y": 22.5, "label": "background"},
        ),
    ],
)
def test_a_preview_is_the_picture_of_the_action_and_changes_nothing(
    dense_client, place, pointed, mark, path, body
):
    preview = dense_client.post(f"{place}/preview", json={"type": "click"} | mark)
    assert preview.headers["content-type"] == "image/png"
    assert dense_client.get(place).json() == pointed
    shown = dense_client.get(f"{place}/shown.png").content
    assert dense_client.post(f"{place}/{path}", json=body).status_code == 200
    assert dense_client.get(f"{place}/shown.png").content == preview.content != shown


def test_a_preview_on_an_object_that_is_not_there_is_refused(dense_client, place, pointed):
    mark = {"type": "click", "x": 20.5, "y": 22.5, "object": 9}
    refusal(dense_client.post(f"{place}/preview", json=mark), 400, "OptionError")
    mark = {"type": "click", "x": 900.5, "y": 22.5}
    refusal(dense_client.post(f"{place}/preview", json=mark), 400, "ClickError")
