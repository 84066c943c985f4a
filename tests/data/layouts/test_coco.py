import json

import numpy as np
import pytest

from clickmend.core.errors import DataError
from clickmend.data import encode_rle
from clickmend.data.layouts.coco import open_coco, open_lvis


@pytest.fixture
def edit(published, tmp_path):
    """Write COCO's layout, change its annotations and open it."""

    def run(change):
        published("coco")
        file = tmp_path / "annotations" / "instances_val2017.json"
        content = json.loads(file.read_text())
        change(content)
        file.write_text(json.dumps(content))
        return open_coco(tmp_path)

    return run


def test_compressed_run_lengths_are_read(edit):
    mask = np.eye(6, 8, dtype=bool)
    dataset = edit(lambda content: content["annotations"][0].update(segmentation=encode_rle(mask)))
    np.testing.assert_array_equal(dataset[0].masks()[0][1], mask)


def test_photos_in_images_are_found(published, tmp_path):
    published("coco")
    (tmp_path / "images").mkdir()
    (tmp_path / "val2017").rename(tmp_path / "images" / "val2017")
    assert open_coco(tmp_path, "val2017").names == ("000000397133",)


def test_lvis_is_found_with_folders_of_annotations_and_images(published, tmp_path):
    published("lvis")
    for folder in ("annotations", "images"):
        (tmp_path / folder).mkdir()
    (tmp_path / "lvis_v1_val.json").rename(tmp_path / "annotations" / "lvis_v1_val.json")
    for folder in ("train2017", "val2017"):
        (tmp_path / folder).rename(tmp_path / "images" / folder)
    assert open_lvis(tmp_path, "val").names == ("000000391895", "000000397133")


def test_a_photo_of_another_size_than_the_annotations_say_is_refused(edit):
    dataset = edit(lambda content: content["images"][0].update(width=9))
    with pytest.raises(DataError, match=r"000000397133\.jpg is 8×6 but instances_.* says 9×6"):
        dataset[0]


def test_every_object_has_the_name_of_its_category(edit):
    def change(content):
        content["categories"].append({"id": 18, "name": "dog"})
        content["annotations"][1]["category_id"] = 18

    assert edit(change)[0].classes == {1: "person", 2: "dog"}


def test_without_categories_no_object_has_a_class(edit):
    assert edit(lambda content: content.pop("categories"))[0].classes is None


def test_a_category_that_is_not_listed_is_told(edit):
    dataset = edit(lambda content: content["annotations"][0].update(category_id=7))
    with pytest.raises(DataError, match="annotation 1: there is no category 7"):
        dataset[0]


@pytest.mark.parametrize(
    ("segmentation", "reason"),
    [
        ([[1, 1, 2, 2]], "Polygon 1 is not a polygon"),
        ({"size": [6, 8], "counts": [1]}, "do not describe"),
        ({"size": [8, 6], "counts": [48]}, "of a 6×8 mask but the image is 8×6"),
    ],
)
def test_an_annotation_that_cannot_be_drawn_is_named(segmentation, reason, edit):
    dataset = edit(lambda content: content["annotations"][1].update(segmentation=segmentation))
    with pytest.raises(DataError, match=rf"instances_val2017\.json, annotation 2: .*{reason}"):
        dataset[0]


def test_an_annotation_without_a_segmentation_is_told(edit):
    dataset = edit(lambda content: content["annotations"][0].pop("segmentation"))
    with pytest.raises(DataError, match=r"has an entry without 'segmentation'.*restore"):
        dataset[0]


@pytest.mark.parametrize(
    ("part", "key"), [("images", "id"), ("images", "file_name"), ("annotations", "image_id")]
)
def test_an_entry_without_what_it_must_have_is_told_on_opening(part, key, edit):
    with pytest.raises(DataError, match=f"has an entry without '{key}'"):
        edit(lambda content: content[part][0].pop(key))


@pytest.mark.parametrize("content", ["[]", '{"images": []}', '{"images": 1, "annotations": []}'])
def test_json_of_another_kind_is_refused(content, published, tmp_path):
    published("coco")
    (tmp_path / "annotations" / "instances_val2017.json").write_text(content)
    with pytest.raises(DataError, match='has no lists "images" and "annotations"'):
        open_coco(tmp_path)


def test_a_file_that_is_no_json_is_refused(published, tmp_path):
    published("coco")
    (tmp_path / "annotations" / "instances_val2017.json").write_text("{")
    with pytest.raises(DataError, match=r"is not valid JSON \(.*unpack it again"):
        open_coco(tmp_path)
