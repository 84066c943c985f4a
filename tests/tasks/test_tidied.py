"""The sizes that tools have where none is given."""

import numpy as np

from clickmend.correction.tidying import smoothed, without_specks
from clickmend.feedback import Tidy
from clickmend.tasks.tidied import tidied_classes, tidied_mask


def test_specks_are_a_share_of_the_photo_and_smoothing_one_of_its_shorter_side(rng):
    mask = rng.random((100, 300)) > 0.6
    np.testing.assert_array_equal(
        tidied_mask(mask, Tidy("specks")), without_specks(mask, least_px=30)
    )
    np.testing.assert_array_equal(tidied_mask(mask, Tidy("smooth")), smoothed(mask, radius_px=2.0))
    tall = np.repeat(mask, 5, axis=0)
    np.testing.assert_array_equal(tidied_mask(tall, Tidy("smooth")), smoothed(tall, radius_px=3.0))


def test_a_mask_is_a_class_map_of_two(rng):
    mask = rng.random((40, 50)) > 0.5
    filled = tidied_classes(mask.astype(np.int32), Tidy("fill", 1, area_px=4), unknown=255)
    np.testing.assert_array_equal(filled == 1, tidied_mask(mask, Tidy("fill", area_px=4)))
