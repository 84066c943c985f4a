import json

import numpy as np
import pytest
from label_scenes import NAME, OTHER, PHOTOS, SIZE, WHOLE, named, photo
from PIL import Image

from clickmend.core.errors import DataError, OutputError
from clickmend.projects.formats import FORMATS

PANOPTIC = FORMATS["panoptic"]
CATEGORIES = [{"id": 3, "name": "cat", "isthing": 1, "color": [1, 2, 3]},
              {"id": 9, "name": "sky", "isthing": 0}]  # fmt: skip
FIRST, SECOND = 256 * 256 * 2 + 256 * 3 + 4, 77


def files_of(tmp_path, **changes):
    picture = np.zeros((*SIZE[::-1], 3), np.uint8)
    picture[WHOLE], picture[OTHER] = (4, 3, 2), (77, 0, 0)
    (tmp_path / "old").mkdir(exist_ok=True)
    Image.fromarray(picture).save(tmp_path / "old/a.png")
    segments = [
        {
            "id": FIRST,
            "category_id": 3,
            "area": 1,
            "bbox": [0, 0, 1, 1],
            "iscrowd": 0,
            "score": 0.5,
        },
        {"id": SECOND, "category_id": 9, "area": 9, "bbox": [7, 1, 3, 3], "iscrowd": 1},
    ]
    entry = {"image_id": 5, "file_name": "a.png", "segments_info": segments, **changes}
    image = {"id": 5, "file_name": NAME, "width": 12, "height": 9, "license": 1}
    content = {"info": {"x": 1}, "images": [image], "annotations": [entry],
               "categories": CATEGORIES}  # fmt: skip
    (tmp_path / "old.json").write_text(json.dumps(content))
    return tmp_path / "old.json"


def read(file):
    return list(PANOPTIC.read(file, photos=PHOTOS))


def test_everything_comes_back_but_area_and_box_which_are_the_masks(tmp_path):
    old = files_of(tmp_path)
    (labels,) = read(old)
    assert [(one.id, one.label, one.crowd) for one in labels.objects] == [
        (FIRST, "cat", False), (SECOND, "sky", True)]  # fmt: skip
    np.testing.assert_array_equal(labels.objects[0].mask, WHOLE)
    file, picture = PANOPTIC.write(tmp_path / "new.json", [labels])
    was, new = json.loads(old.read_text()), json.loads(file.read_text())
    was["annotations"][0]["file_name"] = "train/a.png"
    was["annotations"][0]["segments_info"][0].update(area=20, bbox=[1, 2, 4, 5])
    assert new == was
    before, after = (Image.open(at).convert("RGB") for at in (tmp_path / "old/a.png", picture))
    assert before.tobytes() == after.tobytes()


def test_a_new_class_is_a_thing(tmp_path):
    PANOPTIC.write(tmp_path / "new.json", [photo(named(WHOLE, "dog"))])
    new = json.loads((tmp_path / "new.json").read_text())
    assert new["categories"] == [{"id": 1, "name": "dog", "isthing": 1}]
    assert new["annotations"][0]["segments_info"][0]["id"] == 1


def test_segments_that_only_the_picture_or_only_the_list_has_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"do not have the same segments \(\[77, \d+\]\)"):
        read(files_of(tmp_path, segments_info=[]))
    twice = [{"id": FIRST, "category_id": 3}, {"id": SECOND, "category_id": 9}] * 2
    with pytest.raises(DataError, match="the same segments"):
        read(files_of(tmp_path, segments_info=twice))


def test_what_else_is_wrong_is_named(tmp_path):
    odd = [{"id": FIRST, "category_id": 4}, {"id": SECOND, "category_id": 9}]
    with pytest.raises(DataError, match=f"segment {FIRST} has the category 4, which the list"):
        read(files_of(tmp_path, segments_info=odd))
    with pytest.raises(DataError, match="is outside of its folder"):
        read(files_of(tmp_path, file_name="../a.png"))
    with pytest.raises(OutputError, match="cannot hold the id 16777216, only 1 to 16777215"):
        PANOPTIC.write(tmp_path / "new.json", [photo(named(WHOLE, id=2**24))])
    with pytest.raises(OutputError, match=r"two objects with the id 3, object 1 \(id 3\) among"):
        PANOPTIC.write(tmp_path / "new.json", [photo(named(WHOLE, id=3), named(OTHER, id=3))])
