import json
from importlib import import_module

import numpy as np
import pytest
from PIL import Image

from clickmend.cli.main import main
from clickmend.cli.overlay import OBJECTS
from clickmend.core.errors import ModelError
from clickmend.data import decode_rle, photo_size, read_index
from clickmend.tasks.instances import InstancesPrediction


def run(*words):
    with pytest.raises(SystemExit) as end:
        main(["points", *map(str, words)])
    return end.value.code


@pytest.fixture
def asked(monkeypatch):
    """What the command asked for, newest last; the mask of an object is its point's pixel."""
    calls = []

    def instances(photo, points, labels=None, **options):
        if options["model"] == "unknown":
            raise ModelError("There are no weights named 'unknown'. Available: interactive-s.")
        calls.append({"photo": photo, "points": points, "labels": labels} | options)
        index = np.zeros((6, 8), np.int32)
        for number, (x, y) in enumerate(points, start=1):
            index[int(y), int(x)] = number
        names = None if labels is None else tuple(labels)
        return InstancesPrediction(index, tuple(points), names, photo.name)

    # The name of the room is also that of its function, so that it is looked up as a module.
    monkeypatch.setattr(import_module("clickmend.tasks.instances"), "instances", instances)
    monkeypatch.setattr("clickmend.adapters.pretrained.model_of", lambda name, *, device: name)
    return calls


@pytest.fixture
def points_file(tmp_path):
    path = tmp_path / "points.json"
    path.write_text(
        json.dumps([{"x": 2, "y": 1, "label": "cat"}, {"x": 7, "y": 5, "label": "dog"}])
    )
    return path


def test_points_become_coco_run_lengths(asked, photo, points_file, tmp_path, capsys):
    assert run(photo, points_file, "-o", tmp_path / "masks.json") == 0
    content = json.loads((tmp_path / "masks.json").read_text())
    masks = [decode_rle(entry["segmentation"]) for entry in content["annotations"]]
    assert [np.argwhere(mask).tolist() for mask in masks] == [[[1, 2]], [[5, 7]]]
    assert [entry["name"] for entry in content["categories"]] == ["cat", "dog"]
    assert content["images"][0]["file_name"] == "photo.png"
    assert capsys.readouterr() == ("", "")


def test_points_become_an_index_png(asked, photo, points_file, tmp_path):
    assert run(photo, points_file, "-o", tmp_path / "masks.png") == 0
    index = read_index(tmp_path / "masks.png")
    assert (index[1, 2], index[5, 7], (index > 0).sum()) == (1, 2, 2)


def test_the_objects_are_drawn_over_the_photo(asked, photo, points_file, tmp_path):
    assert run(photo, points_file, "--overlay", tmp_path / "look.png") == 0
    picture = np.asarray(Image.open(tmp_path / "look.png"))
    assert (tuple(picture[1, 2]), tuple(picture[5, 7])) == OBJECTS[:2]
    assert tuple(picture[0, 0]) == (90, 120, 30)
    assert (
        run(photo, points_file, "-o", tmp_path / "o.json", "--overlay", f"{tmp_path}/looks/") == 0
    )
    assert (tmp_path / "looks" / "photo.png").read_bytes() == (tmp_path / "look.png").read_bytes()
    assert (tmp_path / "o.json").is_file()


def test_the_options_reach_the_masks(asked, photo, points_file, tmp_path):
    options = ["--method", "k-means*", "--finish", "network", "--refine", "sb", "--model", "m"]
    options += ["--seed", "4", "--device", "cpu"]
    assert run(photo, points_file, *options, "-o", f"{tmp_path / 'masks'}/") == 0
    assert asked == [
        {
            "photo": photo,
            "points": ((2.0, 1.0), (7.0, 5.0)),
            "labels": ("cat", "dog"),
            "model": "m",
            "method": "k-means*",
            "finish": "network",
            "refine": "sb",
            "seed": 4,
            "device": "cpu",
        }
    ]
    assert (tmp_path / "masks" / "photo.json").is_file()


def test_json_is_one_line_with_the_run_lengths_of_each_object(asked, photo, points_file, capsys):
    assert run(photo, points_file, "--json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    masks = [decode_rle(entry.pop("rle")) for entry in told["instances"]]
    assert [np.argwhere(mask).tolist() for mask in masks] == [[[1, 2]], [[5, 7]]]
    assert told == {
        "photo": str(photo),
        "size": [8, 6],
        "masks": None,
        "instances": [
            {"x": 2.0, "y": 1.0, "label": "cat", "area": 1},
            {"x": 7.0, "y": 5.0, "label": "dog", "area": 1},
        ],
    }


def test_a_failure_is_one_line_and_code_1(asked, photo, points_file, tmp_path, capsys):
    assert run(photo, points_file, "--model", "unknown", "-o", tmp_path / "masks.json") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("clickmend: There are no weights named 'unknown'.")
    assert run(photo, tmp_path / "none.json", "-o", tmp_path / "masks.json") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "none.json cannot be read" in line
    assert not (tmp_path / "masks.json").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "the result would go nowhere"),
        (["-o", "masks.jpg"], "does not end with .json or .png"),
        (["-o", "points.json"], "holds the points and would be written over"),
        (["-o", "photo.png"], "is one of the photos and would be written over"),
        (["--overlay", "look.json"], "does not end with .png"),
        (["-o", "one.png", "--overlay", "one.png"], "2 results would be written to 'one.png'"),
    ],
)
def test_a_wrong_use_has_code_2_and_says_why(
    words, reason, asked, photo, points_file, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert run(photo, points_file, *words) == 2
    shown = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert reason in shown
    assert asked == []


def test_points_of_another_size_of_photo_and_outside_of_it_are_refused(
    asked, photo, tmp_path, capsys
):
    width, height = photo_size(photo)
    entry = {"id": 1, "image_id": 1, "category_id": 1, "point": [width, 1]}
    for size, reason in (((9, 9), "its points are of 9×9"), ((width, height), "Annotation 1 at")):
        image = {"id": 1, "file_name": photo.name, "width": size[0], "height": size[1]}
        (tmp_path / "coco.json").write_text(json.dumps({"images": [image], "annotations": [entry]}))
        assert run(photo, tmp_path / "coco.json", "-o", tmp_path / "out.json") == 1
        assert reason in capsys.readouterr().err
    assert asked == []
