import json
from pathlib import Path

import pytest

from clickmend.cli.point_files import read_points
from clickmend.core.errors import DataError

PHOTO = Path("some/photo.jpg")


def read(tmp_path, content):
    file = tmp_path / "points.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_points(file, photo=PHOTO)


def coco(*annotations, images=({"id": 5, "file_name": "photo.jpg"},)):
    entries = [{"id": n, "image_id": 5} | entry for n, entry in enumerate(annotations)]
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    return {"images": list(images), "annotations": entries, "categories": categories}


def test_a_list_of_pairs_has_no_labels(tmp_path):
    assert read(tmp_path, [[1, 2.5], [3, 4]]) == ([(1.0, 2.5), (3.0, 4.0)], None)


def test_a_list_of_named_places_may_have_labels(tmp_path):
    assert read(tmp_path, [{"x": 1, "y": 2}]) == ([(1.0, 2.0)], None)
    assert read(tmp_path, [{"x": 1, "y": 2, "label": 7}]) == ([(1.0, 2.0)], ["7"])


def test_cocos_point_is_its_point_else_a_keypoint_in_the_middle_else_the_centre_of_its_box(
    tmp_path,
):
    box = {"bbox": [10, 20, 6, 8]}
    keypoints = {"keypoints": [0, 0, 0, 4, 4, 2, 8, 5, 1, 20, 4, 2]}
    content = coco(
        {"category_id": 1} | box | keypoints | {"point": [1, 2]},
        {"category_id": 2} | box | keypoints,
        {"category_id": 1} | box | {"keypoints": [0, 0, 0]},
        {"category_id": 1, "iscrowd": 1} | box,
    )
    assert read(tmp_path, content) == (
        [(1.0, 2.0), (8.0, 5.0), (13.0, 24.0)],
        ["cat", "dog", "cat"],
    )


def test_of_several_images_the_one_named_like_the_photo_is_meant(tmp_path):
    images = ({"id": 4, "file_name": "other.jpg"}, {"id": 5, "file_name": "val/photo.jpg"})
    content = coco({"point": [1, 2]}, {"image_id": 4, "point": [7, 7]}, images=images)
    assert read(tmp_path, content) == ([(1.0, 2.0)], None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON"),
        ({"points": []}, "holds no points"),
        ([[1, 2], [3]], r"entry 2 is '\[3\]', no point"),
        ([[1, True]], "entry 1 is .*, no point"),
        ([{"x": 1}], "entry 1 is .*, no point"),
        ([{"x": 1, "y": 2, "label": "a"}, [3, 4]], "2 points and 1 labels. Label all"),
        (coco({"point": [1, 2]}, images=()), "0 images, 0 of them named 'photo.jpg'"),
        (coco({"point": [1, 2]}, images=[{"id": 5}, {"id": 6}]), "2 images, 0 of them named"),
        (coco({"category_id": 1}), "annotation 0 has neither a point nor"),
    ],
)
def test_a_file_of_another_layout_is_refused(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, content)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"points\.json cannot be read"):
        read_points(tmp_path / "points.json", photo=PHOTO)
