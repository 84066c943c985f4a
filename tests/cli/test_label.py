"""``clickmend label``: a folder and points in, one COCO file out, in one go or several."""

import json
from functools import partial
from importlib import import_module

import numpy as np
import pytest
from label_command import pixels
from label_command import run as run_label
from PIL import Image

from clickmend.data import decode_rle, read_photo
from clickmend.tasks.instances.detection import Detected

run = partial(run_label, task="instances")


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


def test_a_command_that_was_stopped_says_so_and_goes_on(made, label, monkeypatch, capsys):
    room = import_module("clickmend.tasks.instances")
    whole = room.instances

    def stopped(photo, *rest, **options):
        if photo.name == "a.png":
            raise KeyboardInterrupt
        return whole(photo, *rest, **options)

    monkeypatch.setattr("clickmend.tasks.instances.instances", stopped)
    assert label() == (130, None)
    assert (
        "interrupted. What is done is kept; the same command continues." in capsys.readouterr().err
    )
    assert label("--fresh")[0] == 130
    assert "the same command without --fresh continues." in capsys.readouterr().err
    monkeypatch.setattr("clickmend.tasks.instances.instances", whole)
    _, content = label()
    assert made.names == ["c.png", "c.png", "a.png"]
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
        (["--finish", "propagation"], "no finish 'propagation'. Available: none, network."),
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
def finishes():
    """How the masks of what a detector finds were asked to be made, of each photo."""
    return []


@pytest.fixture
def detector(made, finishes, monkeypatch):
    """The photos in which a detector was asked for objects; it finds one, then another class."""
    asked = []

    def detect(photo, *, model, finish):
        finishes.append(finish)
        image = read_photo(photo)
        masks = np.zeros((1, *image.shape[:2]), bool)
        masks[0, len(asked), 2] = True
        asked.append(photo.name)
        name = ("cat", "dog")[len(asked) % 2]
        return Detected(masks, np.array([0]), (name,), np.ones(1, np.float32), np.zeros((1, 4)))

    monkeypatch.setattr("clickmend.tasks.instances.detect", detect)
    return asked


@pytest.mark.parametrize(
    ("words", "finish"), [([], "network"), (["--finish", "propagation"], "propagation")]
)
@pytest.mark.usefixtures("photos", "detector")
def test_masks_of_what_is_found_are_made_as_asked(words, finish, finishes, tmp_path):
    run(tmp_path / "in", "-o", tmp_path / "out.json", "--model", "finder.json", *words)
    assert set(finishes) == {finish}


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
        "not a point",
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
    assert "does not name the photos of its points" in capsys.readouterr().err


def test_the_masks_are_those_of_instances(label, tmp_path):
    """With the network itself, on photos too small for anything but the point."""
    code, content = label("--device", "cpu")
    assert code == 1
    assert len(content["annotations"]) == 3
    for one in content["annotations"]:
        x, y = one["point"]
        assert decode_rle(one["segmentation"])[int(y), int(x)]
