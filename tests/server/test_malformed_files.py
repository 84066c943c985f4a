"""Malformed photos, predictions and label files: each is refused in words, or taken."""

from io import BytesIO
from random import Random

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from spoiled import spoiled

from clickmend.core.errors import OutputError
from clickmend.core.settings import Settings
from clickmend.data.planes import npy_bytes
from clickmend.projects.formats import FORMATS, LabelObject, PhotoLabels
from clickmend.projects.store import Store
from clickmend.server.app import create_app

EACH = 20
"""Files of each kind."""

LONGEST_S = 30
"""An answer that takes longer is none."""

SIZE = (80, 60)
PHOTOS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
PRIORS = ("interactive", "instances", "semantic", "matting", "depth")
TASKS = ("instances", "interactive", "semantic", "matting", "depth")


def check(answer):
    """It is answered soon; a refusal says in words what is wrong, and shows nothing of the code."""
    assert answer.status_code < 500, answer.text
    assert answer.elapsed.total_seconds() < LONGEST_S
    if answer.status_code >= 400:
        error = answer.json()["error"]
        assert error["type"]
        assert error["message"]
        assert "Traceback" not in error["message"]
        assert ".py" not in error["message"]


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("malformed") / "photos"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (*SIZE[::-1], 3), np.uint8)
    Image.fromarray(pixels).save(folder / "a.png")
    return folder


@pytest.fixture(scope="module")
def small_client(small_networks, photos):
    limits = Settings(max_upload_megabytes=1.0, max_image_megapixels=1.0)
    app = create_app(limits=limits, store=Store(photos.parent / "home"), roots=[photos.parent])
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_malformed_photo_is_refused_or_taken(client, photo, kind):
    file = BytesIO()
    Image.fromarray(photo).save(file, kind)
    rng = Random(kind)
    for _ in range(EACH):
        content = spoiled(file.getvalue(), "", rng)
        answer = client.post("/api/v1/sessions", files={"photo": (f"a.{kind.lower()}", content)})
        check(answer)
        if answer.status_code == 201:
            client.delete(f"/api/v1/sessions/{answer.json()['id']}")


@pytest.mark.parametrize("task", PRIORS)
@pytest.mark.parametrize("suffix", [".png", ".npy"])
def test_a_malformed_prediction_is_refused_or_taken(small_client, photos, task, suffix):
    plane = np.zeros(SIZE[::-1], np.uint8)
    plane[20:40, 30:60] = 255 if task == "matting" else 1
    file = BytesIO()
    Image.fromarray(plane).save(file, "PNG")
    good = file.getvalue() if suffix == ".png" else npy_bytes(plane)
    upright = {"photo": ("a.png", (photos / "a.png").read_bytes())}
    data = {"task": task, "depth_scale": "0.001"} if task == "depth" else {"task": task}
    files = upright | {"prior": ("p", good)}
    opened = small_client.post("/api/v1/sessions", files=files, data=data)
    assert opened.status_code == 201, opened.text
    place = f"/api/v1/sessions/{opened.json()['id']}"
    rng = Random(f"{task}{suffix}")
    for _ in range(EACH // 4):
        bad = spoiled(good, suffix, rng)
        check(small_client.put(f"{place}/prior?depth_scale=0.001", content=bad))
        check(small_client.put(f"{place}/trimap", content=bad))


def labels_for(task):
    """What a format of a task holds at least."""
    mask = np.zeros(SIZE[::-1], bool)
    mask[20:40, 30:60] = True
    grey = np.full((*SIZE[::-1], 3), 90, np.uint8)  # which cut-outs are made of
    given = {"file_name": "a.png", "size": SIZE, "photo": grey}
    if task in ("instances", "interactive"):
        cat = LabelObject(mask=mask, label="cat", id=1)
        return PhotoLabels(**given, objects=(cat,), classes=("cat",))
    plane = mask.astype(np.uint8)
    if task != "semantic":
        plane = np.where(mask, 1.0, 0.5).astype(np.float32)  # alpha, or metres
    return PhotoLabels(**given, plane=plane, classes=("cat", "dog"))


def written(form, task, place):
    """The files of labels that the format can hold."""
    labels = labels_for(task)
    try:
        return form.write(place, [labels])
    except OutputError:  # it holds no classes of objects
        bare = tuple(LabelObject(mask=one.mask) for one in labels.objects)
        return form.write(place, [PhotoLabels(file_name="a.png", size=SIZE, objects=bare)])


@pytest.mark.parametrize("name", list(FORMATS))
def test_malformed_label_files_are_refused_or_taken(small_client, photos, name):
    form = FORMATS[name]
    task = next(one for one in TASKS if one in form.tasks)
    good = photos.parent / f"good-{name}"
    written(form, task, good)
    files = [one for one in sorted(good.rglob("*")) if one.is_file()]
    rng = Random(name)
    for number in range(EACH):
        place = photos.parent / f"bad-{name}-{number}"
        chosen = files[number % len(files)]
        for file in files:
            to = place / file.relative_to(good)
            to.parent.mkdir(parents=True, exist_ok=True)
            content = file.read_bytes()
            to.write_bytes(spoiled(content, file.suffix, rng) if file == chosen else content)
        body = {"name": f"{name} {number}", "photos": [str(photos)], "task": task}
        out = photos.parent / f"out-{name}-{number}"
        body |= {"priors": str(place), "format": name, "out": str(out)}
        made = small_client.post("/api/v1/projects", json=body)
        check(made)
        if made.status_code == 201:
            images = f"/api/v1/projects/{made.json()['id']}/images"
            (image,) = small_client.get(images).json()["images"]
            check(small_client.post(f"{images}/{image['id']}/session"))
            check(small_client.post(f"{images.removesuffix('/images')}/export", json={}))
