"""Label Studio's requests to a model, in the shapes that its server sends."""

import base64
import hashlib
import json

import numpy as np
import pytest
from asked_by_label_studio import PREDICT, config, keypoint

from clickmend.core.settings import Settings
from clickmend.data.codecs import read_mask
from clickmend.data.rle import fill_polygons
from clickmend.server.interop.brush_rle import decode_brush, encode_brush


@pytest.fixture
def client(answering):
    return answering("label-studio")


@pytest.fixture
def body(encoded):
    def build(*regions, tag="BrushLabels", **context):
        return {
            "tasks": [{"id": 1, "data": {"image": f"data:image/png;base64,{encoded}"}}],
            "project": "12.1700000000",
            "label_config": config(tag),
            "model_version": "0.0.1",
            "params": {
                "login": None,
                "password": None,
                "context": {"result": list(regions)} | context,
            },
        }

    return build


def regions(answer):
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["results"]
    return found["result"]


def brushed(answer):
    (region,) = regions(answer)
    assert (region["original_width"], region["original_height"]) == (80, 60)
    return decode_brush(region["value"]["rle"], width=80, height=60)


def test_the_server_is_up_is_set_up_and_told_of_changes(client):
    for place in ("", "health"):
        assert client.get(f"/label-studio/{place}").json()["status"] == "UP"
    assert client.get("/label-studio/metrics").json() == {}
    schema = {"project": "12.1700000000", "schema": config(), "extra_params": None}
    assert client.post("/label-studio/setup", json=schema).json()["model_version"]
    for action, status in (("ANNOTATION_UPDATED", 201), ("SOMETHING", 200)):
        told = {"action": action, "project": {"id": 12, "label_config": config()}}
        assert client.post("/label-studio/webhook", json=told).status_code == status


def test_clicks_become_a_brushed_region_with_their_label(client, body, disk):
    given = body(keypoint(40, 30), keypoint(55, 30, beside=False, label="Apple"))
    answer = client.post(PREDICT, json=given)
    np.testing.assert_array_equal(brushed(answer), disk(40, 30) & ~disk(55, 30))
    (region,) = regions(answer)
    assert (region["from_name"], region["to_name"]) == ("tag", "image")
    assert (region["type"], region["value"]["brushlabels"]) == ("brushlabels", ["Apple"])
    assert region["score"] == 0.75


@pytest.mark.parametrize(
    ("sign", "inside"),
    [
        ({}, True),
        ({"beside": True}, True),
        ({"within": True}, True),
        ({"beside": False}, False),
        ({"within": False}, False),
        ({"within": 0}, False),
        ({"within": None}, True),
        ({"beside": True, "within": False}, False),
    ],
)
def test_the_sign_of_a_click_is_read_in_both_places(client, body, sign, inside):
    given = body(keypoint(40, 30), keypoint(55, 30, **sign, kind="keypoint"))
    assert brushed(client.post(PREDICT, json=given))[30, 55] == inside


def test_a_rectangle_is_a_box_and_one_that_is_turned_the_box_around_it(client, body):
    value = {"x": 12.5, "y": 10, "width": 25, "height": 20, "rotation": 0}
    region = keypoint(0, 0) | {"type": "rectanglelabels", "value": value}
    expected = np.zeros((60, 80), bool)
    expected[6:18, 10:30] = True
    np.testing.assert_array_equal(brushed(client.post(PREDICT, json=body(region))), expected)
    value |= {"x": 37.5, "rotation": 90}
    expected = np.zeros((60, 80), bool)
    expected[6:26, 18:30] = True
    np.testing.assert_array_equal(brushed(client.post(PREDICT, json=body(region))), expected)


def test_a_bitmask_is_a_png_and_comes_back_as_a_prior(client, body, disk):
    given = body(keypoint(40, 30), tag="BitmaskLabels")
    (region,) = regions(client.post(PREDICT, json=given))
    assert (region["type"], region["value"]["bitmasklabels"]) == ("bitmasklabels", ["Banana"])
    assert (region["value"]["width"], region["value"]["height"]) == (80, 60)
    png = base64.b64decode(region["value"]["imageDataURL"].partition(",")[2])
    np.testing.assert_array_equal(read_mask(png), disk(40, 30))
    mended = client.post(PREDICT, json=body(region, keypoint(40, 45, within=False)))
    np.testing.assert_array_equal(brushed(mended), disk(40, 30) & ~disk(40, 45))


def test_a_brushed_region_is_a_prior(client, body, disk):
    (region,) = regions(client.post(PREDICT, json=body(keypoint(40, 30))))
    mended = client.post(PREDICT, json=body(region, keypoint(40, 45, within=False)))
    np.testing.assert_array_equal(brushed(mended), disk(40, 30) & ~disk(40, 45))


def test_a_polygon_with_a_hole_is_filled_as_the_mask(client, body, disk):
    hole = keypoint(40, 30, within=False)
    value = {"x": 0, "y": 0, "width": 100, "height": 100, "rotation": 0}
    box = keypoint(0, 0) | {"type": "rectanglelabels", "value": value}
    (region,) = regions(client.post(PREDICT, json=body(box, hole, tag="PolygonLabels")))
    assert (region["type"], region["value"]["closed"]) == ("polygonlabels", True)
    points = np.array(region["value"]["points"]) * (0.8, 0.6)
    filled = fill_polygons([points.ravel().tolist()], size=(80, 60))
    assert (filled != ~disk(40, 30)).mean() < 0.01
    assert not filled[30, 40]


def test_without_marks_each_task_gets_the_mask_that_is_there(
    client, encoded, picture, disk, as_png
):

    sha256 = hashlib.sha256(picture).hexdigest()
    client.put(f"/interop/priors/{sha256}", content=as_png(disk(30, 30)))
    other = base64.b64encode(as_png(np.zeros((20, 30, 3), np.uint8))).decode()
    uris = [f"data:image/png;base64,{one}" for one in (encoded, other)]
    tasks = [{"id": n, "data": {"image": uri}} for n, uri in enumerate(uris)]
    given = {"tasks": tasks, "label_config": config(labels=("Cat",)), "params": {"context": None}}
    first, second = client.post(PREDICT, json=given).json()["results"]
    (region,) = first["result"]
    assert region["value"]["brushlabels"] == ["Cat"]
    np.testing.assert_array_equal(
        decode_brush(region["value"]["rle"], width=80, height=60), disk(30, 30)
    )
    assert (second["result"], second["score"]) == ([], 0.0)


@pytest.mark.parametrize(
    ("event", "kind"),
    [("capabilities", "capabilities"), ("prewarm", "prewarm_ack"), ("release", "release_ack")],
)
def test_events_are_answered_in_kind(client, body, event, kind):
    (told,) = regions(client.post(PREDICT, json=body(event=event, frame=0)))
    assert told["type"] == kind
    if event == "capabilities":
        assert told["value"]["prompts"] == ["point", "box"]
        assert {"tag": "BitmaskLabels", "output": "mask"} in told["value"]["targets"]


def test_prewarming_opens_the_session_that_the_first_click_goes_on_with(client, body, counting):
    (told,) = regions(client.post(PREDICT, json=body(event="prewarm", frame=0, window=20)))
    assert told["value"] == {"status": "ok", "cached": [0], "pending": []}
    assert (told["from_name"], told["to_name"]) == ("tag", "image")
    assert (counting.sessions, counting.prepared) == (1, 1)
    regions(client.post(PREDICT, json=body(keypoint(40, 30))))
    assert (counting.sessions, len(counting.marks)) == (1, 1)


@pytest.mark.parametrize("tag", ["BrushLabels", "PolygonLabels", "BitmaskLabels"])
def test_an_editor_that_draws_by_itself_gets_a_bitmask_whatever_the_tag(client, body, disk, tag):
    # The editor's own prompts are bare: they have no name of a tag, no size and no label.
    bare = {"type": "keypointlabels", "value": {"x": 50.0, "y": 50.0, "positive": True}}
    (region,) = regions(client.post(PREDICT, json=body(bare, tag=tag)))
    assert region["type"] == ("bitmasklabels" if tag == "BitmaskLabels" else "bitmask")
    png = base64.b64decode(region["value"]["imageDataURL"].partition(",")[2])
    np.testing.assert_array_equal(read_mask(png), disk(40, 30))


def test_pictures_are_read_beneath_a_root_and_nowhere_else(
    answering, body, picture, tmp_path, refused
):
    root = tmp_path / "media"
    (root / "upload/1").mkdir(parents=True)
    (root / "upload/1/a b.png").write_bytes(picture)
    (tmp_path / "outside.png").write_bytes(picture)
    (root / "link.png").symlink_to(tmp_path / "outside.png")
    (root / "notes.txt").write_text("x")
    client = answering("label-studio", roots=[root])

    def ask(place):
        given = body(keypoint(40, 30))
        given["tasks"][0]["data"]["image"] = place
        return client.post(PREDICT, json=given)

    for place in ("/data/upload/1/a%20b.png", "/data/local-files/?d=upload/1/a%20b.png"):
        assert ask(place).status_code == 200, place
    for place in (
        *("/data/../outside.png", "/data/local-files/?d=../outside.png", "/data/link.png"),
        *(str(tmp_path / "outside.png"), "/data/notes.txt", "/data/%00", "upload/2.png"),
    ):
        refused(ask(place), "may read")
    for place in ("http://127.0.0.1/a.png", "s3://b/a.png", "//host/a.png", "file:///etc/passwd"):
        refused(ask(place), "fetches from none")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"value": {"x": 10}}, "no finite numbers x, y"),
        ({"value": {"x": "a", "y": None}}, "no finite numbers"),
        ({"value": {"x": 130, "y": 10}}, "outside the 80×60"),
        ({"original_width": 90}, "90×60"),
        ({"image_rotation": 90}, "turned by 90 degrees"),
        ({"type": "rectangle", "value": {"x": 1, "y": 1, "width": 0, "height": 5}}, "is empty"),
        (
            {"type": "rectangle", "value": dict.fromkeys(("x", "y", "width", "height"), 9)
             | {"rotation": "x"}},
            "no finite",
        ),
        ({"type": "brushlabels", "value": {}}, "no run lengths"),
        ({"type": "brushlabels", "value": {"rle": [1, 2]}}, "end too early"),
        ({"type": "brushlabels", "value": {"rle": [0, 0, 0, 1, 57, 27, 252]}}, "another size"),
        ({"type": "brushlabels", "value": {"rle": [700]}}, "no bytes"),
        ({"type": "brushlabels", "value": {"rle": ["a"]}}, "no bytes"),
        ({"type": "brushlabels", "value": {"rle": [[1], 2]}}, "cannot be read"),
        ({"type": "bitmask", "value": {"imageDataURL": "%"}}, "no base64"),
        ({"type": "bitmask", "value": {}}, "is empty"),
        ({"value": 5}, "value"),
    ],
)  # fmt: skip
def test_regions_that_are_none_are_refused_in_words(client, body, refused, change, match):
    refused(client.post(PREDICT, json=body(keypoint(40, 30) | change)), match)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"label_config": "<View>"}, "no XML"),
        ({"label_config": "<View/>"}, "no tag that keeps masks"),
        ({"label_config": "<!DOCTYPE x [<!ENTITY a 'b'>]><View/>"}, "declares entities"),
        ({"tasks": [{"id": 7, "data": {}}]}, "Task 7 has no picture in 'image'"),
        ({"tasks": [{"id": 7, "data": {"image": 5}}]}, "no picture"),
        ({"tasks": [{"data": {"image": "data:image/png;base64,%"}}]}, "no base64"),
        ({"tasks": 5}, "tasks"),
        ({"params": {"context": {"event": "track"}}}, "no event 'track'"),
    ],
)
def test_requests_that_are_none_are_refused_in_words(client, body, refused, change, match):
    refused(client.post(PREDICT, json=body(keypoint(40, 30)) | change), match)


def test_numbers_that_are_none_too_many_marks_and_two_masks_are_refused(
    client, body, refused, disk
):
    text = json.dumps(body(keypoint(40, 30))).replace("50.0", "NaN", 1)
    sent = {"Content-Type": "application/json"}
    refused(client.post(PREDICT, content=text, headers=sent), "no finite numbers")
    refused(client.post(PREDICT, json=body(*[keypoint(40, 30)] * 501)), "At most 500")
    brush = keypoint(0, 0) | {"type": "brush", "value": {"rle": encode_brush(disk(9, 9))}}
    refused(client.post(PREDICT, json=body(brush, brush)), "2 masks")


def test_the_token_is_the_password_of_basic_authentication(answering, refused):
    client = answering("label-studio", token="secret-token")
    refused(client.get("/label-studio/health"), "token")
    known = client.get("/label-studio/health", auth=("any", "secret-token"))
    assert known.status_code == 200


def test_pictures_are_fetched_from_the_host_that_is_set(answering, body, picture, serving_files):
    address, asked = serving_files({"/data/upload/1/a.png": picture})
    limits = Settings(
        max_upload_megabytes=1.0, label_studio_url=address, label_studio_token="of-the-host"
    )
    client = answering("label-studio", limits=limits)
    for place in ("/data/upload/1/a.png", f"{address}/data/upload/1/a.png"):
        given = body(keypoint(40, 30))
        given["tasks"][0]["data"]["image"] = place
        assert client.post(PREDICT, json=given).status_code == 200
    assert asked == [("GET", "/data/upload/1/a.png", "Token of-the-host")] * 2
