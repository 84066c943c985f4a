"""Files that would be written twice or over others, whatever they are called."""

import unicodedata

import pytest

from clickmend.core.errors import DataError
from clickmend.jobs import collisions
from clickmend.jobs.item_file import ItemFile
from clickmend.jobs.items import Item

LETTERS = [
    ("a.png", "A.PNG"),
    *((unicodedata.normalize(form, "é.png"), "É.png") for form in ("NFC", "NFD")),
]


@pytest.fixture
def file(tmp_path):
    return ItemFile(tmp_path / "items.jsonl")


def of_photos(folder, *pairs):
    return [
        Item(output, {"photo": str(folder / photo)}, output=str(folder / output))
        for photo, output in pairs
    ]


def test_two_items_of_one_name_are_refused(file):
    with pytest.raises(DataError, match="'a' is there twice"):
        file.write([Item(name, {}) for name in "aba"])
    assert not file.path.exists()


def test_two_results_in_one_file_are_refused(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    items = [Item("a", {}, output="x.png"), Item("b", {}, output=str(tmp_path / "x.png"))]
    with pytest.raises(DataError, match=r"Two results would be written to .*x\.png"):
        file.write(items)


def test_a_result_in_the_place_of_a_photo_is_refused(file):
    items = [Item("a", {"photo": "in/a.png"}, output="in/b.png"), Item("b", {"photo": "in/b.png"})]
    with pytest.raises(DataError, match=r"in/b\.png would be written over a photo"):
        file.write(items)


def test_a_result_in_the_place_of_a_photo_is_refused_where_a_link_leads_there(file, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").touch()
    (tmp_path / "out").symlink_to("in")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "b.png").symlink_to(tmp_path / "in" / "a.png")
    for photo, output in (("in/a.png", "out/a.png"), ("linked/b.png", "in/a.png")):
        with pytest.raises(DataError, match=r"a\.png would be written over a photo"):
            file.write(of_photos(tmp_path, (photo, output)))
    with pytest.raises(DataError, match=r"b\.png would be written over a photo"):  # over its link
        file.write(of_photos(tmp_path, ("linked/b.png", "linked/b.png")))


def test_two_results_in_one_file_are_refused_where_a_link_leads_there(file, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "other").symlink_to("one")
    with pytest.raises(DataError, match="Two results would be written to"):
        file.write(of_photos(tmp_path, ("a.png", "one/x.png"), ("b.png", "other/x.png")))


@pytest.mark.parametrize("names", LETTERS)
def test_names_of_other_letters_are_two_files_where_the_file_system_says_so(
    file, tmp_path, names, monkeypatch
):
    (tmp_path / "out").mkdir()
    items = of_photos(tmp_path, *((name, f"out/{name}") for name in names))
    assert file.write(items) == 2
    assert not [*(tmp_path / "out").iterdir()]
    monkeypatch.setattr(collisions, "_are_one", lambda *_: True)
    with pytest.raises(DataError, match=r"Two results would be written to .*, which is .* there"):
        file.write(items)
    over = of_photos(tmp_path, (names[0], names[1]))
    with pytest.raises(DataError, match="would be written over a photo"):
        file.write(over)


def test_one_file_under_two_names_is_one(tmp_path):
    (tmp_path / "a.png").touch()
    (tmp_path / "A.png").hardlink_to(tmp_path / "a.png")
    assert collisions._are_one(str(tmp_path / "a.png"), str(tmp_path / "A.png"))
    assert not collisions._are_one(str(tmp_path / "x" / "a.png"), str(tmp_path / "X" / "a.png"))
