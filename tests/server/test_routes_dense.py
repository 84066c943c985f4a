"""The routes with class maps, mattes and depth, on small networks; a session beside as oracle."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from small_networks import CLASSES, RANGE_M

from clickmend.session import Session

SESSIONS = "/api/v1/sessions"
TASKS = ["semantic", "matting", "depth"]
MARKS = {
    "semantic": [
        ("clicks", {"x": 30, "y": 20, "label": "tree", "radius_px": 9}),
        ("strokes", {"points": [[5, 5], [60, 40.5]], "label": 1, "radius_px": 4}),
    ],
    "matting": [
        ("clicks", {"x": 30, "y": 20, "value": 0.5}),
        ("pushes", {"x": 60, "y": 40, "direction": "down", "radius_px": 7}),
    ],
    "depth": [
        ("clicks", {"x": 30, "y": 20, "value": 1.5, "radius_px": 9}),
        ("pushes", {"x": 60, "y": 40, "direction": "up"}),
    ],
}


@pytest.fixture
def trimap():
    trimap = np.full((60, 80), 128, np.uint8)
    trimap[:, :15], trimap[20:40, 40:60] = 0, 255
    return trimap


@pytest.fixture(params=TASKS)
def task(request):
    return request.param


@pytest.fixture
def state(dense_client, photo, as_png, trimap, task):
    files = {"photo": ("room.png", as_png(photo))}
    if task == "matting":
        files["trimap"] = ("trimap.png", as_png(trimap))
    answer = dense_client.post(SESSIONS, files=files, data={"task": task})
    assert answer.status_code == 201
    return answer.json()


@pytest.fixture
def place(state):
    return f"{SESSIONS}/{state['id']}"


@pytest.fixture
def oracle(small_networks, photo, trimap, task):
    return Session(photo, task=task, trimap=trimap if task == "matting" else None)


def give(session, route, body):
    if route == "clicks":
        session.click(**body)
    elif route == "pushes":
        session.push(**body)
    else:
        session.stroke(**body)


def refusal(answer, status, kind):
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == kind
    return answer.json()["error"]["message"]


def test_the_state_tells_classes_range_and_radius(state, task):
    assert state["classes"] == (list(CLASSES) if task == "semantic" else [])
    assert state["range_m"] == (list(RANGE_M) if task == "depth" else None)
    assert state["radius_px"] == 3.0
    assert state["beside"] == {task: state["id"]}


def test_marks_reach_the_session_and_both_files_are_those_it_saves(
    dense_client, place, oracle, task, tmp_path
):
    for route, body in MARKS[task]:
        state = dense_client.post(f"{place}/{route}", json=body).json()
        give(oracle, route, body)
    assert [mark["type"] + "s" for mark in state["feedback"]] == [
        {"clicks": "clicks", "pushes": "pushs", "strokes": "strokes"}[route]
        for route, _ in MARKS[task]
    ]
    for kind in ("png", "npy"):
        oracle.prediction.save(tmp_path / f"there.{kind}")
        served = dense_client.get(f"{place}/prediction.{kind}")
        assert served.content == (tmp_path / f"there.{kind}").read_bytes()


PAINTS = {"semantic": {"label": 2}, "matting": {"value": 0.25}, "depth": {"value": 3.5}}


def test_strokes_paint_exactly_and_erase_in_every_task(dense_client, place, oracle, task):
    line = {"points": [[20, 30], [70, 40.5]], "radius_px": 5.0, "exact": True} | PAINTS[task]
    dot = {"points": [[40.5, 34.5]], "radius_px": 3.0, "label": "erase"}
    for body in (line, dot):
        state = dense_client.post(f"{place}/strokes", json=body).json()
        oracle.stroke(**body)
    assert [mark["exact"] for mark in state["feedback"]] == [True, False]
    served = np.load(BytesIO(dense_client.get(f"{place}/prediction.npy").content))
    np.testing.assert_array_equal(served, oracle.prediction.pixels)
    assert served[34, 40] == oracle.initial.pixels[34, 40]
    assert served[30, 20] == next(iter(PAINTS[task].values()))


def test_protected_pixels_are_set_and_freed(dense_client, place, oracle, task, as_png):
    mask = np.zeros(oracle.prediction.pixels.shape, np.uint8)
    mask[:, :40] = 255
    assert dense_client.put(f"{place}/protect", content=as_png(mask)).json()["can_undo"]
    body = {"points": [[20, 30], [70, 30]], "radius_px": 5.0, "exact": True} | PAINTS[task]
    oracle.protect(mask > 0)
    dense_client.post(f"{place}/strokes", json=body)
    oracle.stroke(**body)
    served = np.load(BytesIO(dense_client.get(f"{place}/prediction.npy").content))
    np.testing.assert_array_equal(served, oracle.prediction.pixels)
    np.testing.assert_array_equal(served[mask > 0], oracle.initial.pixels[mask > 0])
    route, click = MARKS[task][0]
    answer = dense_client.post(f"{place}/{route}", json=click | {"x": 20.5, "y": 30.5})
    assert "is protected" in refusal(answer, 400, "ClickError")
    dense_client.delete(f"{place}/protect")
    assert dense_client.post(f"{place}/{route}", json=click | {"x": 20.5}).status_code == 200
    answer = dense_client.put(f"{place}/protect", content=as_png(mask[1:]))
    assert "Both must have one size" in refusal(answer, 400, "PriorError")


def test_undo_brings_the_file_back_bit_for_bit(dense_client, place, task):
    first = dense_client.get(f"{place}/prediction.npy").content
    route, body = MARKS[task][0]
    state = dense_client.post(f"{place}/{route}", json=body).json()
    assert dense_client.get(f"{place}/prediction.npy").content != first
    assert dense_client.get(state["prediction"]["first"]).content != b""
    dense_client.post(f"{place}/undo")
    assert dense_client.get(f"{place}/prediction.npy").content == first


def test_the_first_prediction_is_served_after_marks_too(dense_client, place, task):
    first = dense_client.get(f"{place}/prediction.png").content
    for route, body in MARKS[task]:
        state = dense_client.post(f"{place}/{route}", json=body).json()
    assert dense_client.get(state["prediction"]["first"]).content == first


def test_a_place_is_read_as_a_click_would_say_it(dense_client, place, task, oracle):
    told = dense_client.get(f"{place}/value", params={"x": 70.5, "y": 50}).json()
    pixels = {"semantic": "labels", "matting": "alpha", "depth": "depth_m"}[task]
    here = getattr(oracle.prediction, pixels)[50, 70]
    wanted = {"label": CLASSES[here]} if task == "semantic" else {"value": pytest.approx(here)}
    assert told == {"x": 70.5, "y": 50.0, "label": None, "value": None} | wanted


@pytest.mark.parametrize("task", ["matting"], indirect=True)
def test_a_mark_of_another_task_is_refused_and_changes_nothing(dense_client, place, state):
    answer = dense_client.post(f"{place}/clicks", json={"x": 1, "y": 1, "label": "tree"})
    assert "give value=" in refusal(answer, 400, "ClickError")
    assert dense_client.get(place).json() == state


def test_the_other_tasks_are_opened_beside_on_the_same_photo(dense_client, photo, as_png):
    files = {"photo": ("room.png", as_png(photo))}
    first = dense_client.post(SESSIONS, files=files).json()
    depth = dense_client.post(SESSIONS, data={"of": first["id"], "task": "depth"}).json()
    wanted = {"interactive": first["id"], "depth": depth["id"]}
    assert dense_client.get(f"{SESSIONS}/{first['id']}").json()["beside"] == wanted


def test_a_matte_without_trimap_or_prior_is_refused(dense_client, photo, as_png):
    files = {"photo": ("room.png", as_png(photo))}
    answer = dense_client.post(SESSIONS, files=files, data={"task": "matting"})
    assert "neither a trimap nor a prior" in refusal(answer, 400, "OptionError")


def test_other_inference_is_that_of_a_session_opened_so(
    dense_client, place, small_networks, photo, trimap, task
):
    for route, body in MARKS[task]:
        before = dense_client.post(f"{place}/{route}", json=body).json()
    state = dense_client.put(f"{place}/inference", json={"refine": "none"}).json()
    assert state["feedback"] == before["feedback"]
    options = {"trimap": trimap} if task == "matting" else {}
    oracle = Session(photo, task=task, refine="none", **options)
    for route, body in MARKS[task]:
        give(oracle, route, body)
    served = dense_client.get(f"{place}/prediction.npy").content
    pixels = {"semantic": "labels", "matting": "alpha", "depth": "depth_m"}[task]
    assert np.array_equal(np.load(BytesIO(served)), getattr(oracle.prediction, pixels))


def test_a_network_without_a_place_for_it_refuses_and_nothing_changes(dense_client, place, state):
    answer = dense_client.put(f"{place}/inference", json={"adapt_keys": 1})
    assert "there are no keys to adapt" in refusal(answer, 400, "OptionError")
    assert state["infers"] == []
    assert dense_client.get(place).json() == state
    answer = dense_client.post(SESSIONS, data={"sample": "cat", "propagate": 1})
    assert "no corrective self-attention" in refusal(answer, 400, "OptionError")


@pytest.mark.parametrize("task", ["matting"], indirect=True)
def test_another_trimap_begins_anew(dense_client, place, as_png, trimap):
    dense_client.post(f"{place}/clicks", json={"x": 30, "y": 20, "value": 0.5})
    state = dense_client.put(f"{place}/trimap", content=as_png(255 - trimap)).json()
    assert state["feedback"] == []
    served = dense_client.get(state["prediction"]["url"]).content
    assert (np.asarray(Image.open(BytesIO(served)))[:, :15] == 255).all()
    refusal(dense_client.put(f"{place}/trimap", content=b"no picture"), 400, "PriorError")


@pytest.mark.parametrize("task", ["matting"], indirect=True)
def test_a_matte_can_start_from_a_prior_alone(dense_client, state, as_png, trimap):
    files = {"prior": ("old.png", as_png(trimap))}
    answer = dense_client.post(SESSIONS, data={"of": state["id"], "task": "matting"}, files=files)
    served = dense_client.get(answer.json()["prediction"]["url"]).content
    assert np.array_equal(np.asarray(Image.open(BytesIO(served))), trimap)


@pytest.mark.parametrize("task", ["depth"], indirect=True)
def test_a_depth_file_in_another_unit_needs_its_scale(dense_client, place, as_png):
    centimetres = as_png(np.full((60, 80), 250, np.uint8))
    answer = dense_client.put(f"{place}/prior", content=centimetres)
    assert "depth_scale=" in refusal(answer, 400, "PriorError")
    state = dense_client.put(f"{place}/prior?depth_scale=0.01", content=centimetres).json()
    told = dense_client.get(f"{place}/value?x=1&y=1").json()
    assert told["value"] == pytest.approx(2.5)
    assert state["prediction"]["version"] == 1
    answer = dense_client.put(f"{place}/prior?depth_scale=0", content=centimetres)
    assert "depth_scale" in refusal(answer, 422, "RequestError")


def test_a_model_that_is_not_there_is_told_in_words(client, photo, as_png):
    files = {"photo": ("room.png", as_png(photo))}
    answer = client.post(SESSIONS, files=files, data={"task": "depth", "model": "depth-l0"})
    assert "There is no model 'depth-l0'" in refusal(answer, 400, "ModelError")


@pytest.mark.parametrize("task", ["depth"], indirect=True)
def test_a_click_beyond_what_a_picture_holds_is_taken_and_served_as_an_array(dense_client, place):
    click = {"x": 30.5, "y": 20.5, "value": 120.0, "radius_px": 9.0}
    assert dense_client.post(f"{place}/clicks", json=click).status_code == 200
    assert dense_client.get(f"{place}/value?x=30.5&y=20.5").json()["value"] == 120.0
    told = refusal(dense_client.get(f"{place}/prediction.png"), 400, "OutputError")
    assert "0 to 65.535" in told
    assert "Undo the mark" in told
    assert "prediction.npy" in told
    served = np.load(BytesIO(dense_client.get(f"{place}/prediction.npy").content))
    assert served[20, 30] == 120
    picture = Image.open(BytesIO(dense_client.get(f"{place}/shown.png").content))
    assert picture.text == {"units_per_m": "100"}
    np.testing.assert_allclose(np.asarray(picture) / 100, served, atol=0.0051)
    dense_client.post(f"{place}/undo")
    assert dense_client.get(f"{place}/prediction.png").status_code == 200


@pytest.mark.parametrize("task", ["depth"], indirect=True)
def test_a_prior_that_no_png_of_millimetres_holds_is_shown_and_mended(dense_client, place):
    file = BytesIO()
    np.save(file, np.full((60, 80), 120, np.float32))
    answer = dense_client.put(f"{place}/prior?depth_scale=1", content=file.getvalue())
    assert answer.status_code == 200
    for link in ("url", "first"):
        picture = dense_client.get(answer.json()["prediction"][link]).content
        assert (np.asarray(Image.open(BytesIO(picture))) == 12000).all()
