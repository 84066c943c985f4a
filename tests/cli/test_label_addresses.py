"""``clickmend label`` of photos that lie in a store: the same bytes as of a folder."""

import json
import tempfile
from functools import partial

import pytest
from label_command import run as run_label
from label_command import told
from PIL import Image

from clickmend.core.addresses import Address, place_at
from clickmend.core.files import remove_folder

pytest.importorskip("fsspec", reason="fsspec is not installed")

MARKS = {"a.png": [[1, 2]], "b": ["5,5"], "deep/c.png": [[4, 3]]}


run = partial(run_label, task="interactive")


def contents(folder):
    """What lies below, without what is kept of the job."""
    return {
        one.relative_to(str(folder)).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if ".clickmend" not in str(one) and (not isinstance(one, type(folder)) or one.is_file())
    }


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of this machine with photos and marks in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    for name in ("a.png", "b.png", "deep/c.png"):
        place = tmp_path / "here" / "in" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6), (90, 120, 30)).save(place)
    (tmp_path / "here" / "marks.json").write_text(json.dumps(MARKS))
    return tmp_path / "here"


@pytest.fixture(params=["memory", "local"])
def there(request, here):
    """The same at an address."""
    root = place_at(f"{request.param}://{here.parent}/there")
    for one in here.rglob("*"):
        if one.is_file():
            (root / one.relative_to(here).as_posix()).write_bytes(one.read_bytes())
    yield root
    remove_folder(root)


def test_labels_and_list_at_an_address_are_those_of_a_folder(here, there, sessions):
    for root in (here, there):
        assert run(root / "in", "--marks", root / "marks.json", "-o", f"{root / 'out'}/") == 0
    assert contents(there / "out") == contents(here / "out")
    assert len(contents(here / "out")) == 4
    assert len(sessions) == 6
    assert not [one for one in (here.parent / "tmp").iterdir() if not one.name[10:].isdigit()]


def test_the_same_command_goes_on_and_sees_what_has_changed(there, sessions, capsys):
    words = [there / "in", "--marks", there / "marks.json", "-o", there / "out/{name}-mask.png"]
    assert run(*words, "--summary", there / "summary.json") == 0
    assert run(*words) == 0
    assert len(sessions) == 3
    (there / "in" / "a.png").write_bytes(b"")
    assert run(*words, "--summary", there / "summary.json") == 1
    assert "is empty" in told(capsys)
    summary = json.loads((there / "summary.json").read_bytes())
    assert (summary["kept"], summary["failed"]) == (2, 1)
    assert summary["failures"][0]["name"] == f"{there}/in/a.png"
    assert (there / "out" / "deep" / "c-mask.png").is_file()


def test_a_manifest_may_lie_here_or_there_and_name_addresses(here, there, sessions):
    entries = [
        {"photo": f"{there}/in/a.png", "marks": [[1, 2]]},
        {"photo": "in/b.png", "marks": [[5, 5]], "prior": f"{there}/in/b.png", "output": "b.png"},
    ]
    text = "\n".join(map(json.dumps, entries)).encode()
    for root in (here, there):
        place = root / "list.jsonl"
        place.write_bytes(text)
        assert run(place, "-o", f"{root}/out-{place.stem}/") == 0
        assert set(contents(root / "out-list")) == {"a.png", "b.png", "labels.jsonl"}


def test_priors_at_an_address_are_paired_by_name(there, sessions, capsys):
    (there / "old" / "deep" / "c.png").write_bytes((there / "in" / "a.png").read_bytes())
    assert run(there / "in", "--priors", there / "old", "-o", f"{there}/out/") == 1
    assert f"{there}/old holds no prior of a.png" in told(capsys)
    assert [one.prior.name for one in sessions] == ["c.png"]


def test_instances_go_to_one_file_at_an_address_and_keep_their_ids(here, there, made):
    lists = {"b.png": [[1, 1]], "a.png": [[3, 3]]}
    whole = (here / "in" / "a.png").read_bytes()
    for root in (here, there):
        (root / "points.json").write_bytes(json.dumps(lists).encode())
        words = [root / "in", "--points", root / "points.json", "-o", root / "found/out.json"]
        (root / "in" / "b.png").write_bytes(b"")
        assert run(*words, task="instances") == 1  # b is damaged, so a is the first object
        (root / "points.json").write_bytes(json.dumps({"c.png": [[0, 0]], **lists}).encode())
        for name in ("b.png", "c.png"):
            (root / "in" / name).write_bytes(whole)
        assert run(*words, task="instances") == 0
    assert made.names == ["a.png", "c.png", "b.png"] * 2
    for name in ("out.json", "out.jsonl"):
        assert (there / "found" / name).read_bytes() == (here / "found" / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["nonsense://in", "-o", "out/"], 2, "There is no protocol nonsense://"),
        (["in", "-o", "nonsense://out/"], 2, "There is no protocol nonsense://"),
        (["memory://nowhere", "-o", "out/"], 2, "is no folder and no manifest"),
        (["memory://in", "-o", "memory://in/"], 2, "holds what is read"),
        (["memory://in", "-o", "out/", "--jobs", 2], 2, "lies in the memory of one process"),
        (["in", "-o", "memory://out/", "--engine", "ray"], 2, "lies in the memory of one process"),
        (["in", "-o", "out/", "--sequence", "--marks", "memory://in/a"], 2, "is an address, and a"),
        (["in", "-o", "out/", "--marks", "memory://none.json"], 1, "The marks memory://none.json"),
    ],
)
def test_a_wrong_use_says_why(words, code, reason, here, sessions, monkeypatch, capsys):
    monkeypatch.chdir(here)
    photo = place_at("memory://in/a.png")
    photo.write_bytes(b"")
    assert run(*words) == code
    assert reason in told(capsys)
    remove_folder(photo.parent)
    assert sessions == []


def test_a_store_that_does_not_answer_is_told(here, sessions, monkeypatch, capsys):
    import fsspec

    def fail(*_, **__):
        raise RuntimeError("no credentials")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "info", fail)
    assert run("memory://in", "-o", here / "out") == 1
    assert "memory://in cannot be reached (no credentials)" in told(capsys)


def test_a_list_that_cannot_be_put_is_told(there, sessions, monkeypatch, capsys):
    put = Address.put

    def fail(place, source):
        if place.name == "labels.jsonl":
            raise OSError(5, "the store is full")
        put(place, source)

    monkeypatch.setattr(Address, "put", fail)
    words = [there / "in", "--marks", there / "marks.json", "-o", f"{there}/out/"]
    assert run(*words) == 1
    assert "labels.jsonl cannot be written (the store is full)" in told(capsys)


def test_places_of_this_machine_are_completed(here, monkeypatch):
    from clickmend.cli.places import complete_place

    monkeypatch.chdir(here)
    assert complete_place("") == ["in/", "marks.json"]
    assert complete_place("ma") == ["marks.json"]
    assert complete_place("s3://") == []


def test_two_machines_at_one_address_each_put_a_whole_list_of_their_photos(there, sessions):
    """They had one place for what became the list, and either could be left with the other's."""
    kept = there / "out" / ".clickmend" / "label"
    (kept / "labels.jsonl").write_bytes(b"of another machine, which has more photos")
    words = [there / "in", "--marks", there / "marks.json", "-o", f"{there}/out/"]
    assert run(*words) == 0
    assert len((there / "out" / "labels.jsonl").read_bytes().splitlines()) == 3
    assert (kept / "labels.jsonl").is_file()
