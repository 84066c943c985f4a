import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import DataError
from clickmend.data.layouts.berkeley import open_berkeley


@pytest.mark.parametrize("mark", "-_#")
def test_two_objects_of_one_photo_are_two_samples(mark, published, tmp_path):
    truth = published("berkeley")
    second = tmp_path / "masks" / f"3096{mark}2.png"
    Image.fromarray(~truth.masks["3096"][1]).save(second)
    dataset = open_berkeley(tmp_path)
    assert set(dataset.names) == {"24063", "3096", f"3096{mark}2"}
    one, two = dataset.read("3096"), dataset.read(f"3096{mark}2")
    np.testing.assert_array_equal(one.image, two.image)
    np.testing.assert_array_equal(one.ids + two.ids, 1)


def test_a_mask_without_a_photo_is_refused(published, tmp_path):
    published("berkeley")
    (tmp_path / "masks" / "3096.png").rename(tmp_path / "masks" / "55-1.png")
    with pytest.raises(DataError, match=r"images/55-1\.jpg is missing \(1 of 3 files"):
        open_berkeley(tmp_path)
