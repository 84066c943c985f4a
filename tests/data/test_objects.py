import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import ImageError
from clickmend.data import ObjectSample
from clickmend.data.layouts.folder import open_folder

PHOTO = np.zeros((4, 4, 3), np.uint8)


def test_of_overlapping_objects_the_smaller_shows_and_both_stay_whole():
    small, large = np.zeros((4, 4), bool), np.ones((4, 4), bool)
    small[1:3, 1:3] = True
    sample = ObjectSample.from_masks("a", PHOTO, [small, large], ignore=np.zeros((4, 4), bool))
    np.testing.assert_array_equal(sample.ids, np.where(small, 1, 2))
    masks = dict(sample.masks())
    np.testing.assert_array_equal(masks[1], small)
    np.testing.assert_array_equal(masks[2], large)


def test_a_pixel_of_an_object_is_never_ignored():
    left = np.zeros((4, 4), bool)
    left[:, :2] = True
    sample = ObjectSample.from_masks("a", PHOTO, [left], ignore=np.ones((4, 4), bool))
    np.testing.assert_array_equal(sample.ignore, ~left)


def test_empty_objects_are_left_out_and_the_ids_of_the_others_stay():
    none, some = np.zeros((4, 4), bool), np.eye(4, dtype=bool)
    sample = ObjectSample.from_masks("a", PHOTO, [none, some], ignore=none)
    assert [object_id for object_id, _ in sample.masks()] == [2]


def test_a_damaged_photo_is_named_when_it_is_read(published, tmp_path):
    published("folder")
    (tmp_path / "images" / "a.jpg").write_bytes(b"no")
    dataset = open_folder(tmp_path)
    with pytest.raises(ImageError, match=r"images/a\.jpg is not a picture"):
        dataset.read("a")


def test_an_index_counts_from_the_end_and_stops_at_it(published, tmp_path):
    published("folder")
    Image.new("L", (8, 6)).save(tmp_path / "masks" / "b.png")
    dataset = open_folder(tmp_path)
    assert dataset[-1].name == "b"
    assert dataset[-1].masks() == []
    with pytest.raises(IndexError):
        dataset[2]
