"""Tests of ``clickmend refine``, with small networks on disk."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
import torch
from PIL import Image

from clickmend.cli.main import main
from clickmend.networks import ARCHITECTURES, Card, save
from clickmend.networks.weights.cards import Refinement

LABELS = ("sky", "road", "car")
OPTIONS = {"semantic": {"classes": 3}}


@pytest.fixture
def folder(tmp_path, rng):
    """A photo, priors of all tasks and a network for each dense task."""
    Image.fromarray(rng.integers(0, 255, (64, 96, 3)).astype(np.uint8)).save(tmp_path / "a.png")
    Image.fromarray(np.zeros((64, 96), np.uint8)).save(tmp_path / "labels.png")
    trimap = np.full((64, 96), 128, np.uint8)
    trimap[:8], trimap[-8:] = 0, 255
    Image.fromarray(trimap).save(tmp_path / "trimap.png")
    Image.fromarray(rng.integers(900, 4000, (64, 96)).astype(np.uint16)).save(
        tmp_path / "depth.png"
    )
    np.save(tmp_path / "depth.npy", np.full((64, 96), 2.0, np.float32))
    for task in ("semantic", "matting", "depth"):
        torch.manual_seed(0)
        network = ARCHITECTURES[f"{task}-unet"](**OPTIONS.get(task, {})).eval()
        card = Card(
            name=f"{task}-tiny",
            task=task,
            architecture=f"{task}-unet",
            options=OPTIONS.get(task, {}),
            sha256="",
            parameters=1,
            dtype="float32",
            view_px=96,
            labels=LABELS if task == "semantic" else (),
            range_m=(0.3, 10.0) if task == "depth" else None,
            refinement=Refinement(
                default="bmsb", at=("decoder.2",), learning_rates={"bmsb": 0.1}, iterations=5
            ),
            training_data=(),
            terms="",
            stages=(),
            scores={},
            made=datetime.now(UTC).date(),
            commit="",
        )
        save(network, card, tmp_path)
    return tmp_path


def run(folder, task, *words):
    options = ["--task", task, "--model", folder / f"{task}-tiny.json", *words]
    with pytest.raises(SystemExit) as end:
        main(["refine", str(folder / "a.png"), *map(str, options)])
    return end.value.code


@pytest.mark.parametrize(("task", "prior"), [("semantic", "labels.png"), ("depth", "depth.png")])
def test_without_a_mark_the_prior_comes_out_as_it_went_in(folder, task, prior):
    assert run(folder, task, "--prior", folder / prior, "-o", folder / "out.png") == 0
    before, after = (np.asarray(Image.open(folder / name)) for name in (prior, "out.png"))
    np.testing.assert_array_equal(after, before)


def test_depth_in_metres_goes_in_and_out_as_npy(folder):
    options = ["--prior", folder / "depth.npy", "--depth-scale", 1]
    assert run(folder, "depth", *options, "--at", "40,30:2.2@9", "-o", folder / "out.npy") == 0
    mended = np.load(folder / "out.npy")
    assert mended.dtype == np.float32
    assert mended[30, 40] > 2.05
    assert (mended[:15] == 2.0).all()


def test_a_class_is_given_by_name_and_by_index(folder):
    for number, label in enumerate(["road", "1"]):
        out = folder / f"{number}.png"
        at = ["--prior", folder / "labels.png", "--at", f"40,30:{label}@9"]
        assert run(folder, "semantic", *at, "-o", out) == 0
    first, second = (np.asarray(Image.open(folder / name)) for name in ("0.png", "1.png"))
    assert first[30, 40] == 1
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("classes", ["soil, crop,road", "classes.txt"])
def test_a_class_map_has_classes_of_its_own(folder, classes):
    (folder / "classes.txt").write_text("soil\ncrop\t#00ff00\n\nroad\n")
    if classes.endswith(".txt"):
        classes = folder / classes
    options = ["--prior", folder / "labels.png", "--classes", classes]
    marks = ["--at", "10,10 20,10=crop@2", "--at", "80,50:2@9", "--at", "80,50=road"]
    assert run(folder, "semantic", *options, *marks, "-o", folder / "out.png") == 0
    labels = np.asarray(Image.open(folder / "out.png"))
    assert (labels[10, 15], labels[50, 80], labels[30, 0]) == (1, 2, 0)


def test_own_classes_need_no_prior_and_begin_with_none(folder):
    assert run(folder, "semantic", "--classes", "soil,crop", "-o", folder / "out.png") == 0
    assert (np.asarray(Image.open(folder / "out.png")) == 255).all()


def test_own_classes_that_are_none_fail_in_one_line_and_write_nothing(folder, capsys):
    for task, classes, reason in (
        ("semantic", "soil,2", "class 1 has the name '2'. A name is not empty and not a number"),
        ("depth", "soil,crop", "classes is an option of the task 'semantic', not of 'depth'."),
    ):
        assert run(folder, task, "--classes", classes, "-o", folder / "out.png") == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"clickmend: {reason}")
    assert not (folder / "out.png").exists()


def test_a_stroke_paints_exactly_erases_and_leaves_what_is_protected(folder):
    kept = np.zeros((64, 96), np.uint8)
    kept[:, 60:] = 255
    Image.fromarray(kept).save(folder / "kept.png")
    options = ["--prior", folder / "depth.npy", "--protect", folder / "kept.png"]
    marks = ["--at", "20,30 80,30=3.5@4", "--at", "30,30:erase@2"]
    assert run(folder, "depth", *options, *marks, "-o", folder / "out.npy") == 0
    mended = np.load(folder / "out.npy")
    assert mended[30, 20] == np.float32(3.5)
    assert mended[30, 30] == 2
    assert (mended[kept > 0] == 2).all()
    assert (mended[36:] == 2).all()


def test_matting_takes_a_trimap_and_pushes(folder, capsys):
    options = ["--trimap", folder / "trimap.png", "--at", "40,30:up", "--json"]
    assert run(folder, "matting", *options, "-o", folder / "alpha.png") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["task"] == "matting"
    assert told["marks"] == [{"x": 40.0, "y": 30.0, "direction": "up"}]
    with Image.open(folder / "alpha.png") as alpha:
        assert (alpha.mode, alpha.size) == ("L", (96, 64))


def test_a_task_without_what_it_needs_fails_in_one_line_and_writes_nothing(folder, capsys):
    assert run(folder, "matting", "-o", folder / "alpha.png") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("clickmend: Matting has neither a trimap nor a prior.")
    assert not (folder / "alpha.png").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--at", "1,1:road"], "the result would go nowhere"),
        (["--at", "1,1", "-o", "out.png"], "is no mark of the task 'semantic'"),
        (["-o", "out.tif"], "does not end with .png or .npy"),
        (["-o", "out.png", "--classes", "soil,,crop"], "'soil,,crop' has an empty name"),
        (["-o", "out.png", "--classes", "soil,soil"], "The class 'soil' appears 2 times"),
        (["-o", "out.png", "--classes", "none.txt"], "The classes cannot be read from none.txt"),
    ],
)
def test_a_wrong_use_has_code_2_and_says_why(words, reason, folder, capsys):
    assert run(folder, "semantic", *words) == 2
    assert reason in " ".join(capsys.readouterr().err.replace("│", " ").split())
