"""Tests of what the network says of one view."""

import numpy as np
import pytest

from clickmend.feedback.crop import Crop
from clickmend.tasks.interactive.looks import MOST_PX, Look


def look(width, height, rng):
    logits = rng.normal(size=(32, 64)).astype(np.float32)
    return Look(Crop(0, 0, width, height, 64, 32), logits, {}, None)


def test_in_a_view_of_few_pixels_an_object_is_seen_at_each(rng):
    seen = look(1000, 1000, rng)
    assert seen.coarse is seen.spread
    assert seen.spread.shape == (1000, 1000)


@pytest.mark.parametrize(
    ("size", "coarse"), [((1200, 1000), (600, 500)), ((4000, 3000), (1000, 750))]
)
def test_in_a_large_view_every_few_pixels_are_seen_as_one(size, coarse, rng):
    seen = look(*size, rng)
    assert seen.coarse.shape == coarse[::-1]
    assert seen.coarse.size <= MOST_PX
    step = size[0] // coarse[0]
    np.testing.assert_allclose(
        seen.coarse, seen.spread[step // 2 :: step, step // 2 :: step], atol=0.3
    )
