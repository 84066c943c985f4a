"""``clickmend label``: a folder and points in, one COCO file out, in one go or several."""

import json
from importlib import import_module

import numpy as np
import pytest
from PIL import Image

from clickmend.cli.main import main
from clickmend.data import decode_rle, read_photo
from clickmend.tasks.instances.detection import Detected


def run(*words, task="instances"):
    with pytest.raises(SystemExit) as end:
        main(["label", "--task", task, *map(str, words)])
    return end.value.code


@pytest.fixture
def points_file(tmp_path, photos):
    """Points of three photos by their names, the second of which is damaged."""
    path = tmp_path / "points.json"
    lists = {
        "c.png": [{"x": 2, "y": 1, "label": "cat"}, {"x": 7, "y": 5, "label": "dog"}],
        "b.png": [[1, 1]],
        "a.png": [[3, 3]],
    }
    path.write_text(json.dumps(lists))
    return path


@pytest.fixture
def label(tmp_path, points_file):
    """Calls the command, and reads what it wrote."""

    def call(*words, points=points_file):
        output = tmp_path / "out.json"
        code = run(tmp_path / "in", "--points", points, "-o", output, *words)
        return code, json.loads(output.read_text()) if output.exists() else None

    return call


def pixels(content):
    """File name → ids of the objects and their pixels."""
    names = {image["id"]: image["file_name"] for image in content["images"]}
    found = {name: {} for name in names.values()}
    for one in content["annotations"]:
        mask = np.argwhere(decode_rle(one["segmentation"])).tolist()
        found[names[one["image_id"]]][one["id"]] = mask
    return found


def test_a_folder_becomes_one_coco_file_and_what_failed_is_listed(made, label, capsys):
    code, content = label()
    assert code == 1
    assert pixels(content) == {"c.png": {1: [[1, 2]], 2: [[5, 7]]}, "a.png": {3: [[3, 3]]}}
    assert content["images"] == [
        {"id": 1, "file_name": "c.png", "width": 8, "height": 6},
        {"id": 2, "file_name": "a.png", "width": 8, "height": 6},
    ]
    assert content["categories"] == [
        {"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}, {"id": 3, "name": "object"},
    ]  # fmt: skip
    assert [one["category_id"] for one in content["annotations"]] == [1, 2, 3]
    told = capsys.readouterr().err
    assert "1 of 3 photos failed:" in told
    assert "b.png: " in told


def test_the_same_command_makes_only_what_is_missing_and_ids_stay(made, label, photos):
    _, before = label()
    photos[1].write_bytes(photos[0].read_bytes())
    code, after = label()
    assert code == 0
    assert made.names == ["c.png", "a.png", "b.png"]
    assert pixels(after) == pixels(before) | {"b.png": {4: [[1, 1]]}}


def test_a_command_that_was_stopped_goes_on(made, label, monkeypatch, tmp_path):
    room = import_module("clickmend.tasks.instances")
    whole = room.instances

    def stopped(photo, *rest, **options):
        if photo.name == "a.png":
            raise KeyboardInterrupt
        return whole(photo, *rest, **options)

    monkeypatch.setattr("clickmend.tasks.instances.instances", stopped)
    assert label() == (130, None)
    monkeypatch.setattr("clickmend.tasks.instances.instances", whole)
    _, content = label()
    assert made.names == ["c.png", "a.png"]
    assert list(pixels(content)) == ["c.png", "a.png"]


def test_a_photo_whose_points_change_is_made_again_and_keeps_its_id(made, label, points_file):
    label()
    lists = json.loads(points_file.read_text())
    points_file.write_text(json.dumps(lists | {"c.png": [[4, 4]]}))
    _, content = label()
    assert made.names == ["c.png", "a.png", "c.png"]
    assert {one["file_name"]: one["id"] for one in content["images"]} == {"a.png": 2, "c.png": 1}
    assert pixels(content) == {"a.png": {3: [[3, 3]]}, "c.png": {4: [[4, 4]]}}


def test_a_photo_that_was_replaced_is_made_again(made, label, photos):
    label()
    Image.new("RGB", (8, 6), "white").save(photos[0])
    label()
    assert made.names == ["c.png", "a.png", "a.png"]


def test_a_photo_of_the_same_name_in_another_folder_is_made_again(
    made, label, points_file, photos, tmp_path
):
    label()
    (tmp_path / "other").mkdir()
    Image.new("RGB", (5, 5), "white").save(tmp_path / "other" / "a.png")
    run(tmp_path / "other", "--points", points_file, "-o", tmp_path / "out.json")
    content = json.loads((tmp_path / "out.json").read_text())
    assert made.names == ["c.png", "a.png", "a.png"]
    assert [(one["file_name"], one["width"]) for one in content["images"]] == [("a.png", 5)]


def test_a_photo_that_is_no_longer_asked_for_is_left_out(made, label, points_file, capsys):
    label()
    points_file.write_text(json.dumps({"a.png": [[3, 3]]}))
    code, content = label()
    assert (code, list(pixels(content))) == (0, ["a.png"])
    assert "left out: 2 photos" in capsys.readouterr().err


def test_other_options_need_a_fresh_start(made, label, capsys):
    label()
    assert label("--seed", "3")[0] == 1
    assert "holds runs with seed = 0, and now seed = 3 is asked" in capsys.readouterr().err
    label("--seed", "3", "--fresh")
    assert made.names == ["c.png", "a.png"] * 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--method", "foo"], "no way to find parts 'foo'"),
        (["--finish", "foo"], "no finish 'foo'"),
        (["--finish", "network", "--refine", "foo"], "no refinement 'foo'"),
        (["--seed", 10**22], "The seed is 10000000000000000000000. Allowed are"),
    ],
)
def test_a_mistyped_option_leaves_nothing_behind(words, reason, made, label, tmp_path, capsys):
    assert label(*words) == (1, None)
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("words", [[], ["--fresh"]])
def test_a_file_of_another_kind_beside_the_result_is_left_alone(
    words, made, label, tmp_path, capsys
):
    (tmp_path / "out.jsonl").write_text('{"my":"notes"}')
    assert label(*words) == (1, None)
    assert "out.jsonl exists and is no list of runs" in capsys.readouterr().err
    assert (tmp_path / "out.jsonl").read_text() == '{"my":"notes"}'


@pytest.fixture
def detector(made, monkeypatch):
    """The photos in which a detector was asked for objects; it finds one, then another class."""
    asked = []

    def detect(photo, *, model):
        image = read_photo(photo)
        masks = np.zeros((1, *image.shape[:2]), bool)
        masks[0, len(asked), 2] = True
        asked.append(photo.name)
        name = ("cat", "dog")[len(asked) % 2]
        return Detected(masks, np.array([0]), (name,), np.ones(1, np.float32), np.zeros((1, 4)))

    monkeypatch.setattr("clickmend.tasks.instances.detect", detect)
    return asked


def test_without_points_a_network_finds_the_objects_by_itself(detector, photos, tmp_path, capsys):
    words = [tmp_path / "in", "-o", tmp_path / "out.json", "--model", "finder.json"]
    assert run(*words) == 1
    content = json.loads((tmp_path / "out.json").read_text())
    assert pixels(content) == {"a.png": {1: [[0, 2]]}, "c.png": {2: [[1, 2]]}}
    assert [one["name"] for one in content["categories"]] == ["dog", "cat"]
    assert [one["score"] for one in content["annotations"]] == [1.0, 1.0]
    assert "b.png: " in capsys.readouterr().err
    photos[1].write_bytes(photos[0].read_bytes())
    assert run(*words) == 0
    assert detector == ["a.png", "c.png", "b.png"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--method", "shift"], "how objects are made of points"),
        (["--seed", 3], "how objects are made of points"),
        (["--refine", "sb"], "how objects are made of points"),
    ],
)
def test_options_of_points_are_refused_without(words, reason, detector, tmp_path, capsys):
    told = [tmp_path, "-o", tmp_path / "out.json", "--model", "finder.json", *words]
    assert run(*told) == 2
    assert reason in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_every_option_reaches_the_masks(made, label):
    words = ["--method", "k-means", "--finish", "network", "--refine", "sb", "--model", "m"]
    label(*words, "--seed", "5", "--device", "cpu")
    assert made.options[0] == {
        "method": "k-means", "finish": "network", "refine": "sb", "seed": 5, "model": "m",
    }  # fmt: skip


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


def test_what_is_wrong_with_one_photo_does_not_stop_the_rest(made, label, tmp_path, capsys):
    lists = {"a.png": [[30, 1]], "none.png": [[1, 1]], "b.png": ["here"], "c.png": [[1, 1]]}
    (tmp_path / "some.json").write_text(json.dumps(lists))
    code, content = label(points=tmp_path / "some.json")
    assert (code, list(pixels(content))) == (1, ["c.png"])
    told = capsys.readouterr().err
    for reason in (
        "3 of 4 photos failed",
        "a.png: Point 1 at (x=30, y=1) is outside",
        "none.png: ",
        "no point",
    ):
        assert reason in told


def test_a_damaged_photo_without_points_is_a_failure_too(made, label, tmp_path):
    (tmp_path / "some.json").write_text(json.dumps({"b.png": [], "a.png": []}))
    code, content = label(points=tmp_path / "some.json")
    assert (code, content["annotations"]) == (1, [])
    assert [one["file_name"] for one in content["images"]] == ["a.png"]


def test_what_is_no_matter_of_one_photo_ends_the_command(made, label, monkeypatch, capsys):
    def refuse(*_, **__):
        raise RuntimeError("out of memory")

    monkeypatch.setattr("clickmend.tasks.instances.instances", refuse)
    with pytest.raises(RuntimeError, match="out of memory"):
        label()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["-o", "out.png"], "is no file for the result"),
        (["-o", "."], "is no file for the result"),
        (["-o", "points.json"], "is no file for the result"),
        (["-o", "lines.json", "--points", "lines.jsonl"], "is no file for the result"),
        (["-o", "out.json", "--task", "semantic"], "'out.json' is no folder"),
    ],
)
def test_a_wrong_use_has_code_2_and_says_why(
    words, reason, made, points_file, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lines.jsonl").write_text(points_file.read_text())
    assert run("in", "--points", "points.json", *words) == 2
    assert (tmp_path / "lines.jsonl").read_text() == points_file.read_text()
    assert reason in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert made.names == []


def test_photos_that_are_no_folder_have_code_2(made, points_file, tmp_path, capsys):
    assert run(tmp_path / "none", "--points", points_file, "-o", tmp_path / "out.json") == 2
    assert "is no folder" in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_points_of_nobody_knows_which_photo_are_refused(made, label, tmp_path, capsys):
    (tmp_path / "list.json").write_text("[[1, 2]]")
    assert label(points=tmp_path / "list.json") == (1, None)
    assert "does not say of which photos its points are" in capsys.readouterr().err


def test_the_masks_are_those_of_instances(label, tmp_path):
    """With the network itself, on photos too small for anything but the point."""
    code, content = label("--device", "cpu")
    assert code == 1
    assert len(content["annotations"]) == 3
    for one in content["annotations"]:
        x, y = one["point"]
        assert decode_rle(one["segmentation"])[int(y), int(x)]
