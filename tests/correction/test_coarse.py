"""The region of a click with a class, found on every few pixels of a large window."""

import numpy as np
import pytest

from clickmend.correction import coarse
from clickmend.correction.classes import class_region, scores_in
from clickmend.correction.coarse import class_region_within
from clickmend.correction.connected import part_at
from clickmend.correction.values import window_around

SIDE = 900
RADIUS_PX = 400
PLACE_PX = 150.0


@pytest.fixture
def scene(rng):
    """A bright disk that is shown as class 0, a network that leans to class 1 there."""
    rows, columns = np.indices((SIDE, SIDE))
    disk = np.hypot(rows - 450, columns - 430) < 200
    photo = np.full((SIDE, SIDE, 3), 60, np.uint8)
    photo[disk] = 190
    photo += rng.integers(0, 20, photo.shape, np.uint8)
    small = disk[4::9, 4::9].astype(np.float32)
    output = np.stack([np.full_like(small, 1.0), small, np.full_like(small, -2.0)])
    shown = np.zeros((SIDE, SIDE), np.int32)
    shown[:, :100] = 2
    return shown, output, photo, disk


def found(scene, others=()):
    shown, output, photo, _ = scene
    window = window_around(430.2, 451.7, RADIUS_PX, height=SIDE, width=SIDE)
    return class_region_within(shown, output, photo, 1, window, others, place_px=PLACE_PX)


def test_a_window_that_is_not_large_is_weighed_pixel_by_pixel(scene, monkeypatch):
    monkeypatch.setattr(coarse, "MOST_SIDE_PX", SIDE)
    shown, output, photo, _ = scene
    window = window_around(430.2, 451.7, RADIUS_PX, height=SIDE, width=SIDE)
    scores = scores_in(output, window, height=SIDE, width=SIDE)
    place = window.place
    plain = class_region(shown[place], scores, photo[place], 1, window, (), place_px=PLACE_PX)
    assert np.array_equal(found(scene).mask, plain.mask)


@pytest.mark.parametrize("others", [(), ((520.0, 450.0),)])
def test_every_few_pixels_find_what_all_pixels_find(scene, monkeypatch, others):
    coarsely = found(scene, others).mask
    monkeypatch.setattr(coarse, "MOST_SIDE_PX", SIDE)
    plain = found(scene, others).mask
    assert plain.sum() > 20_000
    assert (coarsely & plain).sum() / (coarsely | plain).sum() > 0.97


def test_the_region_is_one_part_around_its_click_and_keeps_away_from_other_clicks(
    scene, monkeypatch
):
    monkeypatch.setattr(coarse, "MOST_SIDE_PX", 100)
    others = ((520.0, 450.0),)
    region = found(scene, others)
    at = region.window.centre
    assert region.mask[at]
    assert np.array_equal(region.mask, part_at(region.mask, at))
    assert not (region.mask & ~region.window.nearer_than(others)).any()
