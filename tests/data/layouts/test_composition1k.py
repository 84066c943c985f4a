import numpy as np
import pytest
from dense_folders import ALPHA, H, W, save, write_composition1k, write_composition1k_merged
from PIL import Image

from clickmend.core.errors import DataError
from clickmend.data import compose
from clickmend.data.layouts.composition1k import open_composition1k

TEST_SET = "Combined_Dataset/Test_set"


@pytest.mark.parametrize("below", ["", "Combined_Dataset", TEST_SET])
def test_the_folder_opens_from_each_level(below, tmp_path):
    write_composition1k(tmp_path)
    dataset = open_composition1k(tmp_path / below)
    assert len(dataset) == 40
    assert dataset.names[19:21] == ("girl-1467820_1280_19", "lace sample_0")


def test_each_foreground_lies_over_its_own_twenty_backgrounds(tmp_path):
    write_composition1k(tmp_path)
    second = tmp_path / TEST_SET / "bg" / "2007_000023.jpg"
    save(second, np.full((H, W, 3), 250, np.uint8))
    dataset = open_composition1k(tmp_path)
    foreground = np.full((H, W, 3), 140, np.uint8)
    alpha = (ALPHA / 255).astype(np.float32)
    with Image.open(second) as image:
        expected = compose(foreground, alpha, np.asarray(image))
    np.testing.assert_array_equal(dataset.read("lace sample_3").image, expected)
    np.testing.assert_array_equal(dataset.read("lace sample_2").image[:, 0], 90)


def test_colours_under_transparent_places_of_a_foreground_count(tmp_path):
    write_composition1k(tmp_path)
    colours = np.full((H, W, 4), 140, np.uint8)
    colours[:, :, 3] = 0
    save(tmp_path / TEST_SET / "Adobe-licensed images/fg/lace sample.png", colours)
    image = open_composition1k(tmp_path).read("lace sample_0").image
    np.testing.assert_array_equal(image[:, -1], 140)


def test_photos_that_were_merged_beforehand_are_read(tmp_path):
    write_composition1k_merged(tmp_path)
    merged = tmp_path / TEST_SET / "merged" / "lace sample_7.png"
    save(merged, np.full((H, W, 3), 11, np.uint8))
    image = open_composition1k(tmp_path).read("lace sample_7").image
    np.testing.assert_array_equal(image, 11)


def test_backgrounds_are_also_found_where_pascal_voc_unpacks_them(tmp_path):
    write_composition1k(tmp_path)
    voc = tmp_path / "Combined_Dataset" / "VOCdevkit" / "VOC2012"
    voc.mkdir(parents=True)
    (tmp_path / TEST_SET / "bg").rename(voc / "JPEGImages")
    assert (open_composition1k(tmp_path)[0].image[:, 0] == 90).all()


@pytest.mark.parametrize("kind", ["fg", "bg"])
def test_a_missing_list_is_named(kind, tmp_path):
    write_composition1k(tmp_path)
    (tmp_path / TEST_SET / f"test_{kind}_names.txt").unlink()
    with pytest.raises(DataError, match=rf"test_{kind}_names\.txt is missing\. Expected Comp"):
        open_composition1k(tmp_path)


def test_lists_that_do_not_fit_each_other_are_refused(tmp_path):
    write_composition1k(tmp_path)
    (tmp_path / TEST_SET / "test_bg_names.txt").write_text("2007_000000.jpg\n" * 39)
    with pytest.raises(DataError, match=r"39 backgrounds for 2 foregrounds\. Expected are 20"):
        open_composition1k(tmp_path)


def test_a_trimap_of_other_values_is_refused_and_named(tmp_path):
    write_composition1k(tmp_path)
    trimap = tmp_path / TEST_SET / "Adobe-licensed images/trimaps/lace sample_0.png"
    save(trimap, ALPHA)
    with pytest.raises(DataError, match=r"lace sample_0\.png holds 6 different .*A trimap holds 0"):
        open_composition1k(tmp_path).read("lace sample_0")
