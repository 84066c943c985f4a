"""Tests of training views: windows, other light, and batches of tensors."""

import cv2
import numpy as np
import torch

from clickmend.training.views import Window, recolour, recolour_some, stack_images, stack_maps


def test_a_whole_window_of_the_photos_size_is_the_photo(rng: np.random.Generator) -> None:
    image = rng.integers(0, 255, (40, 60, 3), np.uint8)
    window = Window(30, 20, 60, 40)
    assert np.array_equal(window.read(image, (40, 60)), image)
    mirrored = Window(30, 20, 60, 40, mirrored=True).read(image, (40, 60))
    assert np.array_equal(mirrored[:, 1:], image[:, :0:-1])


def test_a_part_of_the_photo_is_cut_and_scaled(rng: np.random.Generator) -> None:
    values = rng.random((40, 60)).astype(np.float32)
    seen = Window(30, 20, 20, 10).read(values, (10, 20))
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


def test_pictures_become_channels_in_0_to_1(rng: np.random.Generator) -> None:
    images = list(rng.integers(0, 256, (3, 4, 5, 3), np.uint8))
    stacked = stack_images(images)
    assert stacked.shape == (3, 3, 4, 5)
    assert stacked.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(stacked[1, 2], torch.from_numpy(images[1][..., 2]).float() / 255)


def test_maps_become_one_channel() -> None:
    maps = stack_maps([np.array([[True, False]]), np.array([[False, False]])])
    assert maps.tolist() == [[[[1.0, 0.0]]], [[[0.0, 0.0]]]]
