"""Tests of other cameras and other light."""

import numpy as np

from clickmend.training.colour import recolour, recolour_some


def test_a_picture_is_recoloured_by_the_generator_alone(rng: np.random.Generator) -> None:
    image = rng.integers(0, 256, (16, 16, 3), np.uint8)
    first, second, other = (recolour(image, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.dtype == np.uint8
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_some_pictures_keep_their_colours(rng: np.random.Generator) -> None:
    image = rng.integers(0, 256, (8, 8, 3), np.uint8)
    kept = [recolour_some(image, np.random.default_rng(n)) is image for n in range(100)]
    assert 0.25 < np.mean(kept) < 0.55
