"""A job is made as it is told, and what is wrong with its labels is found."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

COUNT = 3


@pytest.fixture
def data(tmp_path, rng):
    """A data root with two photos of objects and one of classes."""
    for place, name in (("objects/train/tools", "a"), ("semantic/camvid/train", "b")):
        for kind in ("images", "masks"):
            (tmp_path / place / kind).mkdir(parents=True)
        truth = np.zeros((240, 320), np.uint8)
        truth[40:200, 40:150], truth[60:180, 170:300] = 1, 2
        cv2.imwrite(str(tmp_path / place / "masks" / f"{name}.png"), truth)
        photo = rng.integers(0, 256, (240, 320, 3), np.uint8)
        cv2.imwrite(str(tmp_path / place / "images" / f"{name}.jpg"), photo)
    return tmp_path


@pytest.fixture
def objects_of_tools(script, monkeypatch):
    source = replace(script.SOURCES["instances"], folders=("objects/train/tools",))
    monkeypatch.setitem(script.SOURCES, "instances", source)


@pytest.mark.usefixtures("objects_of_tools")
def test_old_objects_have_ids_that_nobody_would_count_to(script, data, tmp_path, rng):
    photos = script.make(tmp_path / "job", data, task="instances", count=COUNT, rng=rng)
    content = json.loads((tmp_path / "job" / "old.json").read_text())
    ids = [one["id"] for one in content["annotations"]]
    assert ids == [number for photo in photos for number in photo.ids]
    assert ids[:2] == [1001, 1008]
    assert len(list((tmp_path / "job" / "photos").iterdir())) == COUNT


def test_old_class_maps_are_wrong_somewhere_and_as_large_as_their_photo(
    script, data, tmp_path, rng
):
    photos = script.make(tmp_path / "job", data, task="semantic", count=COUNT, rng=rng)
    for photo in photos:
        old = cv2.imread(str(tmp_path / "job" / "old" / f"{photo.name[:-4]}.png"), -1)
        assert old.shape == photo.truth.shape == script.SIZE[::-1]
        assert 0 < (old != photo.truth).mean() < 0.1


def test_a_mask_is_read_from_every_form_of_coco(script, rng):
    mask = np.zeros(script.SIZE[::-1], bool)
    mask[20:60, 30:90] = True
    rle = coco_mask.encode(np.asfortranarray(mask, np.uint8))
    runs = np.diff(np.flatnonzero(np.diff(mask.ravel(order="F"), prepend=0)), prepend=0)
    plain = [*runs.tolist(), int(mask.size - runs.sum())]
    ring = [30, 20, 90, 20, 90, 60, 30, 60]
    for given in (rle, {"size": list(mask.shape), "counts": plain}, [ring]):
        assert np.array_equal(script.mask_of({"segmentation": given}), mask)


class Untouched:
    """A client whose sessions show the old predictions."""

    def __init__(self, folder, photos):
        self.folder, self.photos = folder, photos

    def images(self):
        return [{"id": i, "name": one.name, "status": "done"} for i, one in enumerate(self.photos)]

    def open(self, image):
        return {"id": image}

    def shown(self, key):
        return cv2.imread(str(self.folder / "old" / f"{key:05}.png"), -1)


def test_a_file_that_is_missing_or_differs_is_found(script, data, tmp_path, rng):
    folder = tmp_path / "job"
    photos = script.make(folder, data, task="semantic", count=COUNT, rng=rng)
    client = Untouched(folder, photos)
    for number, photo in enumerate(photos):
        photo.left = client.shown(number)
    (folder / "labels").mkdir()
    for file in (folder / "old").iterdir():
        (folder / "labels" / file.name).write_bytes(file.read_bytes())
    found = script.Found()
    script.check(client, folder, photos, task="semantic", found=found)
    assert found.problems == []
    (folder / "labels" / "00001.png").unlink()
    other = client.shown(2).copy()
    other[5, 5] += 1
    cv2.imwrite(str(folder / "labels" / "00002.png"), other)
    script.check(client, folder, photos, task="semantic", found=found)
    assert "missing ['00001.png']" in found.problems[0]
    assert found.problems[1] == "00002.jpg: the file differs from the session"


def test_each_task_keeps_its_row(script, tmp_path):
    file = tmp_path / "result.json"
    for task, problems in (("semantic", 2), ("interactive", 0), ("semantic", 0)):
        row = {"task": task, "problems": problems, "command": f"play {task}"}
        script.keep(file, row, seed=0)
    found = json.loads(file.read_text("utf-8"))
    assert [(one["task"], one["problems"]) for one in found["rows"]] == [
        ("interactive", 0),
        ("semantic", 0),
    ]
    assert found["command"] == "play interactive; play semantic"
