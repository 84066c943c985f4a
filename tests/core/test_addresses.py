"""Addresses: the words of pathlib for what lies in a store, and refusals that say what lacks."""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from clickmend.core.addresses import Address, is_address, joined, on_disk, place_at
from clickmend.core.errors import (
    DataError,
    ImageError,
    NotAvailableError,
    OptionError,
    OutputError,
)
from clickmend.core.files import (
    make_folder,
    remove_folder,
    remove_unfinished_below,
    write_atomically,
    written_atomically,
)
from clickmend.core.protocols import check_protocol

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")


@pytest.fixture(params=["memory", "local"])
def folder(request, tmp_path):
    """A folder at an address, with three files in it."""
    place = place_at(f"{request.param}://{tmp_path}/photos/")
    for name, content in {"b.txt": b"b", "a/x.txt": b"ax", "a/y/z.txt": b"ayz"}.items():
        (place / name).write_bytes(content)
    yield place
    remove_folder(place)


def test_a_path_is_a_path_and_an_address_is_an_address(tmp_path):
    assert place_at("in/a.jpg") == Path("in/a.jpg")
    assert place_at(f"file://{tmp_path}/a.jpg") == tmp_path / "a.jpg"
    assert place_at("memory://in/") == Address("memory://in")
    assert [is_address(text) for text in ("/a://b", "a::b", "C:\\a", "s3://b", "a::b://c")] == [
        *([False] * 3),
        *([True] * 2),
    ]


def test_names_are_those_of_pathlib():
    photo = place_at("memory://in") / "deep" / "a.b.jpg"
    path = PurePosixPath("in/deep/a.b.jpg")
    assert (photo.name, photo.stem, photo.suffix) == (path.name, path.stem, path.suffix)
    assert photo.parent == Address("memory://in/deep")
    assert photo.relative_to("memory://in") == PurePosixPath("deep/a.b.jpg")
    assert not photo.is_relative_to("memory://i")
    with pytest.raises(ValueError, match="is not in memory://out"):
        photo.relative_to("memory://out")
    assert photo.parent / "../c.jpg" == Address("memory://in/c.jpg")
    assert photo.parent / "/c.jpg" == Address("memory://in/deep/c.jpg")
    assert place_at("local:///in") / "c.jpg" == Address("local:///in/c.jpg")
    assert place_at("memory://in").resolve() == place_at("memory:///in").resolve()
    assert photo.is_of_one_process


def test_a_name_in_a_list_may_be_an_address_itself(tmp_path):
    assert joined(tmp_path, "memory://in/a.jpg") == Address("memory://in/a.jpg")
    assert joined(tmp_path, "a.jpg") == tmp_path / "a.jpg"
    assert joined(Address("memory://in"), "a.jpg") == Address("memory://in/a.jpg")


def test_folders_are_gone_through_in_the_order_of_os_walk(folder, tmp_path):
    here = tmp_path / "here"
    for name in ("b.txt", "a/x.txt", "a/y/z.txt"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).touch()
    walked = [(str(place.relative_to(folder)) if place != folder else ".", dirs, files)
              for place, dirs, files in folder.walk()]  # fmt: skip
    assert walked == [(os.path.relpath(*(one[0], here)), one[1], one[2]) for one in os.walk(here)]
    pruned = folder.walk()
    next(pruned)[1].clear()
    assert list(pruned) == []
    assert [one.name for one in folder.iterdir()] == ["a", "b.txt"]
    assert [one.name for one in folder.glob("*.txt")] == ["b.txt"]
    assert {one.name for one in folder.rglob("*.txt")} == {"b.txt", "x.txt", "z.txt"}
    assert list((folder / "none").glob("*")) == []


def test_what_is_there_is_told_from_what_is_not(folder):
    assert folder.is_dir()
    assert not folder.is_file()
    assert (folder / "b.txt").is_file()
    assert (folder / "b.txt").exists()
    assert not (folder / "none").exists()
    assert not (folder / "b.txt" / "c").exists()


def test_a_stamp_changes_with_the_file_and_with_nothing_else(folder):
    file = folder / "b.txt"
    before = file.stamp()
    assert before == file.stamp() == [1, before[1], ""]
    file.write_bytes(b"c")
    assert file.stamp()[0] == 1
    assert file.stamp() != before
    with pytest.raises(OSError, match="Is a directory"):
        folder.stamp()


def test_a_store_that_tells_no_dates_is_asked_for_the_content(folder, monkeypatch):
    kind = type(fsspec.core.url_to_fs(str(folder))[0])
    monkeypatch.setattr(kind, "info", lambda *_, **__: {"size": 1, "type": "file"})
    before = (folder / "b.txt").stamp()
    assert (folder / "b.txt").stamp() == before
    (folder / "b.txt").write_bytes(b"c")
    assert (folder / "b.txt").stamp() != before


def test_files_are_written_read_and_removed(folder):
    make_folder(folder / "new")
    write_atomically(folder / "new" / "c.txt", b"1\n2\n")
    with (folder / "new" / "c.txt").open() as file:
        assert list(file) == [b"1\n", b"2\n"]
    (folder / "b.txt").unlink()
    (folder / "b.txt").unlink(missing_ok=True)
    with pytest.raises(FileNotFoundError):
        (folder / "b.txt").unlink()
    (folder / "a").remove(["x.txt"])
    assert [one.name for one in (folder / "a").iterdir()] == ["y"]


def test_what_was_left_unfinished_is_removed_when_it_is_a_day_old(folder):
    left = [folder / name for name in (".b.txt.0123abcd.part", "a/.x.txt.4567cdef.part")]
    for file in left:
        file.write_bytes(b"half")
    (folder / "mine.part").write_bytes(b"whole")
    remove_unfinished_below(folder)  # another machine may be writing
    assert all(file.is_file() for file in left)
    there = not folder.is_of_one_process  # where objects are whole, nothing is left
    if there:
        for path in (*left, folder / "mine.part"):
            os.utime(path.text.removeprefix("local://"), (0, 0))
    remove_unfinished_below(folder)
    assert [file.is_file() for file in left] == [not there] * 2
    assert (folder / "mine.part").read_bytes() == b"whole"
    remove_unfinished_below(folder / "nowhere")


def test_what_fails_half_way_leaves_what_was_there(folder, monkeypatch):
    with pytest.raises(ZeroDivisionError), written_atomically(folder / "b.txt") as file:
        file.write(b"half" * (1 // 0))
    kind = type(fsspec.core.url_to_fs(str(folder))[0])
    put = "put_file" if folder.is_of_one_process else "mv"

    def fail(*_, **__):
        raise RuntimeError("the store is full")

    monkeypatch.setattr(kind, put, fail)
    with pytest.raises(OutputError, match=r"b\.txt cannot be written \(the store is full\)"):
        write_atomically(folder / "b.txt", b"new")
    assert (folder / "b.txt").read_bytes() == b"b"
    assert [one.name for one in folder.iterdir()] == ["a", "b.txt"]


def test_whatever_a_store_raises_names_the_address(folder, monkeypatch):
    kind = type(fsspec.core.url_to_fs(str(folder))[0])
    errors = []
    assert list((folder / "none").walk(errors.append)) == []
    assert errors[0].filename == f"{folder}/none"
    with pytest.raises(NotADirectoryError):
        list((folder / "b.txt").iterdir())

    def fail(*_, **__):
        raise RuntimeError("no credentials")

    monkeypatch.setattr(kind, "cat_file", fail)
    monkeypatch.setattr(kind, "info", fail)
    with pytest.raises(OSError, match="no credentials") as caught:
        (folder / "b.txt").read_bytes()
    assert caught.value.filename == f"{folder}/b.txt"
    with pytest.raises(DataError, match=r"cannot be reached \(no credentials\)"):
        folder.exists()


def test_files_are_fetched_under_their_names_and_gone_afterwards(folder, tmp_path):
    (tmp_path / "here.txt").touch()
    places = {"photo": folder / "b.txt", "prior": folder / "a/x.txt", "own": tmp_path / "here.txt"}
    with on_disk(places) as files:
        assert files["photo"].name == "b.txt"
        assert [files["photo"].read_bytes(), files["prior"].read_bytes()] == [b"b", b"ax"]
        assert files["own"] == tmp_path / "here.txt"
    assert not files["photo"].exists()
    with pytest.raises(ImageError, match=f"^{folder}/b.txt is bad"), on_disk(places) as files:
        raise ImageError(f"{files['photo']} is bad")
    with pytest.raises(FileNotFoundError), on_disk({"photo": folder / "none"}):
        pass


def test_what_was_just_read_is_not_asked_for_again(folder, monkeypatch):
    assert (folder / "b.txt").read_bytes(fetch_next=True) == b"b"
    kind = type(fsspec.core.url_to_fs(str(folder))[0])
    with monkeypatch.context() as patch:
        patch.setattr(kind, "cat_file", None)
        with on_disk({"photo": folder / "b.txt"}) as files:
            assert files["photo"].read_bytes() == b"b"
    for number in range(20):
        (folder / f"{number}.txt").write_bytes(b"")
        (folder / f"{number}.txt").read_bytes(fetch_next=True)
    (folder / "0.txt").write_bytes(b"new")
    with on_disk({"photo": folder / "0.txt"}) as files:
        assert files["photo"].read_bytes() == b"new"


def test_an_unknown_protocol_is_refused_with_some_that_are_known():
    with pytest.raises(
        OptionError, match=r"There is no protocol nonsense://\. Allowed is .* s3://"
    ):
        place_at("nonsense://bucket/photos")


def test_a_name_with_colons_is_a_name():
    assert place_at("photos::old/a.jpg") == Path("photos::old/a.jpg")


@pytest.mark.parametrize("text", ["simplecache::s3://b/x", "memory://a::memory://x.zip"])
def test_a_chain_of_addresses_is_refused(text):
    with pytest.raises(OptionError, match=r"is a chain of addresses\. One address is taken"):
        place_at(text)


@pytest.mark.parametrize(
    ("protocol", "told"),
    [
        ("s3", r'needs s3fs, which .* pip install "clickmend\[remote\]" s3fs brings it'),
        ("lakefs", r"needs a package, which is not installed\. Please install lakefs-spec"),
    ],
)
def test_a_protocol_whose_package_is_missing_names_the_command(protocol, told, monkeypatch):
    def lacks(_):
        known = sys.modules["fsspec.registry"].known_implementations
        raise ImportError(known[protocol]["err"])

    monkeypatch.setattr(fsspec, "get_filesystem_class", lacks)
    check_protocol.cache_clear()
    with pytest.raises(NotAvailableError, match=told):
        place_at(f"{protocol}://bucket/photos")


def test_without_fsspec_its_extra_is_named(monkeypatch):
    from clickmend.core import extras

    monkeypatch.setitem(sys.modules, "fsspec", None)
    check_protocol.cache_clear()
    extras.is_installed.cache_clear()
    with pytest.raises(NotAvailableError, match=r"needs fsspec.*clickmend\[remote\]"):
        place_at("s3://bucket/photos")
    extras.is_installed.cache_clear()


def test_paths_of_this_machine_load_no_fsspec(tmp_path):
    program = (
        "import sys; from pathlib import Path; from clickmend.core.addresses import place_at\n"
        "from clickmend.core.files import write_atomically\n"
        "import clickmend.cli.main, clickmend.cli.label.photos, clickmend.jobs\n"
        f"write_atomically(place_at({str(tmp_path / 'a')!r}), b'1')\n"
        "sys.exit('fsspec' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "text", ["zip://photos.zip", "zip://a.jpg::s3://bucket/photos.zip", "tar://::/data/photos.tar"]
)
def test_an_archive_is_refused_with_what_to_do_instead(text):
    with pytest.raises(OptionError, match=r"is inside an archive.*unpack it, and give the folder"):
        place_at(text)
