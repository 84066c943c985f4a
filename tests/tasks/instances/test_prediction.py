"""The instances of a photo in memory and in files, read back by the libraries that others use."""

import io
import json
from contextlib import redirect_stdout

import numpy as np
import pytest
from faster_coco_eval import COCO

from clickmend.core.errors import OutputError
from clickmend.data import read_index
from clickmend.tasks.instances import InstancesPrediction

INDEX = np.zeros((6, 9), np.int32)
INDEX[1:4, 2:5] = 1
INDEX[2:5, 5:7] = 2
POINTS = ((3.0, 2.0), (6.0, 3.5), (3.0, 2.0))


@pytest.fixture
def prediction():
    return InstancesPrediction(INDEX, POINTS, ("cat", "dog", "cat"), "photo.jpg")


def test_there_is_a_mask_for_every_point_and_no_two_overlap(prediction):
    masks = prediction.masks
    assert masks.shape == (3, 6, 9)
    assert masks.dtype == np.bool_
    assert masks.sum(axis=0).max() == 1
    for number, mask in enumerate(masks, start=1):
        np.testing.assert_array_equal(mask, number == INDEX)
        np.testing.assert_array_equal(prediction.mask(number), mask)
    assert not masks[2].any()


def test_the_json_file_is_one_that_coco_tools_read(prediction, tmp_path):
    prediction.save(tmp_path / "masks.json")
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(tmp_path / "masks.json"))
    (image,) = coco.loadImgs(coco.getImgIds())
    assert (image["file_name"], image["width"], image["height"]) == ("photo.jpg", 9, 6)
    annotations = coco.loadAnns(sorted(coco.getAnnIds()))
    names = [coco.cats[annotation["category_id"]]["name"] for annotation in annotations]
    assert names == ["cat", "dog", "cat"]
    for annotation, mask, point in zip(annotations, prediction.masks, POINTS, strict=True):
        np.testing.assert_array_equal(coco.annToMask(annotation), mask)
        assert annotation["area"] == mask.sum()
        assert annotation["point"] == list(point)
    assert annotations[0]["bbox"] == [2, 1, 3, 3]
    assert annotations[2]["bbox"] == [0, 0, 0, 0]


def test_objects_without_labels_are_of_one_category(tmp_path):
    InstancesPrediction(INDEX, POINTS).save(tmp_path / "masks.json")
    content = json.loads((tmp_path / "masks.json").read_text())
    assert content["categories"] == [{"id": 1, "name": "object"}]
    assert {entry["category_id"] for entry in content["annotations"]} == {1}


def test_the_png_file_holds_the_number_of_each_pixels_object(prediction, tmp_path):
    prediction.save(tmp_path / "masks.PNG")
    np.testing.assert_array_equal(read_index(tmp_path / "masks.PNG"), INDEX)


def test_a_file_of_another_kind_is_refused(prediction, tmp_path):
    with pytest.raises(OutputError, match=r"does not end in \.json or \.png.*name it masks\.json"):
        prediction.save(tmp_path / "masks.jpg")
