"""What a page shows, to a file and back."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clickmend.data.levels import GreyPicture


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_grey_picture_comes_back_from_its_file(kind):
    levels = np.arange(12, dtype=kind).reshape(3, 4) * kind(20)
    assert np.array_equal(GreyPicture.of(GreyPicture(levels).png()).levels, levels)


def test_the_file_says_how_many_units_a_metre_has_where_it_is_not_a_thousand():
    levels = np.zeros((2, 3), np.uint16)
    plain, coarse = GreyPicture(levels).png(), GreyPicture(levels, 10.0).png()
    assert "units_per_m" not in Image.open(BytesIO(plain)).text
    assert Image.open(BytesIO(coarse)).text["units_per_m"] == "10"
