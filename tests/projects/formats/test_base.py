import numpy as np
import pytest
from label_scenes import NAME, SIZE, WHOLE, named, photo

from clickmend.core.errors import OutputError
from clickmend.projects.formats import FORMATS, formats_for


def test_objects_and_a_plane_together_are_refused(tmp_path):
    both = photo(named(WHOLE), plane=np.zeros(SIZE[::-1], np.int32))
    with pytest.raises(OutputError, match="are objects and a plane"):
        FORMATS["index-png"].write(tmp_path, [both])


@pytest.mark.parametrize("wrong", [np.zeros((3, 4), bool), WHOLE.astype(np.uint8)])
def test_a_mask_of_another_shape_or_type_is_refused(wrong, tmp_path):
    with pytest.raises(OutputError, match=r"Masks are bool, and all are \(9, 12\)"):
        FORMATS["mask-png"].write(tmp_path, [photo(named(wrong, label=None))])


def test_a_plane_of_another_shape_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"int64 with shape \(2, 2\)"):
        FORMATS["index-png"].write(tmp_path, [photo(plane=np.zeros((2, 2), int))])


def test_two_objects_in_a_mask_png_are_refused(tmp_path):
    two = photo(named(WHOLE, label=None), named(~WHOLE, label=None))
    with pytest.raises(OutputError, match=r"train/a.jpg, 2 objects: a mask PNG cannot hold sever"):
        FORMATS["mask-png"].write(tmp_path, [two])


def test_labels_name_the_formats_that_hold_them():
    assert "index-png" in formats_for(photo(plane=np.zeros(SIZE[::-1], np.uint8)))
    assert "mask-png" in formats_for(photo(named(WHOLE, label=None)))
    assert formats_for(photo(plane=np.zeros(SIZE[::-1], complex))) == []
    with pytest.raises(OutputError, match="plane of complex128; change that, for no format can"):
        FORMATS["mask-png"].check(photo(plane=np.zeros(SIZE[::-1], complex)))


def test_an_empty_photo_is_a_black_mask(tmp_path):
    FORMATS["mask-png"].write(tmp_path, [photo()])
    (found,) = FORMATS["mask-png"].read(tmp_path, photos={NAME: SIZE})
    assert not found.objects[0].mask.any()


def test_numbers_above_16_bits_are_refused_and_above_8_are_kept(tmp_path):
    plane = np.zeros(SIZE[::-1], np.int32)
    plane[0, 0] = 300
    FORMATS["index-png"].write(tmp_path, [photo(plane=plane)])
    (found,) = FORMATS["index-png"].read(tmp_path, photos={NAME: SIZE})
    np.testing.assert_array_equal(found.plane, plane)
    plane[0, 0] = 70_000
    with pytest.raises(
        OutputError, match="cannot hold numbers from 0 to 70000, only 0 to 65535; npy can"
    ):
        FORMATS["index-png"].write(tmp_path, [photo(plane=plane)])
    with pytest.raises(OutputError, match="numbers from -71000 to -1000, only 0 to 65535"):
        FORMATS["index-png"].write(tmp_path, [photo(plane=plane - 71_000)])
