import io

import numpy as np
from PIL import Image

from clickmend.cli.overlay import COLOUR, overlay, overlay_png


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


def test_the_png_holds_the_overlay(rng):
    photo = rng.integers(0, 256, (5, 4, 3), dtype=np.uint8)
    mask = np.ones((5, 4), bool)
    read = np.asarray(Image.open(io.BytesIO(overlay_png(photo, mask))))
    np.testing.assert_array_equal(read, overlay(photo, mask))
