"""``clickmend label --sequence``."""

import json
import shutil

import numpy as np
import pytest
from label_command import run, told
from PIL import Image

from clickmend.data import read_index, read_mask, write_mask
from clickmend.projects.labelling import open_project
from clickmend.projects.store import Store

SIZE = (64, 96)


def disk(x):
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    return (columns - x) ** 2 + (rows - 30) ** 2 < 14**2


@pytest.fixture
def frames(tmp_path):
    """Three frames, whose names have no zeros in front, and the first mask."""
    folder = tmp_path / "film"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number, x in zip((8, 9, 10), (30, 36, 42), strict=True):
        photo = np.array([60, 120, 50]) + rng.normal(0, 10, (*SIZE, 1))
        photo[disk(x)] = (230, 60, 40)
        Image.fromarray(photo.clip(0, 255).astype(np.uint8)).save(folder / f"{number}.png")
    write_mask(tmp_path / "first.png", disk(30))
    return folder


@pytest.fixture
def follow(frames, tmp_path):
    def call(*words, out="out"):
        mask = ("--priors", tmp_path / "first.png")
        words = words or mask
        return run(frames, "--task", "interactive", "--sequence", "-o", tmp_path / out, *words)

    return call


def lines(folder):
    return [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]


def files(folder):
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


def test_each_frame_gets_a_mask_and_a_confidence(follow, tmp_path, capsys):
    assert follow("--priors", tmp_path / "first.png", "--summary", tmp_path / "sum.json") == 0
    found = lines(tmp_path / "out")
    assert [one["photo"] for one in found] == ["8.png", "9.png", "10.png"]
    assert found[0]["confidence"] == 1
    for one, x in zip(found, (30, 36, 42), strict=True):
        mask = read_mask(tmp_path / "out" / one["output"])
        assert (mask & disk(x)).sum() / (mask | disk(x)).sum() > 0.6
    assert "Least sure: " in told(capsys)
    assert json.loads((tmp_path / "sum.json").read_text())["new"] == 3


def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(follow, frames, tmp_path):
    last = (frames / "10.png").read_bytes()
    (frames / "10.png").unlink()
    assert follow() == 0
    (frames / "10.png").write_bytes(last)
    assert follow("--priors", tmp_path / "first.png", "--summary", tmp_path / "sum.json") == 0
    assert json.loads((tmp_path / "sum.json").read_text())["new"] == 1
    assert follow(out="whole") == 0
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_a_frame_or_mask_that_changed_is_done_again_with_all_after_it(follow, frames, tmp_path):
    assert follow() == 0
    before = files(tmp_path / "out")
    (tmp_path / "out" / "9.png").write_bytes(b"")
    assert follow() == 0
    assert files(tmp_path / "out") == before
    Image.open(frames / "8.png").rotate(180).save(frames / "9.png")
    assert follow("--priors", tmp_path / "first.png", "--summary", tmp_path / "sum.json") == 0
    assert json.loads((tmp_path / "sum.json").read_text())["new"] == 3
    assert files(tmp_path / "out")["8.png"] == before["8.png"]


def test_a_film_that_has_become_shorter_is_listed_as_it_is(follow, frames, tmp_path):
    assert follow() == 0
    before = files(tmp_path / "out")
    (frames / "10.png").unlink()
    assert follow() == 0
    assert [one["photo"] for one in lines(tmp_path / "out")] == ["8.png", "9.png"]
    shutil.copy(frames / "9.png", frames / "10.png")
    assert follow() == 0
    assert [one["photo"] for one in lines(tmp_path / "out")] == ["8.png", "9.png", "10.png"]
    assert files(tmp_path / "out")["9.png"] == before["9.png"]


def test_another_film_of_the_same_names_is_refused_and_one_that_was_moved_is_not(
    follow, frames, tmp_path, capsys
):
    assert follow() == 0
    before = files(tmp_path / "out")
    other = frames.rename(tmp_path / "moved")
    words = ["--task", "interactive", "--sequence", "-o", tmp_path / "out"]
    more = ["--priors", tmp_path / "first.png", "--summary", tmp_path / "sum.json"]
    assert run(other, *words, *more) == 0
    assert json.loads((tmp_path / "sum.json").read_text())["new"] == 0
    shutil.copytree(other, frames)
    Image.open(frames / "9.png").rotate(180).save(frames / "9.png")
    assert follow() == 1
    assert "whose 9.png is another frame" in told(capsys)
    assert follow() == 1
    assert files(tmp_path / "out") == before
    assert follow("--priors", tmp_path / "first.png", "--fresh") == 0
    assert files(tmp_path / "out") != before


def test_a_frame_that_cannot_be_read_is_listed_and_the_others_are_followed(
    follow, frames, tmp_path, capsys
):
    assert follow() == 0
    good = (frames / "9.png").read_bytes()
    (frames / "9.png").write_bytes(b"no picture")
    words = ("--priors", tmp_path / "first.png", "--summary", tmp_path / "sum.json")
    assert follow(*words) == 1
    assert "1 of 3 photos failed: 9.png: " in told(capsys)
    assert [one.get("failed", "")[:11] for one in lines(tmp_path / "out")] == [
        "",
        "",
        str(frames)[:11],
    ]
    summary = json.loads((tmp_path / "sum.json").read_text())
    assert (summary["items"], summary["failed"]) == (3, 1)
    assert summary["failures"][0]["name"] == "9.png"
    mask = read_mask(tmp_path / "out" / "10.png")
    assert (mask & disk(42)).sum() / (mask | disk(42)).sum() > 0.6
    (frames / "9.png").write_bytes(good)
    assert follow() == 0
    assert follow(out="whole") == 0
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_a_first_frame_that_cannot_be_read_ends_the_command(follow, frames, capsys):
    (frames / "8.png").write_bytes(b"no picture")
    assert follow() == 1
    assert "8.png is not a picture" in told(capsys)


def test_other_marks_are_another_run(follow, tmp_path, capsys):
    assert follow() == 0
    write_mask(tmp_path / "first.png", disk(33))
    assert follow() == 1
    assert "start over with --fresh" in told(capsys)
    assert follow("--priors", tmp_path / "first.png", "--fresh") == 0


def test_marks_are_of_the_first_frame(follow, tmp_path, capsys):
    marks = tmp_path / "marks.json"
    marks.write_text('{"8.png": [[30, 30]]}')
    assert follow("--marks", marks) == 0
    assert read_mask(tmp_path / "out" / "8.png")[30, 30]
    marks.write_text('{"9.png": [[30, 30]]}')
    assert follow("--marks", marks, out="other") == 1
    assert "Those of a sequence are of its first frame, 8.png" in told(capsys)
    marks.write_text('{"8.png": [{"x": 3, "y": 4, "object": 0}]}')
    assert follow("--marks", marks, out="other") == 1
    assert "A mark is of the object 0" in told(capsys)


def test_objects_with_ids_are_written_with_them(follow, tmp_path):
    ids = np.zeros(SIZE, np.uint8)
    ids[disk(30)], ids[50:, 70:] = 2, 5
    Image.fromarray(ids).save(tmp_path / "ids.png")
    assert follow("--priors", tmp_path / "ids.png") == 0
    assert read_index(tmp_path / "out" / "9.png")[30, 36] == 2
    assert sorted(lines(tmp_path / "out")[1]["confidences"]) == ["2", "5"]


def test_masks_in_a_folder_are_found_by_the_name_of_the_first_frame(follow, tmp_path, capsys):
    (tmp_path / "masks").mkdir()
    assert follow("--priors", tmp_path / "masks") == 1
    assert "holds no mask of the first frame, 8.png" in told(capsys)
    write_mask(tmp_path / "masks" / "8.png", disk(30))
    assert follow("--priors", tmp_path / "masks") == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--jobs", "2"), "each frame of a sequence needs the one before it"),
        (("--task", "depth"), "a sequence of the task 'depth' cannot be followed"),
        (("--adapt-keys", "2"), "it has no meaning for a sequence"),
        ((), "nothing says where the object is on the first frame"),
    ],
)
def test_what_a_sequence_has_no_use_for_is_refused(frames, tmp_path, capsys, words, reason):
    line = (frames, "--task", "interactive", "--sequence", "-o", tmp_path / "out", *words)
    assert run(*line) == 2
    assert reason in told(capsys)


def test_two_frames_of_one_name_are_refused(follow, frames, capsys):
    Image.open(frames / "8.png").convert("RGB").save(frames / "8.bmp")
    assert follow() == 1
    assert "Two frames would be written to 8.png" in told(capsys)


def test_a_project_on_the_masks_has_the_least_sure_frames_first(follow, frames, tmp_path):
    assert follow() == 0
    file = tmp_path / "out" / "labels.jsonl"
    changed = lines(tmp_path / "out")
    for line, sure in zip(changed, (1, 0.2, 0.7), strict=True):
        line["confidence"] = sure
    file.write_text("".join(json.dumps(line) + "\n" for line in changed) + "no JSON\n")
    store = Store(tmp_path / "home")
    project = open_project(
        store, "film", photos=[frames], task="interactive", priors=tmp_path / "out"
    )
    from clickmend.projects.store.images import Query

    _, images = store.images.listed(project.id, Query(sort="uncertainty"))
    assert [(one.name, round(one.uncertainty, 3)) for one in images] == [
        ("9.png", 0.8), ("10.png", 0.3), ("8.png", 0.0)
    ]  # fmt: skip
    store.close()
