import pytest
from label_scenes import NAME, SIZE, WHOLE, named, photo

from clickmend.core.errors import DataError, OutputError
from clickmend.data import write_mask
from clickmend.projects.formats import FORMATS
from clickmend.projects.formats.places import Photos

MASKS = FORMATS["mask-png"]


def found(written, *names, stem=False):
    return Photos(dict.fromkeys(names, SIZE)).find(written, place="labels.json", stem=stem)


def test_a_name_means_the_photo_of_that_name_or_the_only_one_with_that_last_part():
    assert found("val/a.jpg", "train/a.jpg", "val/a.jpg") == "val/a.jpg"
    assert found("a.jpg", "train/a.jpg", "val/b.jpg") == "train/a.jpg"
    assert found("images/train/a.jpg", "train/a.jpg") == "train/a.jpg"
    assert found("./a.jpg", "a.jpg") == "a.jpg"
    assert found("c.jpg", "a.jpg") is None
    assert found("a.png", "a.jpg") is None
    assert found("", "a.jpg") is None


def test_labels_of_another_folder_are_of_another_photo():
    assert found("val/a.jpg", "train/a.jpg") is None
    assert found("images/val/a.jpg", "train/a.jpg", "val/a.jpg") == "val/a.jpg"
    assert found("a.jpg", "a.jpg", "val/a.jpg") == "a.jpg"
    assert found("x/b/a.jpg", "b/a.jpg", "a.jpg") == "b/a.jpg"


def test_a_backslash_parts_folders_unless_it_is_in_the_name_of_a_photo():
    assert found("train\\a.jpg", "train/a.jpg") == "train/a.jpg"
    assert found("C:\\data\\train\\a.jpg", "train/a.jpg") == "train/a.jpg"
    assert found("train\\a.jpg", "train\\a.jpg", "train/a.jpg") == "train\\a.jpg"


def test_a_name_without_ending_means_the_photo_of_that_stem():
    assert found("train/a", "train/a.jpg", stem=True) == "train/a.jpg"
    assert found("a.v2", "a.v2.jpg", "a.jpg", stem=True) == "a.v2.jpg"
    assert found("a.jpg", "a.jpg", stem=True) is None


def test_small_and_capital_letters_are_the_same_where_no_name_tells_them_apart():
    assert found("A.JPG", "t/a.jpg") == "t/a.jpg"
    assert found("T/A", "t/a.jpg", "v/a.jpg", stem=True) == "t/a.jpg"
    assert found("A.jpg", "a.jpg", "A.jpg") == "A.jpg"
    with pytest.raises(DataError, match="2 photos are named so"):
        found("A.JPG", "a.jpg", "A.jpg")


def test_a_name_of_two_photos_is_refused():
    with pytest.raises(DataError, match=r"'a.jpg', and 2 photos are named so: t/a.jpg, v/a.jpg"):
        found("a.jpg", "t/a.jpg", "v/a.jpg")


def test_labels_of_another_size_are_refused():
    photos = Photos({"a.jpg": (4, 3)})
    assert photos.size("a.jpg", None, place="x.json") == (4, 3)
    assert photos.size("a.jpg", (4, 3), place="x.json") == (4, 3)
    with pytest.raises(DataError, match=r"a.jpg is 4×3 but x.json says 3×4 \(turned on its side"):
        photos.size("a.jpg", (3, 4), place="x.json")


def test_a_file_alone_is_of_the_only_photo_whatever_its_name(tmp_path):
    write_mask(tmp_path / "old.png", WHOLE)
    (labels,) = MASKS.read(tmp_path / "old.png", photos={NAME: SIZE})
    assert labels.file_name == NAME
    with pytest.raises(DataError, match=r"no .png file that is named like a photo.*b.png"):
        list(MASKS.read(tmp_path / "old.png", photos={"b.jpg": SIZE, "c.jpg": SIZE}))


def test_two_files_of_one_photo_are_refused(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder / "train").mkdir(parents=True)
        write_mask(tmp_path / folder / "train/a.png", WHOLE)
    with pytest.raises(DataError, match=r"train/a.jpg has two files of labels"):
        list(MASKS.read(tmp_path, photos={NAME: SIZE}))


def test_two_photos_with_one_file_are_refused(tmp_path):
    one = photo(named(WHOLE, label=None))
    other = type(one)(file_name="train/a.png", size=SIZE, objects=one.objects)
    with pytest.raises(OutputError, match=r"a.png would hold the labels of train/a.jpg and of"):
        MASKS.write(tmp_path, [one, other])


def test_labels_of_one_photo_stay_in_its_folder(tmp_path):
    (file,) = MASKS.write(tmp_path / "new", [photo(named(WHOLE, label=None))])
    assert file == tmp_path / "new/train/a.png"


def test_hidden_folders_are_left_alone(tmp_path):
    (tmp_path / ".clickmend").mkdir()
    write_mask(tmp_path / ".clickmend/a.png", WHOLE)
    write_mask(tmp_path / "a.png", WHOLE)
    assert len(list(MASKS.read(tmp_path, photos={NAME: SIZE}))) == 1
