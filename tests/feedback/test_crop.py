"""Tests of the view and the way there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.feedback.crop import Crop, around, view_size, whole_image

sizes = st.integers(20, 900)


def test_pixel_centres_of_the_photo_map_to_pixel_centres_of_an_equal_view() -> None:
    crop = Crop(10, 20, 42, 84, 32, 64)
    assert crop.to_view(10.5, 20.5) == (0.5, 0.5)
    assert crop.to_view(41.5, 83.5) == (31.5, 63.5)


def test_reading_then_writing_gives_the_rectangle_back(rng: np.random.Generator) -> None:
    image = rng.random((90, 70)).astype(np.float32)
    crop = Crop(10, 20, 42, 84, 32, 64)
    empty = np.zeros_like(image)
    written = crop.write(crop.read(image), empty)
    np.testing.assert_array_equal(written[20:84, 10:42], image[20:84, 10:42])
    assert written.sum() == pytest.approx(image[20:84, 10:42].sum())
    assert empty.sum() == 0


def test_a_linear_ramp_survives_the_resize_both_ways() -> None:
    ramp = np.tile(np.arange(64, dtype=np.float32) + 0.5, (64, 1))
    crop = Crop(0, 0, 64, 64, 128, 96)
    view = crop.read(ramp)
    x, _ = crop.to_view(20.5, 0)
    assert view[5, int(x)] == pytest.approx(20.5, abs=0.5)
    back = crop.write(view, np.zeros_like(ramp))
    np.testing.assert_allclose(back[:, 2:-2], ramp[:, 2:-2], atol=0.3)


@given(width=sizes, height=sizes)
def test_a_view_has_whole_multiples_and_the_wanted_longer_side(width: int, height: int) -> None:
    w, h = view_size(width, height, long_side=320, multiple=32)
    assert w % 32 == 0
    assert h % 32 == 0
    assert max(w, h) == 320


@given(
    width=sizes,
    height=sizes,
    corners=st.tuples(*[st.floats(0, 1)] * 4),
    margin=st.floats(1.05, 2),
)
def test_the_view_around_an_object_holds_it_and_stays_inside(
    width: int, height: int, corners: tuple[float, float, float, float], margin: float
) -> None:
    x0, x1 = sorted(c * width for c in corners[:2])
    y0, y1 = sorted(c * height for c in corners[2:])
    crop = around((x0, y0, x1, y1), width=width, height=height, margin=margin, long_side=256)
    assert 0 <= crop.x0 <= max(0, x0)
    assert 0 <= crop.y0 <= max(0, y0)
    assert min(x1, width) <= crop.x1 <= width
    assert min(y1, height) <= crop.y1 <= height


def test_a_tiny_object_is_not_blown_up_beyond_its_pixels() -> None:
    crop = around((100, 100, 104, 104), width=640, height=480, margin=1.4, long_side=256)
    assert (crop.x1 - crop.x0, crop.y1 - crop.y0) == (64, 64)


def test_the_view_of_the_whole_image_is_the_whole_image() -> None:
    crop = whole_image(640, 480, long_side=320)
    assert (crop.x0, crop.y0, crop.x1, crop.y1) == (0, 0, 640, 480)
    assert (crop.out_w, crop.out_h) == (320, 256)
    assert crop.contains(639.9, 0)
    assert not crop.contains(640, 0)
