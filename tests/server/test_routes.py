from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clickmend.data.codecs import read_mask, write_mask

SESSIONS = "/api/v1/sessions"


@pytest.fixture
def opened(client, photo, as_png):
    answer = client.post(SESSIONS, files={"photo": ("cat.png", as_png(photo))})
    assert answer.status_code == 201
    return answer.json()


@pytest.fixture
def place(opened):
    return f"{SESSIONS}/{opened['id']}"


def refusal(answer, status, kind):
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == kind
    return answer.json()["error"]["message"]


def served_mask(client, state):
    return read_mask(client.get(state["prediction"]["url"]).content)


def test_an_unknown_sample_is_refused(client):
    answer = client.post(SESSIONS, data={"sample": "../cat"})
    assert "'../cat'" in refusal(answer, 404, "NotFoundError")


def test_opening_answers_the_state_before_any_mark(opened, place):
    assert opened == {
        "id": opened["id"],
        "name": "cat.png",
        "task": "interactive",
        "model": None,
        "refine": None,
        "adapt_keys": 0,
        "propagate": 0,
        "finish": None,
        "layers": ["none", "sb", "bmsb", "bmsb-m", "bmconv"],
        "infers": ["adapt_keys"],
        "size": [80, 60],
        "feedback": [],
        "objects": [],
        "differ": None,
        "can_undo": False,
        "can_redo": False,
        "classes": [],
        "palette": [],
        "range_m": None,
        "radius_px": None,
        "photo": f"{place}/photo",
        "prediction": {
            "url": f"{place}/shown.png?v=0",
            "first": f"{place}/first.png?v=0",
            "version": 0,
            "tile": None,
            "coarse": None,
        },
        "beside": {"interactive": opened["id"]},
        "protected": None,
        "protected_classes": [],
        "project": None,
        "image": opened["image"],
        "saved": True,
        "timings": opened["timings"],
    }


def test_options_reach_the_session_and_the_state(client):
    options = {"model": "interactive-l0", "refine": "sb", "adapt_keys": 2, "propagate": 1}
    state = client.post(SESSIONS, data={"sample": "cat"} | options).json()
    assert {name: state[name] for name in options} == options


@pytest.mark.parametrize("number", ["-1", "101", "many"])
def test_iterations_are_a_number_from_0_to_100(client, place, number):
    answer = client.post(SESSIONS, data={"sample": "cat", "adapt_keys": number})
    assert "adapt_keys" in refusal(answer, 422, "RequestError")
    answer = client.put(f"{place}/inference", json={"propagate": number})
    assert "propagate" in refusal(answer, 422, "RequestError")


def test_other_inference_gives_the_marks_again(client, place, oracle):
    client.post(f"{place}/clicks", json={"x": 30, "y": 20})
    before = client.post(f"{place}/box", json={"x0": 4, "y0": 5, "x1": 40.5, "y1": 50}).json()
    state = client.put(f"{place}/inference", json={"refine": "sb", "adapt_keys": 1}).json()
    assert state["feedback"] == before["feedback"]
    assert (state["refine"], state["adapt_keys"], state["propagate"]) == ("sb", 1, 0)
    assert state["prediction"]["version"] == 3
    oracle.click(30, 20)
    oracle.box(4, 5, 40.5, 50)
    assert np.array_equal(served_mask(client, state), oracle.prediction.mask)


def test_a_task_that_is_not_built_is_refused(client):
    answer = client.post(SESSIONS, data={"sample": "cat", "task": "depth"})
    assert "'depth'" in refusal(answer, 400, "NotAvailableError")


def test_a_model_is_a_known_name_and_never_a_path(client):
    answer = client.post(SESSIONS, data={"sample": "cat", "model": "/etc/card.json"})
    assert "Available: interactive-l0" in refusal(answer, 400, "ModelError")


@pytest.mark.parametrize("both", [False, True])
def test_opening_takes_a_photo_or_a_sample_and_not_both_or_none(client, photo, both, as_png):
    files = {"photo": ("cat.png", as_png(photo))} if both else None
    answer = client.post(SESSIONS, data={"sample": "cat"} if both else {}, files=files)
    assert "Send one" in refusal(answer, 400, "OptionError")


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut off"])
def test_a_broken_photo_is_refused(client, content):
    answer = client.post(SESSIONS, files={"photo": ("broken.jpg", content)})
    assert refusal(answer, 400, "ImageError")


def test_a_photo_with_too_many_pixels_is_refused(client, as_png):
    large = as_png(np.zeros((1001, 1000), np.uint8))
    refusal(client.post(SESSIONS, files={"photo": ("large.png", large)}), 400, "ImageError")


def test_only_the_last_part_of_a_file_name_is_kept(client, photo, as_png):
    files = {"photo": ("some/where/cat.png", as_png(photo))}
    assert client.post(SESSIONS, files=files).json()["name"] == "cat.png"


def test_the_photo_is_served_upright_and_without_loss(client, photo):
    file, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter to the right
    Image.fromarray(photo).save(file, "PNG", exif=exif)
    state = client.post(SESSIONS, files={"photo": ("turned.png", file.getvalue())}).json()
    assert state["size"] == [60, 80]
    served = np.asarray(Image.open(BytesIO(client.get(state["photo"]).content)))
    assert np.array_equal(served, np.rot90(photo, -1))


def test_a_click_changes_feedback_version_and_mask(client, place, oracle):
    state = client.post(f"{place}/clicks", json={"x": 30.5, "y": 20, "label": "foreground"}).json()
    oracle.click(30.5, 20.0, label="foreground")
    click = {"type": "click", "x": 30.5, "y": 20.0, "label": "foreground"}
    assert state["feedback"] == [{**click, "value": None, "radius_px": None, "spread": None}]
    assert state["can_undo"]
    assert state["prediction"]["version"] == 1
    assert np.array_equal(served_mask(client, state), oracle.prediction.mask)


def test_a_preview_is_the_picture_of_the_mark_and_changes_nothing(client, place):
    click = {"type": "click", "x": 20.5, "y": 30.5}
    preview = client.post(f"{place}/preview", json=click)
    assert preview.headers["content-type"] == "image/png"
    state = client.get(place).json()
    assert state["feedback"] == []
    assert not state["can_undo"]
    assert state["prediction"]["version"] == 0
    client.post(f"{place}/marks", json={"marks": [click]})
    assert client.get(f"{place}/shown.png").content == preview.content


def test_a_preview_outside_the_photo_is_refused(client, place):
    answer = client.post(f"{place}/preview", json={"type": "click", "x": 900, "y": 3})
    assert "outside the 80×60 image" in refusal(answer, 400, "ClickError")


def test_a_background_click_with_a_radius_reaches_the_session(client, place, oracle):
    client.post(f"{place}/clicks", json={"x": 30, "y": 20})
    click = {"x": 35, "y": 20, "label": "background", "radius_px": 6.5}
    state = client.post(f"{place}/clicks", json=click).json()
    oracle.click(30, 20)
    oracle.click(35, 20, label="background", radius_px=6.5)
    assert np.array_equal(served_mask(client, state), oracle.prediction.mask)


def test_a_box_reaches_the_session(client, place, oracle):
    box = {"x0": 4, "y0": 5, "x1": 40.5, "y1": 50}
    state = client.post(f"{place}/box", json=box).json()
    oracle.box(4, 5, 40.5, 50)
    assert state["feedback"] == [{"type": "box", **box}]
    assert np.array_equal(served_mask(client, state), oracle.prediction.mask)


def test_undo_redo_and_reset_walk_through_the_masks(client, place):
    def mask_after(step):
        return served_mask(client, client.post(f"{place}/{step}").json())

    client.post(f"{place}/clicks", json={"x": 10, "y": 10})
    one = served_mask(client, client.get(place).json())
    two = served_mask(client, client.post(f"{place}/clicks", json={"x": 60, "y": 40}).json())
    assert np.array_equal(mask_after("undo"), one)
    assert np.array_equal(mask_after("redo"), two)
    assert not mask_after("reset").any()
    assert np.array_equal(mask_after("undo"), two)


@pytest.mark.parametrize("step", ["undo", "redo"])
def test_a_step_that_is_not_there_is_refused(client, place, step):
    assert f"nothing to {step}" in refusal(client.post(f"{place}/{step}"), 400, "OptionError")
    assert client.get(place).json()["prediction"]["version"] == 0


def test_a_click_outside_is_refused_and_changes_nothing(client, place, opened):
    answer = client.post(f"{place}/clicks", json={"x": 80, "y": 3})
    assert "outside the 80×60 image" in refusal(answer, 400, "ClickError")
    assert client.get(place).json() == opened


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_click_that_is_no_number_is_refused(client, place, number):
    body = f'{{"x": {number}, "y": 3}}'
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"{place}/clicks", content=body, headers=headers)
    assert refusal(answer, 400, "ClickError")


def test_an_empty_box_is_refused(client, place):
    answer = client.post(f"{place}/box", json={"x0": 5, "y0": 5, "x1": 5, "y1": 9})
    assert "is empty" in refusal(answer, 400, "ClickError")


def test_a_prior_is_the_mask_until_clicks_mend_it(client, place, photo, as_png):
    prior = np.zeros(photo.shape[:2], bool)
    prior[10:50, 20:70] = True
    png = as_png(prior.astype(np.uint8) * 255)
    client.post(f"{place}/clicks", json={"x": 3, "y": 3})
    state = client.put(f"{place}/prior", content=png).json()
    assert state["feedback"] == []
    assert state["prediction"]["version"] == 2
    assert np.array_equal(served_mask(client, state), prior)
    state = client.post(f"{place}/clicks", json={"x": 3, "y": 3}).json()
    assert (served_mask(client, state) & prior).sum() == prior.sum()


def test_a_prior_of_another_size_is_refused(client, place, as_png):
    png = as_png(np.zeros((60, 81), np.uint8))
    refusal(client.put(f"{place}/prior", content=png), 400, "PriorError")


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x93NUMPY"])
def test_a_prior_that_cannot_be_read_is_refused_and_changes_nothing(client, place, opened, content):
    refusal(client.put(f"{place}/prior", content=content), 400, "PriorError")
    assert client.get(place).json() == opened


def test_the_mask_is_byte_for_byte_what_the_prediction_saves(client, place, oracle, tmp_path):
    client.post(f"{place}/clicks", json={"x": 30, "y": 20})
    oracle.click(30, 20)
    write_mask(tmp_path / "mask.png", oracle.prediction.mask)
    served = client.get(f"{place}/prediction.png")
    assert served.content == (tmp_path / "mask.png").read_bytes()
    assert served.headers["Content-Type"] == "image/png"
    assert served.headers["X-Prediction-Version"] == "1"


def test_a_closed_photo_is_gone(client, place):
    assert client.delete(place).status_code == 204
    assert "no longer open" in refusal(client.get(place), 404, "NotFoundError")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/clicks", {"x": 1, "y": 1}),
        ("POST", "/pushes", {"x": 1, "y": 1, "direction": "up"}),
        ("POST", "/strokes", {"points": [[1, 1]], "label": 0}),
        ("POST", "/box", {"x0": 1, "y0": 1, "x1": 5, "y1": 5}),
        ("POST", "/preview", {"type": "click", "x": 1, "y": 1}),
        ("POST", "/undo", None),
        ("POST", "/redo", None),
        ("POST", "/reset", None),
        ("PUT", "/inference", {}),
        ("PUT", "/prior", None),
        ("PUT", "/trimap", None),
        ("POST", "/points", {"points": [{"x": 1, "y": 1}]}),
        ("PATCH", "/objects/1", {"label": "cat"}),
        ("DELETE", "/objects/1", None),
        ("POST", "/objects/1/clicks", {"x": 1, "y": 1}),
        ("GET", "/prediction.json", None),
        ("GET", "/prediction.png", None),
        ("GET", "/prediction.npy", None),
        ("GET", "/first.png", None),
        ("GET", "/value?x=1&y=1", None),
        ("GET", "/photo", None),
    ],
)
def test_a_session_that_is_not_there_is_refused_by_every_route(client, method, path, body):
    answer = client.request(method, f"{SESSIONS}/unknown{path}", json=body)
    assert "no longer open" in refusal(answer, 404, "NotFoundError")


def test_another_session_on_the_same_photo_needs_no_second_upload(client, opened, photo):
    state = client.post(SESSIONS, data={"of": opened["id"]}).json()
    assert state["id"] != opened["id"]
    assert (state["name"], state["size"]) == ("cat.png", [80, 60])
    served = np.asarray(Image.open(BytesIO(client.get(state["photo"]).content)))
    assert np.array_equal(served, photo)
    assert client.get(f"{SESSIONS}/{opened['id']}").json()["beside"] == {"interactive": state["id"]}


def test_a_photo_that_is_no_longer_open_is_no_base(client):
    answer = client.post(SESSIONS, data={"of": "gone"})
    assert "no longer open" in refusal(answer, 404, "NotFoundError")


def test_the_prediction_before_any_mark_stays_there(client, place, photo, as_png):
    prior = np.zeros(photo.shape[:2], np.uint8)
    prior[10:50, 20:70] = 255
    client.put(f"{place}/prior", content=as_png(prior))
    state = client.post(f"{place}/clicks", json={"x": 3, "y": 3}).json()
    first = client.get(state["prediction"]["first"])
    assert np.array_equal(read_mask(first.content), prior > 0)
    assert not np.array_equal(served_mask(client, state), prior > 0)


def test_what_is_shown_at_a_place_is_told_in_the_words_of_a_click(client, place):
    client.post(f"{place}/clicks", json={"x": 30, "y": 20})
    told = {"x": 30.0, "y": 20.0, "label": "foreground", "value": None}
    assert client.get(f"{place}/value?x=30&y=20").json() == told
    assert client.get(f"{place}/value?x=79&y=59").json()["label"] == "background"
    answer = client.get(f"{place}/value?x=80&y=3")
    assert "outside the 80×60 image" in refusal(answer, 400, "ClickError")


def test_a_mask_has_no_array_file(client, place):
    answer = client.get(f"{place}/prediction.npy")
    assert "has no NPY file. Available: PNG" in refusal(answer, 400, "OptionError")
