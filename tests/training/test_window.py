"""Tests of the windows that training views are cut by."""

import cv2
import numpy as np

from clickmend.training.window import Window


def test_a_whole_window_of_the_photos_size_is_the_photo(rng: np.random.Generator) -> None:
    image = rng.integers(0, 255, (40, 60, 3), np.uint8)
    window = Window(30, 20, 60, 40)
    assert np.array_equal(window.read(image, (40, 60)), image)
    mirrored = Window(30, 20, 60, 40, mirrored=True).read(image, (40, 60))
    assert np.array_equal(mirrored[:, 1:], image[:, :0:-1])


def test_a_part_of_the_photo_is_cut_and_scaled(rng: np.random.Generator) -> None:
    values = rng.random((40, 60)).astype(np.float32)
    seen = Window(30, 20, 20, 10).read_map(values, (10, 20))
    assert np.array_equal(seen, values[15:25, 20:40])
    twice = Window(30, 20, 20, 10).read_nearest(values, (20, 40), outside=np.nan)
    wanted = cv2.resize(values[15:25, 20:40], (40, 20), interpolation=cv2.INTER_NEAREST)
    assert (twice == wanted).mean() > 0.2
    assert set(twice.ravel()) <= set(values.ravel())


def test_beyond_the_photo_nothing_counts() -> None:
    window = Window(0, 20, 40, 40)
    inside = window.read_mask(np.ones((40, 40), bool), (40, 40))
    assert not inside[:, :19].any()
    assert inside[:, 21:].all()
    depth = window.read_nearest(np.ones((40, 40), np.float32), (40, 40), outside=np.nan)
    assert np.isnan(depth[:, :19]).all()
