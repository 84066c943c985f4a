import io

import numpy as np
import pytest
from PIL import Image

from clickmend.cli.overlay import COLOUR, OBJECTS, overlay, overlay_instances, png_of


def test_outside_the_mask_the_photo_stays_and_the_border_has_the_colour(rng):
    photo = rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)
    before = photo.copy()
    mask = np.zeros((9, 9), bool)
    mask[2:7, 2:7] = True
    picture = overlay(photo, mask)
    np.testing.assert_array_equal(photo, before)
    np.testing.assert_array_equal(picture[~mask], photo[~mask])
    assert tuple(picture[2, 4]) == COLOUR
    inner = 0.55 * photo[4, 4] + 0.45 * np.array(COLOUR)
    np.testing.assert_allclose(picture[4, 4], inner, atol=0.5)


def test_the_png_holds_the_picture(rng):
    photo = rng.integers(0, 256, (5, 4, 3), dtype=np.uint8)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png_of(photo)))), photo)


def test_each_object_is_painted_as_it_would_be_alone_but_for_its_colour(rng):
    photo = rng.integers(0, 256, (12, 14, 3), dtype=np.uint8)
    index = np.zeros((12, 14), np.int32)
    index[2:9, 3:8], index[4:12, 8:13], index[9:11, 4:6] = 1, 2, len(OBJECTS) + 1
    picture = overlay_instances(photo, index)
    np.testing.assert_array_equal(picture[index == 0], photo[index == 0])
    for number in (1, 2, len(OBJECTS) + 1):
        colour = OBJECTS[(number - 1) % len(OBJECTS)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("clickmend.cli.overlay.COLOUR", colour)
            alone = overlay(photo, index == number)
        np.testing.assert_array_equal(picture[index == number], alone[index == number])


def test_the_colours_of_objects_differ():
    assert len(set(OBJECTS)) == len(OBJECTS) == 36
