import json

import numpy as np
import pytest
from label_scenes import NAME, PARTED, PHOTOS, PIXEL, WHOLE, named, photo

from clickmend.core.errors import DataError, OutputError
from clickmend.data import encode_rle
from clickmend.projects.formats import FORMATS

DATUMARO = FORMATS["datumaro"]
MASK = {"id": 4, "type": "mask", "attributes": {"a": 1}, "group": 1, "label_id": 0, "z_order": 2,
        "rle": encode_rle(PARTED)}  # fmt: skip
POLYGON = {"id": 0, "type": "polygon", "attributes": {}, "group": 5, "label_id": 1, "z_order": 0,
           "points": [1.0, 2.0, 5.0, 2.0, 5.0, 7.0, 1.0, 7.0]}  # fmt: skip
BOX = {"id": 0, "type": "bbox", "attributes": {}, "group": 0, "label_id": 0, "bbox": [1, 2, 3, 4]}
CONTENT = {
    "dm_format_version": "1.0",
    "infos": {"author": "x"},
    "categories": {
        "label": {
            "labels": [{"name": "cat", "parent": "animal", "attributes": ["a"]},
                       {"name": "cat", "parent": "", "attributes": []}],
            "attributes": ["occluded"],
        },
        "mask": {"colormap": []},
    },
}  # fmt: skip


def file_of(tmp_path, *annotations, path=NAME, size=(9, 12), **more):
    item = {"id": "train/a", "annotations": list(annotations), "attr": {"frame": 3},
            "image": {"path": path, "size": list(size)}, **more}  # fmt: skip
    (tmp_path / "annotations").mkdir(exist_ok=True)
    (tmp_path / "annotations/train.json").write_text(json.dumps({**CONTENT, "items": [item]}))
    return tmp_path


def read(place):
    return list(DATUMARO.read(place, photos=PHOTOS))


def written(tmp_path, labels):
    (file,) = DATUMARO.write(tmp_path / "new", [labels])
    assert file == tmp_path / "new/annotations/default.json"
    return json.loads(file.read_text("utf-8"))


def test_an_unchanged_file_comes_back_word_for_word(tmp_path):
    part = {**POLYGON, "points": [8.0, 0.0, 9.0, 0.0, 9.0, 1.0]}
    place = file_of(tmp_path, MASK, BOX, POLYGON, part)
    (labels,) = read(place)
    assert [(one.label, one.id) for one in labels.objects] == [("cat", 4), ("cat", None)]
    assert written(tmp_path, labels) == json.loads(
        (tmp_path / "annotations/train.json").read_text()
    )


def test_a_corrected_polygon_becomes_a_mask_and_keeps_its_fields(tmp_path):
    (labels,) = read(file_of(tmp_path, POLYGON))
    changed = photo(named(PIXEL, "cat", extra=labels.objects[0].extra), shared=labels.shared)
    (entry,) = written(tmp_path, changed)["items"][0]["annotations"]
    rle = encode_rle(PIXEL)
    expected = {**POLYGON, "type": "mask", "rle": rle}
    del expected["points"]
    assert entry == expected


def test_a_crowd_is_an_attribute_and_classes_are_listed(tmp_path):
    labels = photo(named(WHOLE, crowd=True), named(PIXEL), classes=("dog", "cat"))
    new = written(tmp_path, labels)
    crowd, single = new["items"][0]["annotations"]
    assert (crowd["attributes"], single["attributes"]) == ({"is_crowd": True}, {})
    assert [one["name"] for one in new["categories"]["label"]["labels"]] == ["dog", "cat"]
    assert new["items"][0]["id"] == "train/a"


def test_a_photo_is_found_by_its_id_where_its_path_says_nothing(tmp_path):
    (labels,) = read(file_of(tmp_path, MASK, path="elsewhere.jpg"))
    assert labels.file_name == NAME
    np.testing.assert_array_equal(labels.objects[0].mask, PARTED)


def test_text_ids_and_classes_that_are_not_listed_are_refused(tmp_path):
    with pytest.raises(OutputError, match=r"cannot hold the id 'x', only numbers; coco"):
        written(tmp_path, photo(named(WHOLE, id="x"), classes=("cat",)))
    with pytest.raises(OutputError, match="which the list of classes lacks"):
        written(tmp_path, photo(named(WHOLE)))


def test_what_is_wrong_in_a_file_is_named(tmp_path):
    with pytest.raises(DataError, match="the label_id 2 is none of 2 labels"):
        read(file_of(tmp_path, {**MASK, "label_id": 2}))
    with pytest.raises(DataError, match=r"train/a.jpg is 12×9 but .* says 9×12"):
        read(file_of(tmp_path, MASK, size=(12, 9)))
