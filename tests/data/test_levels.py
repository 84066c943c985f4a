"""What a page shows, to a file and back."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clickmend.data.levels import GreyPicture, every_so_many


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_grey_picture_comes_back_from_its_file(kind):
    levels = np.arange(12, dtype=kind).reshape(3, 4) * kind(20)
    assert np.array_equal(GreyPicture.of(GreyPicture(levels).png()).levels, levels)


def test_the_file_says_how_many_units_a_metre_has_where_it_is_not_a_thousand():
    levels = np.zeros((2, 3), np.uint16)
    plain, coarse = GreyPicture(levels).png(), GreyPicture(levels, 10.0).png()
    assert "units_per_m" not in Image.open(BytesIO(plain)).text
    assert Image.open(BytesIO(coarse)).text["units_per_m"] == "10"


@pytest.mark.parametrize("size", [(8, 12), (9, 13), (1, 1), (3, 2)])
@pytest.mark.parametrize("every", [1, 2, 4, 64])
def test_every_so_many_are_the_middles_of_squares_also_of_those_that_the_border_cuts(size, every):
    height, width = size
    levels = np.arange(height * width).reshape(size)
    squares = [
        [
            levels[min(y + every // 2, height - 1), min(x + every // 2, width - 1)]
            for x in range(0, width, every)
        ]
        for y in range(0, height, every)
    ]
    assert np.array_equal(every_so_many(levels, every), squares)
