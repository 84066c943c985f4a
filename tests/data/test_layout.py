import pytest

from clickmend.core.errors import DataError
from clickmend.data.layout import files_by_stem, first_folder, listed, pair, without_splits


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
        pair("abc", have, have, photo_place="photos/{name}.jpg", ids_place="{name}", layout="x")


def test_a_split_where_there_is_none_is_refused():
    with pytest.raises(DataError, match="no split 'val': GrabCut has no splits"):
        without_splits("val", layout="GrabCut")
