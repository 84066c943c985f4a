"""X-AnyLabeling's requests to its server, in the shapes that its client sends."""

import numpy as np
import pytest

from clickmend.data.rle import fill_polygons

HOME = "/x-anylabeling"


@pytest.fixture
def client(answering):
    return answering("x-anylabeling")


@pytest.fixture
def ask(client, encoded):
    def predict(*marks, **change):
        body = {
            "model": "clickmend",
            "image": f"data:image/png;base64,{encoded}",
            "params": {
                "marks": list(marks),
                "conf_threshold": 0.0,
                "iou_threshold": 0.0,
                "epsilon_factor": 0.0,
            },
        }
        return client.post(f"{HOME}/v1/predict", json=body | change)

    return predict


def point(x, y, label=1):
    return {"type": "point", "data": [x, y], "label": label}


def box(*corners):
    return {"type": "rectangle", "data": list(corners), "label": 1}


def shapes(answer):
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"]
    return answer.json()["data"]["shapes"]


def painted(found):
    rings = [np.array(shape["points"]).ravel().tolist() for shape in found]
    return fill_polygons(rings, size=(80, 60))


def test_the_model_is_described(client):
    assert client.get(f"{HOME}/health").json()["status"] == "healthy"
    (name,) = models = client.get(f"{HOME}/v1/models").json()["data"]
    assert {"name": "button_add_point", "value": None} in client.get(f"{HOME}/v1/models").json()[
        "data"
    ][name]["widgets"]
    info = client.get(f"{HOME}/v1/models/{name}/info").json()
    assert info["success"]
    assert info["data"]["display_name"] in models


def test_marks_become_a_polygon(ask, disk):
    (shape,) = found = shapes(ask(point(40, 30), point(55, 30, 0)))
    np.testing.assert_array_equal(painted(found), disk(40, 30) & ~disk(55, 30))
    assert (shape["shape_type"], shape["score"], shape["group_id"]) == ("polygon", 0.75, None)


def test_a_hole_stays_a_hole_and_parts_are_of_one_group(ask, disk):
    found = shapes(ask(box(0, 0, 80, 60), point(40, 30, 0)))
    assert len(found) == 1
    np.testing.assert_array_equal(painted(found), ~disk(40, 30))
    found = shapes(ask(point(10, 10), point(70, 50), point(40, 30, 0)))
    assert [shape["group_id"] for shape in found] == [1, 1]


def test_a_rougher_outline_has_fewer_corners(ask, disk):
    rough = {"marks": [point(40, 30)], "epsilon_factor": 0.01}
    (simple,), (exact,) = shapes(ask(params=rough)), shapes(ask(point(40, 30)))
    assert len(simple["points"]) < len(exact["points"]) / 2
    assert (painted([simple]) != disk(40, 30)).mean() < 0.02


def test_without_marks_nothing_is_found(ask):
    assert shapes(ask()) == []


@pytest.mark.parametrize(
    ("change", "status", "code", "match"),
    [
        ({"model": "other"}, 404, "MODEL_NOT_FOUND", "'other'"),
        ({"image": "%"}, 400, "ImageError", "no base64"),
        ({"image": 5}, 422, "RequestError", "image"),
        ({"params": {"epsilon_factor": -1}}, 422, "RequestError", "epsilon_factor"),
        ({"params": {"marks": [point(99, 5)]}}, 400, "ClickError", "outside"),
        ({"params": {"marks": [box(5, 5, 5, 9)]}}, 400, "ClickError", "is empty"),
        ({"params": {"marks": [box(5, 5, 5)]}}, 400, "ClickError", "3 numbers"),
        ({"params": {"marks": [{"type": "auto_grid"}]}}, 400, "ClickError", "'auto_grid'"),
        ({"params": {"marks": [point(1, 1)] * 501}}, 422, "RequestError", "500"),
    ],
)
def test_what_cannot_be_done_is_refused_in_its_shape(ask, refused, change, status, code, match):
    answer = ask(**change)
    told = refused(answer, match)
    assert (answer.status_code, told["success"], told["error"]["code"]) == (status, False, code)


def test_a_point_that_is_no_number_is_refused(client, encoded, refused):
    marks = '[{"type": "point", "data": [NaN, 3]}]'
    text = f'{{"model": "clickmend", "image": "{encoded}", "params": {{"marks": {marks}}}}}'
    sent = {"Content-Type": "application/json"}
    refused(client.post(f"{HOME}/v1/predict", content=text, headers=sent), "finite")


def test_the_token_is_a_header(answering, refused):
    client = answering("x-anylabeling", token="secret-token")
    refused(client.get(f"{HOME}/health", headers={"Token": "wrong"}), "token")
    assert client.get(f"{HOME}/health", headers={"Token": "secret-token"}).status_code == 200
