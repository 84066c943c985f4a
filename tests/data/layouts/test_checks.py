import pytest

from clickmend.core.errors import DataError
from clickmend.data.layouts.checks import (
    files_by_stem,
    first_folder,
    lines,
    listed,
    pair,
    pair_folders,
    read_json,
    require_files,
    without_splits,
)


def test_files_come_sorted_by_stem_without_hidden_and_foreign_ones(tmp_path):
    for name in ("b.JPG", "a.jpg", ".hidden.jpg", "Thumbs.db"):
        (tmp_path / name).touch()
    assert list(files_by_stem(tmp_path, (".jpg",), layout="photos")) == ["a", "b"]


def test_a_folder_without_such_a_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"holds no \.jpg or \.bmp file\. Expected photos; unpack"):
        files_by_stem(tmp_path, (".jpg", ".bmp"), layout="photos")


def test_the_first_folder_that_exists_is_taken_and_else_the_first_is_missed(tmp_path):
    (tmp_path / "b").mkdir()
    candidates = [tmp_path / "a", tmp_path / "b"]
    assert first_folder(candidates, layout="photos") == tmp_path / "b"
    with pytest.raises(DataError, match=r"/a is missing\. Expected photos; point to"):
        first_folder(candidates[:1], layout="photos")


def test_a_list_gives_the_first_word_of_each_line(tmp_path):
    (tmp_path / "val.txt").write_text("one 1\r\n\n two\n")
    assert listed(tmp_path / "val.txt", layout="lists") == ["one", "two"]


def test_a_missing_list_is_refused_with_those_that_exist(tmp_path):
    with pytest.raises(DataError, match=r"val\.txt is missing\. Expected lists; choose"):
        listed(tmp_path / "val.txt", layout="lists")
    (tmp_path / "train.txt").write_text("one")
    with pytest.raises(DataError, match=r"val\.txt is missing\. There are the splits train;"):
        listed(tmp_path / "val.txt", layout="lists")


def test_an_empty_list_is_refused(tmp_path):
    (tmp_path / "val.txt").write_text("\n")
    with pytest.raises(DataError, match=r"val\.txt is empty\. Expected lists"):
        listed(tmp_path / "val.txt", layout="lists")


def test_the_first_name_without_a_file_is_told_and_all_are_counted(tmp_path):
    have = {"a": tmp_path / "a.jpg"}
    with pytest.raises(DataError, match=r"photos/b\.jpg is missing \(2 of 3 files"):
        pair("abc", have, have, photo_place="photos/{name}.jpg", truth_place="{name}", layout="x")


def test_a_split_where_there_is_none_is_refused():
    with pytest.raises(DataError, match="no split 'val': GrabCut has no splits"):
        without_splits("val", layout="GrabCut")


def test_lines_keep_their_spaces_and_an_empty_list_of_them_is_refused(tmp_path):
    (tmp_path / "names.txt").write_text("one name.png\r\n\n two.png\n")
    assert lines(tmp_path / "names.txt", layout="names") == ["one name.png", "two.png"]
    (tmp_path / "names.txt").write_text("\n")
    with pytest.raises(DataError, match=r"names\.txt is empty\. Expected names"):
        lines(tmp_path / "names.txt", layout="names")
    with pytest.raises(DataError, match=r"other\.txt is missing\. Expected names; unpack"):
        lines(tmp_path / "other.txt", layout="names")


def test_files_that_are_missing_are_counted_and_the_first_is_named(tmp_path):
    (tmp_path / "a.jpg").touch()
    require_files([tmp_path / "a.jpg"], layout="photos")
    wanted = [tmp_path / f"{stem}.jpg" for stem in "abc"]
    with pytest.raises(
        DataError, match=r"b\.jpg is missing \(2 of 3 files like it\)\. Expected ph"
    ):
        require_files(wanted, layout="photos")
    with pytest.raises(DataError, match=r"gone is missing\. Expected photos"):
        require_files([tmp_path / "gone" / "a.jpg"], layout="photos")


def test_two_folders_are_paired_by_stem(tmp_path):
    for place in ("rgb/b.jpg", "rgb/a.png", "depth/a.png", "depth/b.png"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).touch()
    pairs = pair_folders(tmp_path / "rgb", tmp_path / "depth", layout="x")
    assert list(pairs) == ["a", "b"]
    assert pairs["a"] == (tmp_path / "rgb/a.png", tmp_path / "depth/a.png")
    (tmp_path / "depth/b.png").unlink()
    with pytest.raises(DataError, match=r"depth/b\.png is missing \(1 of 2"):
        pair_folders(tmp_path / "rgb", tmp_path / "depth", layout="x")


def test_json_that_is_missing_or_damaged_is_refused_and_named(tmp_path):
    with pytest.raises(DataError, match=r"c\.json is missing\. Expected config"):
        read_json(tmp_path / "c.json", layout="config")
    (tmp_path / "c.json").write_text("{")
    with pytest.raises(DataError, match=r"c\.json is not valid JSON .*Expected config"):
        read_json(tmp_path / "c.json", layout="config")
    (tmp_path / "c.json").write_text('{"a": 1}')
    assert read_json(tmp_path / "c.json", layout="config") == {"a": 1}
