"""``clickmend label`` of what ``clickmend refine`` makes: the same files, of many photos."""

import json
import os
import pickle
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from label_command import run, told
from PIL import Image

from clickmend.cli.label.instances import Finding
from clickmend.cli.label.mending import Mending
from clickmend.cli.main import main
from clickmend.data import read_mask
from clickmend.networks import ARCHITECTURES, Card, save
from clickmend.networks.weights.cards import Refinement


@pytest.fixture
def folder(tmp_path):
    """Photos of 8 × 6 pixels, one of them in a folder of its own."""
    for name in ("a.png", "b.png", "deep/c.png"):
        place = tmp_path / "in" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6), (90, 120, 30)).save(place)
    return tmp_path / "in"


@pytest.fixture
def marks(tmp_path):
    """Marks of the photos, each in another way."""
    lists = {
        "a.png": [[1, 2], {"x": 4, "y": 3, "label": "foreground"}],
        "b": ["5,5"],
        "deep/c.png": [{"type": "box", "x0": 1, "y0": 1, "x1": 3, "y1": 4}],
    }
    path = tmp_path / "marks.json"
    path.write_text(json.dumps(lists))
    return path


@pytest.fixture
def label(folder, marks, tmp_path, sessions):
    """Labels the folder with clicks; the code, and the pixels of each mask by its name."""

    def call(*words, photos=folder, out=tmp_path / "out"):
        code = run(photos, "--task", "interactive", "-o", out, *words)
        found = {
            path.relative_to(out).as_posix(): np.argwhere(read_mask(path))[:, ::-1].tolist()
            for path in sorted(Path(out).rglob("*.png"))
        }
        return code, found

    return call


MASKS = {
    "a.png": [[1, 2], [4, 3]],
    "b.png": [[5, 5]],
    "deep/c.png": [[1, 1], [2, 1], [1, 2], [2, 2], [1, 3], [2, 3]],
}


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_folder_becomes_a_folder_of_masks_and_a_list_of_them(label, marks, tmp_path, sessions):
    assert label("--marks", marks) == (0, MASKS)
    listed = lines(tmp_path / "out" / "labels.jsonl")
    assert [(one["photo"], one["output"]) for one in listed] == [(name, name) for name in MASKS]
    assert {len(one["photo_sha256"]) for one in listed} == {64}
    assert len(sessions) == 3
    assert label("--marks", marks) == (0, MASKS)
    assert len(sessions) == 3


def test_what_changed_is_labelled_again(label, marks, folder, sessions):
    label("--marks", marks)
    lists = json.loads(marks.read_text())
    marks.write_text(json.dumps(lists | {"b": [[0, 0]]}))
    Image.new("RGB", (8, 6), "white").save(folder / "a.png")
    _, found = label("--marks", marks)
    assert found == MASKS | {"b.png": [[0, 0]]}
    assert len(sessions) == 5


def test_a_pattern_names_each_result(folder, marks, tmp_path, sessions):
    target = tmp_path / "out" / "x" / "{name}-mask.png"
    assert run(folder, "--task", "interactive", "--marks", marks, "-o", target) == 0
    assert (tmp_path / "out" / "x" / "deep" / "c-mask.png").is_file()
    assert (tmp_path / "out" / "x" / "labels.jsonl").is_file()


def test_every_option_reaches_the_session(label, marks, sessions):
    label("--marks", marks, "--refine", "sb", "--adapt-keys", 3, "--device", "cpu")
    one = sessions[0]
    assert one.options == {
        "task": "interactive", "model": None, "refine": "sb", "device": "cpu",
    }  # fmt: skip
    assert one.more["adapt_keys"] == 3


def test_a_photo_without_marks_is_left_out_and_told(label, marks, capsys):
    marks.write_text('{"a.png": [[1, 2]]}')
    assert label("--marks", marks) == (0, {"a.png": [[1, 2]]})
    assert "Without marks and priors, so left out: 2 photos" in told(capsys)


def test_marks_of_nothing_that_is_there_are_failures(label, marks, tmp_path, capsys):
    names = {"a.png": [[1, 2]], "a": [[3, 3]], "c.png": [[1, 1]], "other/b.png": [[1, 1]]}
    marks.write_text(json.dumps(names))
    code, found = label("--marks", marks)
    assert (code, list(found)) == (1, ["deep/c.png"])
    told_all = told(capsys)
    assert "3 of 4 photos failed" in told_all
    for name in ("a.png", "a", "other/b.png"):
        assert f"has marks of {name!r}, and no photo of" in told_all


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ([9, 1], "outside the 8×6 image"),
        ("here", "is no mark of the task 'interactive'"),
        ([1], "is no mark of the task"),
        ({"x": "1", "y": 2}, "is no mark of the task"),
        ({"x": 1, "y": 2, "lable": "foreground"}, "is no mark of the task"),
        (None, "is no mark of the task"),
    ],
)
def test_a_mark_that_is_none_fails_its_photo_alone(mark, reason, label, marks, capsys):
    lists = json.loads(marks.read_text())
    marks.write_text(json.dumps(lists | {"b": [mark]}))
    code, found = label("--marks", marks)
    assert (code, list(found)) == (1, ["a.png", "deep/c.png"])
    assert reason in told(capsys)


def test_a_damaged_photo_is_told_with_its_reason_in_the_summary_too(
    label, marks, folder, tmp_path, capsys
):
    (folder / "b.png").write_bytes(b"")
    code, found = label("--marks", marks, "--summary", tmp_path / "summary.json")
    assert (code, list(found)) == (1, ["a.png", "deep/c.png"])
    assert "b.png is empty" in told(capsys)
    listed = lines(tmp_path / "out" / "labels.jsonl")
    assert "is empty" in listed[1]["failed"]
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["items"], summary["new"], summary["failed"]) == (3, 2, 1)
    assert summary["failures"][0]["name"] == str(folder / "b.png")
    assert (summary["engine"], summary["failures_left_out"]) == ("serial", 0)


def test_other_options_need_a_fresh_start(label, marks, capsys):
    label("--marks", marks)
    assert label("--marks", marks, "--refine", "sb")[0] == 1
    assert "holds runs with refine = None, and now refine = sb is asked" in told(capsys)
    assert label("--marks", marks, "--refine", "sb", "--fresh")[0] == 0


def test_priors_are_paired_by_name_and_one_that_lacks_is_a_failure(
    label, marks, folder, tmp_path, sessions, capsys
):
    (tmp_path / "old" / "deep").mkdir(parents=True)
    for name in ("a.png", "deep/c.png"):
        Image.new("L", (8, 6)).save(tmp_path / "old" / name)
    code, found = label("--priors", tmp_path / "old")
    assert (code, list(found)) == (1, ["a.png", "deep/c.png"])
    assert sorted(str(one.prior) for one in sessions) == [
        str(tmp_path / "old" / name) for name in ("a.png", "deep/c.png")
    ]
    assert "holds no prior of b.png" in told(capsys)


def manifest(tmp_path, *entries):
    path = tmp_path / "list.jsonl"
    path.write_text("\n".join(map(json.dumps, entries)) + "\n\n")
    return path


def test_a_manifest_says_what_belongs_to_each_photo(label, tmp_path, sessions):
    Image.new("L", (8, 6)).save(tmp_path / "old.png")
    file = manifest(
        tmp_path,
        {"photo": "in/a.png", "marks": [[1, 2]], "output": "first.png"},
        {"photo": "in/a.png", "marks": ["4,3"], "prior": "old.png", "output": "x/second.png"},
        {"photo": str(tmp_path / "in" / "b.png"), "marks": [[5, 5]]},
    )
    code, found = label(photos=file)
    assert code == 0
    assert found == {"b.png": [[5, 5]], "first.png": [[1, 2]], "x/second.png": [[4, 3]]}
    assert [one.prior for one in sessions] == [None, tmp_path / "old.png", None]


def test_an_object_that_nothing_tells_of_fails_in_a_manifest(label, tmp_path, capsys):
    code, found = label(photos=manifest(tmp_path, {"photo": "in/a.png"}))
    assert (code, found) == (1, {})
    assert "neither marks nor a prior" in told(capsys)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (["text"], r"line 1 is .* no line of a manifest"),
        ([{"photo": "in/a.png"}, {"photo": 3}], "line 2 is"),
        ([{"photo": "in/a.png", "priors": "x"}], "line 1 is"),
        ([{"photo": "in/a.png", "marks": {}}], "line 1 is"),
        ([{"photo": "in/a.png", "output": "../x.png", "marks": []}], "is no output"),
        ([{"photo": "in/a.png", "output": "x.jpg", "marks": []}], "is no output"),
        ([{"photo": "in/a.png", "marks": [[1, 1]]}] * 2, "is there twice"),
    ],
)
def test_a_manifest_that_is_none_is_refused_before_anything_is_done(
    entries, reason, label, tmp_path, sessions, capsys
):
    assert label(photos=manifest(tmp_path, *entries)) == (1, {})
    assert re.search(reason, told(capsys))
    assert sessions == []


def test_a_line_with_marks_twice_is_refused_and_says_so(label, tmp_path, capsys):
    file = tmp_path / "list.jsonl"
    file.write_text('{"photo": "in/a.png", "marks": [[1, 1]], "marks": []}')
    assert label(photos=file) == (1, {})
    assert "no line of a manifest ('marks' is there twice in one object" in told(capsys)


@pytest.mark.parametrize("task", ["interactive", "instances"])
def test_a_photo_whose_name_is_not_utf_8_is_refused_and_named(tmp_path, sessions, capsys, task):
    (tmp_path / "in").mkdir()
    (tmp_path / "points.json").write_text('{"b.png": [[1, 1]]}')
    try:
        (tmp_path / "in" / "a\udcff.png").touch()
    except OSError:
        pytest.skip("The file system holds no such name.")  # macOS
    out = tmp_path / ("out.json" if task == "instances" else "out")
    given = [] if task == "interactive" else ["--points", tmp_path / "points.json"]
    assert run(tmp_path / "in", "--task", task, *given, "-o", out) == 1
    assert "is not valid UTF-8" in told(capsys)


def test_a_folder_without_photos_is_a_failure(tmp_path, sessions, capsys):
    (tmp_path / "none").mkdir()
    assert run(tmp_path / "none", "--task", "interactive", "-o", tmp_path / "out") == 1
    assert "There is nothing to label" in told(capsys)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--task", "interactive", "-o", "in"], "holds what is read"),
        (["--task", "interactive", "-o", "out.txt"], "is no folder"),
        (["--task", "interactive", "-o", "out/{name}.txt"], "does not end with .png"),
        (["--task", "interactive", "-o", "out", "--seed", 3], "it is not of the task"),
        (["--task", "interactive", "-o", "out", "--finish", "none"], "it is not of the task"),
        (["--task", "instances", "-o", "out.json", "--priors", "old"], "it is not of the task"),
        (["--task", "instances", "-o", "out.json"], "nothing says where the objects are"),
        (["--task", "nonsense", "-o", "out"], "'nonsense'"),
    ],
)
def test_a_wrong_use_has_code_2_and_says_why(
    words, reason, folder, tmp_path, monkeypatch, sessions, capsys
):
    monkeypatch.chdir(tmp_path)
    assert run("in", *words) == 2
    assert reason in told(capsys)


def test_results_among_photos_are_refused_and_no_photo_is_left_out_silently(
    label, folder, marks, capsys
):
    before = (folder / "deep/c.png").read_bytes()
    assert run(folder, "--marks", marks, "-o", folder / "deep", task="interactive") == 2
    assert "holds pictures itself, such as c.png" in told(capsys)
    assert (folder / "deep/c.png").read_bytes() == before
    for _ in range(2):  # its own results are no photos
        assert label("--marks", marks, out=folder / "new") == (0, MASKS)


def test_a_summary_that_cannot_be_written_is_told_before_anything_is_done(label, marks, tmp_path):
    (tmp_path / "file").touch()
    assert label("--marks", marks, "--summary", tmp_path / "file/sum.json") == (1, {})
    assert label("--marks", marks, "--summary", tmp_path / "a/b/sum.json") == (0, MASKS)
    assert json.loads((tmp_path / "a/b/sum.json").read_text())["new"] == 3


def test_a_manifest_takes_no_second_list(tmp_path, marks, sessions, capsys):
    file = manifest(tmp_path, {"photo": "in/a.png"})
    words = [file, "--task", "interactive", "-o", tmp_path / "out", "--marks", marks]
    assert run(*words) == 2
    assert "a manifest says itself" in told(capsys)


def test_one_process_cannot_be_several(label, marks, capsys):
    assert label("--marks", marks, "--engine", "serial", "--jobs", "2") == (2, {})
    assert "'serial' is one process, and 2 are asked for" in told(capsys)


def test_an_engine_that_is_not_there_is_named(label, marks, capsys):
    assert label("--marks", marks, "--engine", "soup")[0] == 1
    assert "There is no engine 'soup'. Available: " in told(capsys)


@pytest.mark.parametrize("content", ["[", "[]", '{"a.png": 3}'])
def test_marks_that_are_no_list_by_photo_are_refused(content, label, marks, capsys):
    marks.write_text(content)
    assert label("--marks", marks) == (1, {})
    assert "{photo: [marks]}" in told(capsys)


def test_marks_that_are_not_there_are_refused(label, tmp_path, capsys):
    assert label("--marks", tmp_path / "none.json") == (1, {})
    assert "cannot be read" in told(capsys)


@pytest.mark.parametrize("kind", [Mending, Finding])
def test_the_work_travels_to_other_processes(kind):
    work = kind("depth", "depth-s 0123", {"refine": None}, "cpu", 1, model="depth-s")
    assert pickle.loads(pickle.dumps(work)).common() == work.common()


@pytest.fixture
def network(tmp_path):
    """The card of a small network of depth."""
    card = Card(
        name="depth-tiny", task="depth", architecture="depth-unet", sha256="", parameters=1,
        dtype="float32", view_px=64, range_m=(0.5, 10.0), training_data=(), terms="none",
        refinement=Refinement(default="none", at=("decoder.2",), learning_rates={}, iterations=1),
        stages=(), scores={},
        made=datetime.now(UTC).date(), commit="0",
    )  # fmt: skip
    save(ARCHITECTURES["depth-unet"]().eval(), card, tmp_path)
    return tmp_path / "depth-tiny.json"


def test_the_files_are_those_of_refine(network, tmp_path, rng):
    (tmp_path / "in").mkdir()
    (tmp_path / "old").mkdir()
    for name in ("a", "b"):
        pixels = rng.integers(0, 255, (48, 64, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / "in" / f"{name}.jpg")
        metres = rng.integers(900, 4000, (48, 64)).astype(np.uint16)
        Image.fromarray(metres).save(tmp_path / "old" / f"{name}.png")
    marks = tmp_path / "marks.json"
    marks.write_text(json.dumps({"a.jpg": ["8,6:2.5@9"], "b.jpg": [{"x": 8, "y": 6, "value": 3}]}))
    shared = ["--task", "depth", "--model", network, "--device", "cpu"]
    priors = ["--priors", tmp_path / "old", "--marks", marks]
    out = tmp_path / "out"
    assert run(tmp_path / "in", *shared, *priors, "-o", f"{out}/{{name}}.npy") == 0
    for name, mark in (("a", "8,6:2.5@9"), ("b", "8,6:3")):
        alone = tmp_path / f"{name}.npy"
        words = [tmp_path / "in" / f"{name}.jpg", *shared, "--at", mark, "-o", alone]
        with pytest.raises(SystemExit) as end:
            main(["refine", *map(str, words), "--prior", str(tmp_path / "old" / f"{name}.png")])
        assert end.value.code == 0
        assert (out / f"{name}.npy").read_bytes() == alone.read_bytes()


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["--task", "semantic"], []),
        (["--task", "semantic"], ["--jobs", "2"]),
        (["--task", "interactive", "--refine", "bmsb"], []),
    ],
    ids=["serial", "pool", "refined"],
)
def test_photos_whose_views_are_answered_together_have_the_labels_they_have_alone(
    words, more, tmp_path, rng, capsys
):
    (tmp_path / "in").mkdir()
    if "interactive" in words:
        clicks = {f"{number}.png": [[20, 9 * number], [50, 30]] for number in range(5)}
        (tmp_path / "marks.json").write_text(json.dumps(clicks))
        words = [*words, "--marks", tmp_path / "marks.json"]
    for number in range(5):
        pixels = rng.integers(0, 255, (48, 64, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / "in" / f"{number}.png")
    shared = [tmp_path / "in", *words, "--device", "cpu"]
    for name, own in {"alone": [], "together": ["--batch", "3", *more]}.items():
        assert run(*shared, "-o", tmp_path / name, *own) == 0
    made = {
        name: {file.name: file.read_bytes() for file in (tmp_path / name).glob("[!.]*")}
        for name in ("alone", "together")
    }
    assert made["together"] == made["alone"]
    assert len(made["alone"]) == 6
    capsys.readouterr()
    assert run(*shared, "-o", tmp_path / "together") == 1
    assert "holds runs with batch = 3, and now batch = None is asked for" in told(capsys)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--task", "instances", "--points", "p.json"], "it is not of the task 'instances'"),
        (["--task", "interactive", "--sequence"], "it has no meaning for a sequence"),
    ],
)
def test_what_is_not_answered_together_is_refused(words, reason, folder, tmp_path, capsys):
    assert run(folder, *words, "-o", tmp_path / "out.json", "--batch", "2") == 2
    assert reason in told(capsys)


def test_class_maps_have_classes_of_their_own(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "old").mkdir()
    Image.new("RGB", (40, 30), (90, 120, 30)).save(tmp_path / "in/a.jpg")
    Image.new("L", (40, 30), 2).save(tmp_path / "old/a.png")
    (tmp_path / "marks.json").write_text('{"a.jpg": ["5,5 9,5=crop", "8,20:soil@4"]}')
    words = [tmp_path / "in", "--task", "semantic", "--priors", tmp_path / "old"]
    words += ["--marks", tmp_path / "marks.json", "-o", tmp_path / "out"]
    assert run(*words, "--classes", "soil,crop,weed") == 0
    labels = np.asarray(Image.open(tmp_path / "out/a.png"))
    assert (labels[5, 7], labels[20, 8], labels[29, 39]) == (1, 0, 2)
    assert run(*words, "--classes", "soil,crop", "--fresh") == 1  # the prior has a third one


def test_an_option_of_another_task_fails_every_photo_and_says_whose_it_is(folder, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(folder, "--task", "depth", "--classes", "soil,crop", "-o", out) == 1
    assert "classes is an option of the task 'semantic', not of 'depth'" in told(capsys)


PROGRAM = """
import os, sys
from clickmend.cli.label.mending import Mending
from clickmend.jobs import Item

work = Mending("semantic", "", {"refine": None}, "cpu", 1)
work.start()
item = Item("a", {"photo": sys.argv[1]}, {"photo": "a", "marks": []}, sys.argv[2])
print(len(work.do(item).content) > 0, "torch" in sys.modules)
import torch
print(torch.get_num_threads())
"""


def test_a_worker_brings_torch_in_only_when_it_needs_it_and_with_its_threads(folder, tmp_path):
    photo = next(path for path in folder.iterdir() if path.suffix in (".png", ".jpg"))
    words = [sys.executable, "-c", PROGRAM, str(photo), str(tmp_path / "a.png")]
    env = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    ran = subprocess.run(words, env=env, stdout=subprocess.PIPE, text=True, check=True)
    assert ran.stdout.split() == ["True", "False", "1"]
