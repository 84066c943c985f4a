"""The file of finished runs: what is read back, what is dropped and what is refused."""

import json

import pytest

from clickmend.core.errors import OptionError, OutputError
from clickmend.jobs import RunLog, forget_runs

COMMON = {"clicks": 20, "weights": "abc"}


def open_log(path, **changes):
    return RunLog(path, common=COMMON | changes, key=("image", "setting"))


def record(image, value=0.1 + 0.2):
    return {"image": image, "setting": "none", "iou": [value, 1.0]}


def test_what_was_appended_is_found_again_by_its_key_and_unchanged(tmp_path):
    path = tmp_path / "new" / "runs.jsonl"
    open_log(path).append(record("a"))
    log = open_log(path)
    assert ("a", "none") in log
    assert ("b", "none") not in log
    assert log["a", "none"] == record("a")


def test_the_file_has_one_json_line_for_what_is_common_and_one_for_each_run(tmp_path):
    log = open_log(tmp_path / "runs.jsonl")
    log.append(record("a"))
    log.append(record("b"))
    lines = [json.loads(line) for line in log.path.read_text().splitlines()]
    assert lines == [{"common": COMMON}, record("a"), record("b")]


@pytest.mark.parametrize("lost", [1, 10])
def test_a_last_line_that_was_cut_off_is_dropped_and_written_again(tmp_path, lost):
    path = tmp_path / "runs.jsonl"
    log = open_log(path)
    log.append(record("a"))
    log.append(record("b"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-lost])

    log = open_log(path)
    assert ("a", "none") in log
    assert ("b", "none") not in log
    log.append(record("b"))
    assert path.read_bytes() == whole


def test_a_header_that_was_cut_off_is_written_again(tmp_path):
    path = tmp_path / "runs.jsonl"
    path.write_text('{"comm')
    open_log(path)
    assert json.loads(path.read_text()) == {"common": COMMON}


def test_runs_of_other_weights_are_refused(tmp_path):
    path = tmp_path / "runs.jsonl"
    open_log(path).append(record("a"))
    with pytest.raises(OptionError, match=r"weights = abc, and now weights = def is asked"):
        open_log(path, weights="def")


def test_a_file_without_a_run_is_begun_anew(tmp_path):
    path = tmp_path / "runs.jsonl"
    open_log(path)
    open_log(path, weights="def")
    assert path.read_text() == json.dumps({"common": COMMON | {"weights": "def"}}) + "\n"


FOREIGN = [
    "hello\n",
    "hello",
    '{"clicks": 3}\n',
    '{"my": "notes"}',
    '{"common": "words", "rare": "ones"}',
    '{"common": {}, "rare": {}}\n{"cut',
    '{"commo\n',
]


@pytest.mark.parametrize("content", [*FOREIGN, '{"common": {}}\n[1]\n{"cut'])
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "runs.jsonl"
    path.write_text(content)
    with pytest.raises(OptionError, match=r"runs\.jsonl exists and is no list of runs"):
        open_log(path)
    assert path.read_text() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"kept in .*runs\.jsonl: File exists"):
        open_log(tmp_path / "file" / "runs.jsonl")


def test_a_file_that_has_become_a_folder_is_named_when_a_run_is_appended(tmp_path):
    log = open_log(tmp_path / "runs.jsonl")
    log.path.unlink()
    log.path.mkdir()
    with pytest.raises(OutputError, match="Is a directory"):
        log.append(record("a"))


def test_the_records_come_in_the_order_in_which_they_were_written(tmp_path):
    log = open_log(tmp_path / "runs.jsonl")
    for image in "bca":
        log.append(record(image))
    assert [one["image"] for one in open_log(tmp_path / "runs.jsonl")] == ["b", "c", "a"]


def test_forgotten_runs_are_made_again(tmp_path):
    open_log(tmp_path / "runs.jsonl").append(record("a"))
    forget_runs(tmp_path / "runs.jsonl")
    forget_runs(tmp_path / "runs.jsonl")
    assert ("a", "none") not in open_log(tmp_path / "runs.jsonl")


@pytest.mark.parametrize("content", FOREIGN)
def test_a_file_of_another_kind_is_not_removed(tmp_path, content):
    path = tmp_path / "runs.jsonl"
    path.write_text(content)
    with pytest.raises(OptionError, match=r"runs\.jsonl exists and is no list of runs, so it is"):
        forget_runs(path)
    assert path.read_text() == content


def test_runs_that_cannot_be_removed_are_named(tmp_path):
    with pytest.raises(OutputError, match=r"runs in .* cannot be removed"):
        forget_runs(tmp_path)
