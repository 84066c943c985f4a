"""Files of points as ``clickmend label`` takes them: which photos they are of, and what is kept."""

import json
from functools import partial

import pytest
from label_command import pixels
from label_command import run as run_label
from PIL import Image

run = partial(run_label, task="instances")


def test_cocos_ids_and_categories_are_kept(made, label, tmp_path):
    content = {
        "images": [
            {"id": 70, "file_name": "val/a.png"},
            {"id": 60, "file_name": "c.png"},
            {"id": 50, "file_name": "away.png"},
        ],
        "annotations": [
            {"id": 900, "image_id": 70, "category_id": 18, "keypoints": [2, 2, 2, 0, 0, 0]},
            {"id": 800, "image_id": 70, "category_id": 18, "bbox": [4, 2, 2, 2]},
        ],
        "categories": [{"id": 18, "name": "dog"}, {"id": 44, "name": "cat"}],
    }
    (tmp_path / "coco.json").write_text(json.dumps(content))
    code, found = label(points=tmp_path / "coco.json")
    assert code == 1
    assert [(one["id"], one["file_name"]) for one in found["images"]] == [
        (70, "a.png"), (60, "c.png"),
    ]  # fmt: skip
    assert pixels(found) == {"a.png": {900: [[2, 2]], 800: [[3, 5]]}, "c.png": {}}
    assert [one["category_id"] for one in found["annotations"]] == [18, 18]
    assert found["categories"] == content["categories"]


def test_an_object_of_an_unknown_category_alone_is_nameless(made, label, tmp_path):
    content = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 18, "point": [1, 1]},
            {"id": 2, "image_id": 1, "category_id": 99, "point": [3, 3]},
        ],
        "categories": [{"id": 18, "name": "dog"}],
    }
    (tmp_path / "coco.json").write_text(json.dumps(content))
    _, found = label(points=tmp_path / "coco.json")
    names = {one["id"]: one["name"] for one in found["categories"]}
    assert [names[one["category_id"]] for one in found["annotations"]] == ["dog", "object"]


def coco(file_name, *annotations, categories=(), **size):
    image = {"id": 1, "file_name": file_name} | size
    entries = [{"id": n, "image_id": 1} | one for n, one in enumerate(annotations, start=7)]
    return json.dumps({"images": [image], "annotations": entries, "categories": categories})


def test_categories_of_one_name_and_unknown_ones_keep_their_ids(made, label, tmp_path):
    categories = [
        {"id": 1, "name": "left", "supercategory": "arm"},
        {"id": 3, "name": "left", "supercategory": "leg"},
    ]
    asked = [{"category_id": c, "point": [c % 8, 2]} for c in (1, 3, 94)]
    asked.append({"point": [5, 5]})
    (tmp_path / "coco.json").write_text(coco("a.png", *asked, categories=categories))
    code, found = label(points=tmp_path / "coco.json")
    assert code == 0
    assert [one["category_id"] for one in found["annotations"]] == [1, 3, 94, 95]
    unnamed = [{"id": number, "name": "object"} for number in (94, 95)]
    assert found["categories"] == categories + unnamed


def test_an_object_outside_the_photo_is_named_and_the_others_are_done(
    made, label, tmp_path, capsys
):
    asked = [{"point": [1, 1]}, {"bbox": [40, 2, 9, 2]}]
    (tmp_path / "coco.json").write_text(coco("a.png", *asked, width=8, height=6))
    for _ in range(2):
        code, found = label(points=tmp_path / "coco.json")
        assert (code, pixels(found)) == (1, {"a.png": {7: [[1, 1]]}})
        told = capsys.readouterr().err
        assert "annotation 8 at (x=44.5, y=3) is outside the 8×6 photo" in told
        assert "Its other objects are done" in told
    assert made.names == ["a.png"]


def test_a_photo_of_another_size_than_the_file_gives_is_refused(made, label, tmp_path, capsys):
    (tmp_path / "coco.json").write_text(coco("a.png", {"point": [1, 1]}, width=6, height=8))
    code, found = label(points=tmp_path / "coco.json")
    assert (code, found["images"]) == (1, [])
    assert "a.png is 8×6 but its points are of 6×8 (turned on" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["in\\a.png", "C:\\data\\a.png", "A.PNG"])
def test_a_photo_is_found_by_a_name_of_windows(name, made, label, tmp_path):
    (tmp_path / "coco.json").write_text(coco(name, {"point": [1, 1]}))
    code, found = label(points=tmp_path / "coco.json")
    assert (code, pixels(found)) == (0, {"a.png": {7: [[1, 1]]}})


@pytest.mark.parametrize("suffix", ["tif", "TIFF", "webp", "jp2", "JPG"])
def test_vocs_photos_may_be_of_every_kind_that_is_read(suffix, made, label, photos, tmp_path):
    with Image.open(photos[0]) as image:
        image.save(tmp_path / "in" / f"d.{suffix}")
    (tmp_path / "Annotations").mkdir()
    (tmp_path / "Annotations" / "D.xml").write_text("<annotation></annotation>")
    code, found = label(points=tmp_path / "Annotations")
    assert (code, pixels(found)) == (0, {f"d.{suffix}": {}})


def test_names_that_end_in_the_same_way_are_not_one_photo(made, label, tmp_path, capsys):
    lists = {"train/a.png": [[1, 1]], "val/a.png": [[3, 3]], "val/c.png": [[2, 2]]}
    (tmp_path / "some.json").write_text(json.dumps(lists))
    code, content = label(points=tmp_path / "some.json")
    assert (code, pixels(content)) == (1, {"c.png": {1: [[2, 2]]}})
    told = capsys.readouterr().err
    assert "2 of 3 photos failed" in told
    assert f"{tmp_path / 'in' / 'train' / 'a.png'} does not exist" in told
    assert "left out: 2 photos" in told


def test_an_absolute_name_is_told_from_the_folder_if_it_lies_in_there(
    made, photos, tmp_path, monkeypatch, capsys
):
    (tmp_path / "outside.png").write_bytes(photos[0].read_bytes())
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "outside.png")
    names = [tmp_path / "in" / "a.png", tmp_path / "in" / "link.png", tmp_path / "outside.png"]
    lists = {str(name): [[1, 1]] for name in names}
    (tmp_path / "some.json").write_text(json.dumps(lists))
    monkeypatch.chdir(tmp_path)
    assert run("in", "--points", "some.json", "-o", "out.json") == 0
    content = json.loads((tmp_path / "out.json").read_text())
    told = [image["file_name"] for image in content["images"]]
    assert told == ["a.png", "link.png", (tmp_path / "outside.png").as_posix()]
    assert "left out: 2 photos" in capsys.readouterr().err


def test_vocs_annotations_are_points_at_the_centres_of_the_boxes(made, label, tmp_path):
    box = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>4</xmax><ymax>2</ymax></bndbox>"
    (tmp_path / "Annotations").mkdir()
    for name in ("a", "lost"):
        text = f"<annotation><object><name>dog</name>{box}</object></annotation>"
        (tmp_path / "Annotations" / f"{name}.xml").write_text(text)
    (tmp_path / "Annotations" / "c.xml").write_text("<annotation>")
    code, content = label(points=tmp_path / "Annotations")
    assert (code, pixels(content)) == (1, {"a.png": {1: [[1, 2]]}})
    assert [one["name"] for one in content["categories"]] == ["dog"]
