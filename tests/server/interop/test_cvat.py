"""CVAT's three routes, with the requests that its server sends to Nuclio's dashboard."""

import base64
import hashlib
import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from clickmend.data.codecs import write_mask
from clickmend.projects.labelling import open_project
from clickmend.server.interop.cvat import crop_of

INVOKE = "/api/function_invocations"
NUCLIO = Path(__file__).parents[3] / "docs/nuclio"


@pytest.fixture
def client(answering):
    return answering("cvat")


def headers(name="clickmend"):
    return {
        "x-nuclio-project-name": "cvat",
        "x-nuclio-function-namespace": "nuclio",
        "x-nuclio-invoke-via": "domain-name",
        "X-Nuclio-Invoke-Timeout": "120s",
        "x-nuclio-function-name": name,
        "x-nuclio-path": "/",
    }


def asked(encoded, **more):
    return {"image": encoded, "pos_points": [], "neg_points": [], "obj_bbox": None} | more


def whole(answer):
    """The mask on the whole frame of 80×60, as CVAT puts the crop there."""
    assert answer.status_code == 200, answer.text
    left, top, right, bottom = answer.json()["bounds"]
    frame = np.zeros((60, 80), int)
    frame[top : bottom + 1, left : right + 1] = answer.json()["mask"]
    return frame == 1


def test_the_functions_are_described_as_cvat_reads_them(client):
    functions = client.get("/api/functions").json()
    for name, function in functions.items():
        assert client.get(f"/api/functions/{name}").json() == function
        assert function["metadata"]["name"] == name
        assert function["status"]["state"] == "ready"
        assert function["spec"]["description"]
        labels = json.loads(function["metadata"]["annotations"]["spec"] or "[]")
        assert len({label["name"] for label in labels}) == len(labels)
    interactor, detector = (one["metadata"]["annotations"] for one in functions.values())
    assert (interactor["type"], detector["type"]) == ("interactor", "detector")
    assert int(interactor["min_pos_points"]) == int(interactor["min_neg_points"]) == 0
    assert "startswith_box" not in interactor


def test_an_unknown_function_is_refused_and_named(client, encoded, refused):
    assert "error" in refused(client.get("/api/functions/other"), "'other'")
    answer = client.post(INVOKE, headers=headers("other"), json=asked(encoded))
    refused(answer, "Available: clickmend")


def test_clicks_and_a_box_become_a_crop_with_inclusive_bounds(client, encoded, disk):
    points = {"pos_points": [[40.0, 30.0]], "neg_points": [[55.5, 30.0]]}
    answer = client.post(INVOKE, headers=headers(), json=asked(encoded, **points))
    np.testing.assert_array_equal(whole(answer), disk(40, 30) & ~disk(55.5, 30))


@pytest.mark.parametrize("box", [[[10.0, 5.0], [20.0, 9.0]], [10, 5, 20, 9], [20, 9, 10, 5]])
def test_both_forms_of_the_box_are_read(client, encoded, box):
    answer = client.post(INVOKE, headers=headers(), json=asked(encoded, obj_bbox=box))
    assert answer.json() == {"mask": [[1] * 10] * 4, "bounds": [10, 5, 19, 8]}


def test_the_direct_invocation_answers_the_same(client, encoded):
    body = asked(encoded, pos_points=[[40, 30]])
    direct = client.post("/", json=body)
    assert direct.json() == client.post(INVOKE, headers=headers(), json=body).json()
    assert client.get("/").headers["content-type"].startswith("text/html")


def test_a_further_click_costs_one_click_and_a_removed_one_none(client, encoded, counting, disk):
    def click(inside, outside):
        points = {"pos_points": inside, "neg_points": outside}
        return whole(client.post(INVOKE, headers=headers(), json=asked(encoded, **points)))

    first, second, wrong = [40.0, 30.0], [60.0, 30.0], [50.0, 30.0]
    click([first], [])
    two = click([first], [wrong])
    three = click([first, second], [wrong])
    # CVAT keeps no order between the two kinds: what came first stays first.
    np.testing.assert_array_equal(three, (disk(40, 30) & ~disk(50, 30)) | disk(60, 30))
    np.testing.assert_array_equal(click([first], [wrong]), two)
    assert (counting.sessions, len(counting.marks)) == (1, 3)


def test_a_prior_of_the_image_is_mended_and_forgotten_again(client, encoded, picture, disk, as_png):
    prior = disk(30, 30)
    sha256 = sha256_of(picture)
    assert client.put(f"/interop/priors/{sha256}", content=as_png(prior)).status_code == 204
    body = asked(encoded, neg_points=[[30, 45]])
    mended = whole(client.post(INVOKE, headers=headers(), json=body))
    np.testing.assert_array_equal(mended, prior & ~disk(30, 45))
    assert client.delete(f"/interop/priors/{sha256}").status_code == 204
    assert "Nothing is left" in client.post(INVOKE, headers=headers(), json=body).json()["error"]
    assert client.delete(f"/interop/priors/{sha256}").status_code == 404


def sha256_of(content):
    return hashlib.sha256(content).hexdigest()


def test_the_prior_of_a_project_is_found_by_the_photo(answering, encoded, picture, disk, tmp_path):
    for folder in ("photos", "old"):
        (tmp_path / folder).mkdir()
    (tmp_path / "photos/a.png").write_bytes(picture)
    (tmp_path / "photos/b.png").write_bytes(picture[:-1] + b"x")
    for name in ("a", "b"):
        write_mask(tmp_path / f"old/{name}.png", disk(30, 30) if name == "a" else disk(9, 9))
    client = answering("cvat")
    places = {"photos": [tmp_path / "photos"], "priors": tmp_path / "old"}
    open_project(client.store, "cats", task="interactive", **places)
    answer = client.post(INVOKE, headers=headers(), json=asked(encoded))
    np.testing.assert_array_equal(whole(answer), disk(30, 30))


def test_the_detector_gives_the_mask_that_is_there(client, encoded, picture, disk, as_png):
    nothing = client.post(INVOKE, headers=headers("clickmend-priors"), json={"image": encoded})
    assert nothing.json() == []
    client.put(f"/interop/priors/{sha256_of(picture)}", content=as_png(disk(30, 30)))
    (shape,) = client.post(
        INVOKE, headers=headers("clickmend-priors"), json={"image": encoded, "threshold": 0.5}
    ).json()
    *pixels, left, top, right, bottom = shape.pop("mask")
    crop = np.array(pixels).reshape(bottom - top + 1, right - left + 1)
    np.testing.assert_array_equal(crop == 1, disk(30, 30)[top : bottom + 1, left : right + 1])
    assert shape == {
        "confidence": "0.750",
        "label": "object",
        "type": "mask",
        "points": [left, top, right + 1, top, right + 1, bottom + 1, left, bottom + 1],
        "attributes": [],
    }


def test_a_threshold_is_that_of_the_probability(client, encoded, refused):
    body = asked(encoded, pos_points=[[40, 30]])
    low = client.post(INVOKE, headers=headers(), json=body | {"threshold": 0.1})
    assert whole(low).all()
    refused(client.post(INVOKE, headers=headers(), json=body | {"threshold": 2}), "0 to 1")


def test_a_click_on_the_far_edge_is_one_on_the_last_pixel(client, encoded):
    answer = client.post(INVOKE, headers=headers(), json=asked(encoded, pos_points=[[80, 60]]))
    assert whole(answer)[59, 79]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"image": "%%%"}, "no base64"),
        ({"image": "data:image/png,abc"}, "not in base64"),
        ({"image": base64.b64encode(b"no picture").decode()}, "not a picture"),
        ({"image": ""}, "is empty"),
        ({"image": None}, "image"),
        ({"pos_points": [[90, 10]]}, "outside the 80×60 image"),
        ({"pos_points": [[-1, 10]]}, "outside"),
        ({"pos_points": [[1]]}, "pos_points"),
        ({"pos_points": [["a", "b"]]}, "pos_points"),
        ({"neg_points": [[1, 2]] * 501}, "500"),
        ({"pos_points": [[1, 2]] * 300, "neg_points": [[1, 2]] * 300}, "At most 500"),
        ({"obj_bbox": [10, 10, 10, 20]}, "is empty"),
        ({"obj_bbox": [1, 2, 3]}, "3 numbers"),
        ({"obj_bbox": [[1, 2], [3, 4], [5, 6]]}, "6 numbers"),
        ({"obj_bbox": [100, 100, 110, 110]}, "outside"),
        ({}, "Nothing is left"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(client, encoded, refused, change, match):
    answer = client.post(INVOKE, headers=headers(), json=asked(encoded, **change))
    assert isinstance(refused(answer, match)["error"], str)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ('"pos_points": [[NaN, 5]]', "finite"),
        ('"pos_points": [[1e999, 5]]', "finite"),
        ('"obj_bbox": [NaN, 1, 2, 3]', "not a finite number"),
        ('"threshold": NaN', "0 to 1"),
        ('"pos_points": ' + "[" * 100_000, "error"),
        ('"pos_points": [[1', "error"),
    ],
)
def test_json_that_is_none_or_holds_no_numbers_is_refused(client, encoded, refused, text, match):
    body = f'{{"image": "{encoded}", {text}}}'
    sent = headers() | {"Content-Type": "application/json"}
    refused(client.post(INVOKE, headers=sent, content=body), match)


def test_a_picture_that_grows_when_decoded_is_refused_before_that(client, as_png, refused):
    bomb = base64.b64encode(as_png(np.zeros((2000, 2000), np.uint8))).decode()
    answer = client.post(INVOKE, headers=headers(), json=asked(bomb, pos_points=[[1, 1]]))
    refused(answer, "At most 1 megapixels")


def test_a_body_that_is_too_large_is_refused(client, refused):
    answer = client.post(INVOKE, headers=headers(), json=asked("A" * 2_000_000))
    refused(answer, "larger than the 1 MB")


def test_a_failed_click_leaves_the_session_usable(client, encoded, counting, disk):
    for x in (40.0, 99.0, 40.0):
        body = asked(encoded, pos_points=[[40.0, 30.0], [x, 30.0]])
        answer = client.post(INVOKE, headers=headers(), json=body)
    np.testing.assert_array_equal(whole(answer), disk(40, 30))
    assert counting.sessions == 1


def test_the_token_comes_as_the_password_of_nuclios_host(answering, encoded, refused):
    client = answering("cvat", token="secret-token")
    refused(client.get("/api/functions"), "token")
    refused(client.get("/api/functions", auth=("clickmend", "wrong")), "token")
    refused(client.get("/api/functions", headers={"Authorization": "Basic %%"}), "token")
    assert client.get("/api/functions", auth=("clickmend", "secret-token")).status_code == 200


def test_without_the_flag_nothing_of_it_is_answered(answering, encoded):
    client = answering()
    assert client.get("/api/functions").status_code == 404
    assert client.put(f"/interop/priors/{'0' * 64}", content=b"").status_code in (404, 405)
    assert client.post("/", json=asked(encoded)).status_code == 405


def test_the_crop_of_nothing_is_none():
    assert crop_of(np.zeros((3, 4), bool)) is None


def test_the_function_for_nuclio_answers_as_the_server_does(
    client, encoded, fake_session, monkeypatch
):
    body = asked(encoded, pos_points=[[40, 30]])
    served = client.post("/", json=body).json()  # its database is open before another is opened
    main = runpy.run_path(str(NUCLIO / "main.py"))
    monkeypatch.setitem(main["init_context"].__globals__, "start_session", fake_session)
    context = SimpleNamespace(user_data=SimpleNamespace(), Response=SimpleNamespace)
    main["init_context"](context)
    answer = main["handler"](context, SimpleNamespace(body=body))
    assert json.loads(answer.body) == served
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    for wrong in (asked("%%%"), {}):
        refusal = main["handler"](context, SimpleNamespace(body=json.dumps(wrong).encode()))
        assert refusal.status_code == 400
        assert json.loads(refusal.body)["error"]


def test_the_function_for_nuclio_is_described_as_the_server_describes_it(client):
    described = yaml.safe_load((NUCLIO / "function.yaml").read_text())
    served = client.get("/api/functions/clickmend").json()
    ours = described["metadata"]["annotations"]
    theirs = served["metadata"]["annotations"]
    assert {k: str(v) if v is not None else "" for k, v in ours.items()} | {
        "startswith_box_optional": "true"
    } == theirs
    assert described["spec"]["description"] == served["spec"]["description"]
