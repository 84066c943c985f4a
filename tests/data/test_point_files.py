"""Points of one photo and of many, from every layout."""

import json
from pathlib import Path

import pytest

from clickmend.core.errors import DataError
from clickmend.data import PhotoPoints, open_points, read_points

PHOTO = Path("some/photo.jpg")


def read(tmp_path, content):
    file = tmp_path / "points.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    found = read_points(file, photo=PHOTO)
    return list(found.points), None if found.labels is None else list(found.labels)


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
        ("{", "is not valid JSON"),
        ('{"photo.jpg": [[1, 2]], "photo.jpg": []}', r"'photo\.jpg' is there twice in one object"),
        ({"points": []}, "holds no points"),
        ([[1, 2], [3]], r"entry 2 is '\[3\]', not a point"),
        ([[1, True]], "entry 1 is .*, not a point"),
        ([{"x": 1}], "entry 1 is .*, not a point"),
        ([{"x": 1, "y": 2, "label": "a"}, [3, 4]], "2 points and 1 labels. Label all"),
        (coco({"point": [1, 2]}, images=()), "0 images, 0 of them named 'photo.jpg'"),
        (coco({"point": [1, 2]}, images=[{"id": 5}, {"id": 6}]), "2 images, 0 of them named"),
        (coco({"category_id": 1}), "annotation 0 has neither a point nor"),
        ([[1, 2], [10**400, 3]], "entry 2 is .*, not a point"),
        (coco({"bbox": [1, 2, 10**400, 4]}), "annotation 0 has neither a point nor"),
        (coco({"keypoints": [10**400, 2, 2]}), "annotation 0 has neither a point nor"),
        (coco(images=[{"id": [5]}]), r"an entry whose id is '\[5\]'. Ids are numbers or texts"),
        (coco({"image_id": {}, "point": [1, 2]}), "an entry whose image_id is '{}'"),
        (coco({"category_id": [1], "point": [1, 2]}), r"an entry whose category_id is '\[1\]'"),
        (coco({"id": [1], "point": [1, 2]}), r"an entry whose id is '\[1\]'"),
        (coco() | {"categories": None}, "categories of .* are 'None'. COCO's are a list"),
        (coco() | {"categories": {"1": "cat"}}, "categories of .* are .*'cat'"),
    ],
)
def test_a_file_of_another_layout_is_refused(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, content)


@pytest.mark.parametrize("again", [5, "5", 5.0])
def test_entries_that_share_an_id_are_refused_and_named(tmp_path, again):
    images = [{"id": 5, "file_name": "photo.jpg"}, {"id": again, "file_name": "other.jpg"}]
    with pytest.raises(DataError, match=r"two images of the id 5: 'photo\.jpg' and 'other\.jpg'"):
        read(tmp_path, coco(images=images))
    categories = [{"id": 5, "name": "cat"}, {"id": again, "name": "dog"}]
    with pytest.raises(DataError, match="two categories of the id 5: 'cat' and 'dog'"):
        read(tmp_path, coco() | {"categories": categories})


def test_only_an_object_of_an_unknown_category_is_nameless(tmp_path):
    content = coco({"category_id": 1, "point": [1, 2]}, {"category_id": 9, "point": [3, 4]})
    assert read(tmp_path, content) == ([(1.0, 2.0), (3.0, 4.0)], ["cat", None])
    content["categories"][0] = {"id": 1}
    assert read(tmp_path, content) == ([(1.0, 2.0), (3.0, 4.0)], None)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"points\.json cannot be read"):
        read_points(tmp_path / "points.json", photo=PHOTO)


def test_a_photo_is_found_by_its_name_among_lists_of_many(tmp_path):
    lists = {"other.jpg": [[7, 7]], "photo.jpg": [{"x": 1, "y": 2, "label": "cat"}]}
    assert read(tmp_path, lists) == ([(1.0, 2.0)], ["cat"])
    with pytest.raises(DataError, match=r"\.json, photo\.jpg, entry 1 is 'here', not a point"):
        read(tmp_path, {"photo.jpg": ["here"]})
    with pytest.raises(DataError, match=r"holds no points of 'photo\.jpg'"):
        read(tmp_path, {"other.jpg": [[7, 7]]})


def open_written(tmp_path, content):
    file = tmp_path / "points.json"
    file.write_text(json.dumps(content))
    return open_points(file)


def test_lists_of_many_photos_keep_their_order(tmp_path):
    source = open_written(tmp_path, {"b.jpg": [[1, 2]], "a.jpg": []})
    assert source.names == ("b.jpg", "a.jpg")
    assert source.read("b.jpg") == PhotoPoints(((1.0, 2.0),), None)
    assert source.read("a.jpg") == PhotoPoints((), None)
    assert source.categories == ()


def keypoints():
    """As in person_keypoints_val2017.json: two images, one of them without a person."""
    person = {"keypoints": [4, 4, 2, 8, 5, 1, 20, 4, 2], "num_keypoints": 3, "bbox": [1, 1, 2, 2]}
    content = coco(
        {"category_id": 1} | person,
        {"category_id": 1, "iscrowd": 1} | person,
        {"category_id": 1} | person | {"keypoints": [0] * 9, "num_keypoints": 0},
        images=[{"id": 5, "file_name": "photo.jpg"}, {"id": 9, "file_name": "empty.jpg"}],
    )
    content["categories"] = [{"id": 1, "name": "person", "keypoints": ["nose"], "skeleton": []}]
    return content


def test_cocos_photos_and_objects_keep_their_own_ids(tmp_path):
    source = open_written(tmp_path, keypoints())
    assert source.names == ("photo.jpg", "empty.jpg")
    assert source.categories == keypoints()["categories"]
    assert source.read("photo.jpg") == PhotoPoints(
        ((8.0, 5.0), (2.0, 2.0)), ("person", "person"), image_id=5, ids=(0, 2), category_ids=(1, 1)
    )
    assert source.read("empty.jpg") == PhotoPoints((), None, image_id=9, ids=(), category_ids=())


def test_where_an_annotation_has_no_id_of_its_own_none_is_kept(tmp_path):
    content = keypoints()
    content["annotations"][2]["id"] = 0
    assert open_written(tmp_path, content).read("photo.jpg").ids is None
    del content["annotations"][2]["id"]
    assert open_written(tmp_path, content).read("photo.jpg").ids is None


def test_where_an_image_has_a_text_as_its_id_none_is_kept(tmp_path):
    images = [{"id": "x", "file_name": "a.jpg"}, {"id": 5, "file_name": "photo.jpg"}]
    source = open_written(tmp_path, coco({"point": [1, 2]}, images=images))
    assert [source.read(name).image_id for name in source.names] == [None, None]


OBJECT = (
    "<object><name>{}</name><difficult>1</difficult><bndbox><xmin>{}</xmin><ymin>{}</ymin>"
    "<xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
)


def test_vocs_points_are_the_centres_of_its_boxes_which_count_pixels_from_1(tmp_path):
    objects = OBJECT.format("dog", 1, 1, 4, 2) + OBJECT.format("cat", "3.5", 1, "4.5", 1)
    (tmp_path / "2007_000032.xml").write_text(f"<annotation>{objects}</annotation>")
    (tmp_path / "2007_000033.xml").write_text("<annotation></annotation>")
    source = open_points(tmp_path)
    assert source.names == ("2007_000032", "2007_000033")
    assert source.read("2007_000032") == PhotoPoints(((2.0, 1.0), (3.5, 0.5)), ("dog", "cat"))
    assert source.read("2007_000033") == PhotoPoints((), None)


def test_the_size_that_a_file_gives_its_photo_is_kept(tmp_path):
    size = "<size><width>{}</width><height>{}</height></size>"
    (tmp_path / "a.xml").write_text(f"<annotation>{size.format(40, 30)}</annotation>")
    (tmp_path / "b.xml").write_text(f"<annotation>{size.format(0, 0)}</annotation>")
    source = open_points(tmp_path)
    assert [source.read(name).size for name in "ab"] == [(40, 30), None]
    sizes = [{"width": 40, "height": 30}, {"width": 0, "height": 30}, {"width": "40"}, {}]
    images = [{"id": n, "file_name": str(n)} | size for n, size in enumerate(sizes)]
    source = open_written(tmp_path, coco(images=images))
    assert [source.read(name).size for name in source.names] == [(40, 30), None, None, None]


@pytest.mark.parametrize("name", ["train\\photo.jpg", "C:\\data\\photo.jpg", "train/PHOTO.JPG"])
def test_a_photo_is_found_by_a_name_of_windows(name, tmp_path):
    images = ({"id": 4, "file_name": "other.jpg"}, {"id": 5, "file_name": name})
    assert read(tmp_path, coco({"point": [1, 2]}, images=images)) == ([(1.0, 2.0)], None)


def test_boxes_around_one_centre_have_points_of_their_own(tmp_path):
    nested = [[40, 40, 20, 20], [10, 30, 80, 40], [45, 45, 10, 10], [45, 45, 10, 10]]
    content = coco(*({"bbox": box} for box in nested))
    assert read(tmp_path, content)[0] == [(57.5, 50), (75, 50), (50, 50), (50, 50)]
    (tmp_path / "a.xml").write_text(
        f"<annotation>{OBJECT.format('a', 41, 41, 60, 60)}{OBJECT.format('b', 31, 31, 70, 70)}"
        "</annotation>"
    )
    assert open_points(tmp_path).read("a").points == ((50, 50), (65, 50))


def test_points_of_another_size_of_photo_are_refused_and_both_are_told():
    points = PhotoPoints(((1.0, 1.0),), None, size=(150, 225))
    assert points.usable(PHOTO, (150, 225)) == (points, None)
    with pytest.raises(DataError, match=r"is 225×150 but .* 150×225 \(turned on its side\?\)"):
        points.usable(PHOTO, (225, 150))
    with pytest.raises(DataError, match=r"is 75×112 but its points are of 150×225\. .*scale"):
        points.usable(PHOTO, (75, 112))


def test_only_what_is_wrong_with_a_point_is_named_and_the_others_are_kept():
    places = ((1.0, 1.0), (500.0, 2.0), (1.9, 1.0), (7.0, 3.0))
    points = PhotoPoints(places, tuple("abcd"), 5, (70, 71, 72, 73), (1, 2, 3, None))
    kept, wrong = points.usable(PHOTO, (8, 6))
    assert kept == PhotoPoints(places[::3], ("a", "d"), 5, (70, 73), (1, None))
    assert "annotation 71 at (x=500, y=2) is outside the 8×6 photo" in wrong
    assert "annotation 72 is on the pixel (1, 1) of annotation 70. Each" in wrong
    with pytest.raises(DataError, match=r"^Point 1 at \(x=9, y=1\) is outside the 8×6 photo"):
        PhotoPoints(((9.0, 1.0),), None).usable(PHOTO, (8, 6))


@pytest.mark.parametrize("content", [[[1, 2]], {}, {"images": [], "photo.jpg": 3}])
def test_points_that_do_not_say_of_which_photos_they_are_are_no_points_of_many(content, tmp_path):
    with pytest.raises(DataError, match="does not name the photos of its points"):
        open_written(tmp_path, content)


@pytest.mark.parametrize("second", [{"id": 6}, {"id": 6, "file_name": "photo.jpg"}])
def test_images_without_a_name_of_their_own_are_refused(second, tmp_path):
    images = [{"id": 5, "file_name": "photo.jpg"}, second]
    with pytest.raises(DataError, match="has 2 images, and not each has a file_name of its own"):
        open_written(tmp_path, coco(images=images))


def test_a_folder_without_annotations_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"holds no \.xml file"):
        open_points(tmp_path)
