"""MONAI Label's requests for inference, in the shapes that its client sends."""

import json
from email import message_from_bytes

import numpy as np
import pytest

from clickmend.data.codecs import read_mask

HOME = "/monai-label"
INFER = f"{HOME}/infer/clickmend"


@pytest.fixture
def client(answering):
    return answering("monai-label")


@pytest.fixture
def ask(client, picture):
    def infer(params, *, path=f"{INFER}?image=x", files=(), **more):
        text = params if isinstance(params, str) else json.dumps(params | {"client_id": "web"})
        sent = {"file": ("a.png", picture, "image/png")} | dict(files)
        return client.post(path, data={"params": text}, files=sent, **more)

    return infer


def parts(answer):
    """The parameters and the picture of a multipart answer."""
    assert answer.status_code == 200, answer.text
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    params, image = message_from_bytes(head + answer.content).get_payload()
    assert image.get_filename() == "mask.png"
    return json.loads(params.get_payload()), read_mask(image.get_payload(decode=True))


def test_the_model_is_described(client):
    assert client.get(f"{HOME}/info/").json()["models"]["clickmend"]["dimension"] == 2
    assert client.get(f"{HOME}/auth/").json()["enabled"] is False


@pytest.mark.parametrize(
    "params",
    [
        {"foreground": [[40.0, 30.0, 7]], "background": [[55, 30]]},
        {"foreground": [[40, 30, 105]], "background": [[55, 30, 105]], "slice": 105},
        {"label": "cat", "cat": [[40, 30]], "dog": [], "background": [[55, 30]]},
        {"points": [[40, 30], [55, 30]], "point_labels": [1, 0], "label_prompt": []},
    ],
)
def test_clicks_in_every_dialect_become_a_label_map(ask, disk, params):
    told, mask = parts(ask(params))
    np.testing.assert_array_equal(mask, disk(40.5, 30.5) & ~disk(55.5, 30.5))
    assert told["label_names"] == {params.get("label", "object"): 1}
    assert told["latencies"]["total"] >= told["latencies"]["infer"] >= 0


def test_a_place_between_two_voxels_is_between_their_middles(ask, disk):
    _, mask = parts(ask({"foreground": [[40.25, 30.5]]}))
    np.testing.assert_array_equal(mask, disk(40.75, 31))


@pytest.mark.parametrize("roi", [[10, 5, 20, 9], [10, 5, 20, 9, 72, 178]])
def test_a_region_is_a_box(ask, roi):
    expected = np.zeros((60, 80), bool)
    expected[5:9, 10:20] = True
    np.testing.assert_array_equal(parts(ask({"roi": roi}))[1], expected)


def test_a_label_is_the_prior(ask, disk, as_png):
    files = {"label": ("l.png", as_png(disk(30, 30).astype(np.uint8)), "image/png")}
    _, mask = parts(ask({"background": [[30, 45]]}, files=files))
    np.testing.assert_array_equal(mask, disk(30, 30) & ~disk(30.5, 45.5))


def test_the_answer_is_the_part_that_is_asked_for(ask, disk):
    told = ask({"foreground": [[40, 30]]}, path=f"{INFER}?output=json").json()
    assert told["label_names"] == {"object": 1}
    png = ask({"foreground": [[40, 30]]}, path=f"{INFER}?output=image")
    np.testing.assert_array_equal(read_mask(png.content), disk(40.5, 30.5))


def test_an_image_is_named_beneath_a_root(answering, picture, tmp_path, refused):
    root = tmp_path / "pictures"
    root.mkdir()
    (root / "spleen_12.png").write_bytes(picture)
    (tmp_path / "outside.png").write_bytes(picture)
    client = answering("monai-label", roots=[root])
    given = {"params": '{"foreground": [[40, 30]]}'}
    assert client.post(f"{INFER}?image=spleen_12", data=given).status_code == 200
    for name in ("../outside", "other", ""):
        refused(client.post(f"{INFER}?image={name}", data=given), "may read")


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ("no JSON", "do not fit"),
        ("[" * 100_000, "do not fit"),
        ("[]", "do not fit"),
        ('{"foreground": [[NaN, 4]]}', "finite"),
        ({"foreground": 5}, "do not fit"),
        ({"foreground": [[1]]}, "1 numbers"),
        ({"foreground": [[99, 4]]}, "outside"),
        ({"foreground": [[80, 4]]}, "outside"),
        ({"label": "cat", "cat": 5}, "places of 'cat'"),
        ({"roi": [1, 2, 3]}, "3 numbers"),
        ({"roi": [9, 9, 9, 12]}, "is empty"),
        ({"points": [[1, 2]]}, "1 points and 0 labels"),
        ({"result_extension": ".nii.gz"}, "cannot be a '.nii.gz'"),
    ],
)
def test_parameters_that_are_none_are_refused(ask, refused, params, match):
    assert refused(ask(params), match)["detail"]


def test_other_models_pictures_and_labels_are_refused(ask, refused):
    refused(ask({}, path=f"{HOME}/infer/other"), "no model 'other'")
    refused(ask({}, path=f"{INFER}?output=dicom_seg"), "output")
    refused(ask({}, files={"file": ("a.png", b"", "image/png")}), "is empty")
    refused(ask({}, files={"label": ("l.png", b"x", "image/png")}), "not a picture")


def test_a_token_is_given_for_the_password_and_asked_for(answering, refused):
    client = answering("monai-label", token="secret-token")
    assert client.get(f"{HOME}/auth/").json()["enabled"] is True
    refused(client.get(f"{HOME}/info/"), "token")
    form = {"username": "me", "password": "wrong", "grant_type": "password"}
    refused(client.post(f"{HOME}/auth/token", data=form), "Wrong password")
    given = client.post(f"{HOME}/auth/token", data=form | {"password": "secret-token"}).json()
    headers = {"Authorization": f"{given['token_type']} {given['access_token']}"}
    assert client.get(f"{HOME}/auth/token/valid", headers=headers).status_code == 200
