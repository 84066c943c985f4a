import numpy as np
import pytest
from PIL import Image

from clickmend.data.layouts.davis import open_davis, sequence_of


def test_the_year_of_a_list_can_be_chosen(published):
    root = published("davis2017").root
    assert open_davis(root, "2016/val").names == ("bear/00000",)
    assert open_davis(root, "2017/val").names == open_davis(root).names


def test_void_pixels_beside_ids_are_ignored(published, tmp_path):
    published("davis2017")
    levels = np.array([[1, 255]] + [[0, 0]] * 5, np.uint8).repeat(4, axis=1)
    Image.fromarray(levels).save(tmp_path / "Annotations/480p/bike-packing/00000.png")
    sample = open_davis(tmp_path)[0]
    np.testing.assert_array_equal(sample.ids, levels == 1)
    np.testing.assert_array_equal(sample.ignore, levels == 255)


def test_an_annotation_with_alpha_is_read_by_its_greys(published, tmp_path):
    truth = published("davis")
    file = tmp_path / "Annotations/480p/bmx-trees/00000.png"
    with Image.open(file) as grey:
        with_alpha = grey.convert("RGBA")
    with_alpha.save(file)
    sample = open_davis(tmp_path).read("bmx-trees/00000")
    np.testing.assert_array_equal(sample.ids, truth.masks["bmx-trees/00000"][1])


@pytest.mark.parametrize(
    ("name", "sequence"),
    [("car-roundabout/00041", "car-roundabout"), ("car-roundabout_00041", "car-roundabout")],
)
def test_the_sequence_is_read_off_the_name(name, sequence):
    assert sequence_of(name) == sequence
