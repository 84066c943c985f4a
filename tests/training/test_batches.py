"""Tests of the way from arrays to tensors."""

import numpy as np
import torch

from clickmend.training.batches import stack_images, stack_maps


def test_pictures_become_channels_in_0_to_1(rng: np.random.Generator) -> None:
    images = list(rng.integers(0, 256, (3, 4, 5, 3), np.uint8))
    stacked = stack_images(images)
    assert stacked.shape == (3, 3, 4, 5)
    assert stacked.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(stacked[1, 2], torch.from_numpy(images[1][..., 2]).float() / 255)


def test_maps_become_one_channel() -> None:
    maps = stack_maps([np.array([[True, False]]), np.array([[False, False]])])
    assert maps.tolist() == [[[[1.0, 0.0]]], [[[0.0, 0.0]]]]
