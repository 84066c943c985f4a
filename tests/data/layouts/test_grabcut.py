import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import DataError
from clickmend.data.layouts.grabcut import open_grabcut


def test_a_boundary_in_a_palette_of_greys_is_read_by_its_greys(published, tmp_path):
    truth = published("grabcut")
    with Image.open(tmp_path / "boundary_GT" / "banana1.bmp") as stored:
        levels = np.asarray(stored)
    image = Image.fromarray(np.searchsorted([0, 128, 255], levels).astype(np.uint8))
    image.putpalette([0, 0, 0, 128, 128, 128, 255, 255, 255])
    image.save(tmp_path / "boundary_GT" / "banana1.bmp")
    sample = open_grabcut(tmp_path).read("banana1")
    np.testing.assert_array_equal(sample.ignore, truth.ignore["banana1"])
    np.testing.assert_array_equal(sample.ids, truth.masks["banana1"][1])


def test_there_are_no_splits(published):
    with pytest.raises(DataError, match=r"no split 'val': GrabCut.*Leave it out"):
        open_grabcut(published("grabcut").root, "val")
