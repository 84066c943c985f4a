import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import DataError
from clickmend.data.layouts.folder import open_folder, open_label_folder


def test_the_second_annotator_is_read_from_masks2(published, tmp_path):
    published("folder")
    (tmp_path / "masks").rename(tmp_path / "masks2")
    assert len(open_folder(tmp_path, annotator=2)) == 2
    with pytest.raises(DataError, match=r"masks is missing\. Expected images/NAME.jpg"):
        open_folder(tmp_path)


def test_a_split_is_a_folder_below_the_root(published, tmp_path):
    root = tmp_path / "val"
    root.mkdir()
    published("folder")
    for part in ("images", "masks"):
        (tmp_path / part).rename(root / part)
    assert open_folder(tmp_path, "val").names == ("a", "b")


def test_ids_above_255_are_read_from_16_bits_and_gaps_stay(published, tmp_path):
    published("folder")
    ids = np.zeros((6, 8), np.uint16)
    ids[0, 0], ids[1, 1], ids[2, 2] = 3, 313, 255
    Image.fromarray(ids).save(tmp_path / "masks" / "a.png")
    sample = open_folder(tmp_path).read("a")
    assert [object_id for object_id, _ in sample.masks()] == [3, 313]
    assert np.argwhere(sample.ignore).tolist() == [[2, 2]]


def test_a_photo_without_a_mask_and_a_mask_without_a_photo_are_named(published, tmp_path):
    published("folder")
    (tmp_path / "masks" / "b.png").unlink()
    with pytest.raises(DataError, match=r"masks/b.png is missing \(1 of 2 files"):
        open_folder(tmp_path)
    (tmp_path / "masks" / "a.png").rename(tmp_path / "masks" / "b.png")
    (tmp_path / "images" / "a.jpg").unlink()
    (tmp_path / "masks" / "c.png").write_bytes((tmp_path / "masks" / "b.png").read_bytes())
    with pytest.raises(DataError, match=r"images/c.jpg is missing \(1 of 2 files"):
        open_folder(tmp_path)


def test_a_mask_of_another_size_is_refused_and_both_sizes_told(published, tmp_path):
    published("folder")
    Image.new("L", (4, 3)).save(tmp_path / "masks" / "a.png")
    with pytest.raises(DataError, match=r"a.png is 4×3 but its photo a.jpg is 8×6"):
        open_folder(tmp_path).read("a")


def test_a_coloured_mask_is_refused(published, tmp_path):
    published("folder")
    Image.new("RGB", (8, 6), "red").save(tmp_path / "masks" / "a.png")
    with pytest.raises(DataError, match=r"a.png is coloured"):
        open_folder(tmp_path).read("a")


def test_a_folder_of_class_maps_names_its_classes_and_255_is_ignored(published, tmp_path):
    published("folder")
    with pytest.raises(DataError, match=r"classes.txt is missing .*a class in each line"):
        open_label_folder(tmp_path)
    (tmp_path / "classes.txt").write_text("soil\ncrop\n\n")
    labels = np.ones((6, 8), np.uint8)
    labels[0], labels[1] = 0, 255
    Image.fromarray(labels).save(tmp_path / "masks" / "a.png")
    dataset = open_label_folder(tmp_path)
    assert dataset.classes == ("soil", "crop")
    sample = dataset.read("a")
    assert sample.ignore[1].all()
    assert np.unique(sample.labels[~sample.ignore]).tolist() == [0, 1]
