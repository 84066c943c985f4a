"""Tests of what a click says of a class that no network knows, on photos of a few flat colours."""

from __future__ import annotations

import numpy as np
import pytest

from clickmend.core.types import RGB, Labels, Mask
from clickmend.correction.class_parts import FEWEST, MOST, SAMPLE_PX, colour_evidence, part_region
from clickmend.correction.values import Region, window_around

SOIL, CROP, WEED, VOID = 0, 1, 2, 255
BROWN, GREEN = (120, 80, 40), (40, 150, 40)
SHAPE = (60, 80)


def box(left: int, top: int, right: int, bottom: int) -> Mask:
    inside = np.zeros(SHAPE, np.bool_)
    inside[top:bottom, left:right] = True
    return inside


PLANT = box(20, 15, 50, 45)


@pytest.fixture
def photo(rng: np.random.Generator) -> RGB:
    """A green plant on brown soil, with grain."""
    colours = np.where(PLANT[..., None], GREEN, BROWN)
    return (colours + rng.integers(-6, 7, colours.shape)).clip(0, 255).astype(np.uint8)


def whole(region: Region) -> Mask:
    found = np.zeros(SHAPE, np.bool_)
    found[region.window.place] = region.mask
    return found


def clicked(
    photo: RGB, shown: Labels, x: float, y: float, label: int, *, far: float = 24.0
) -> Mask:
    window = window_around(x, y, far, height=SHAPE[0], width=SHAPE[1])
    return whole(part_region(photo, shown, label, window, (), place_px=far / 3, unknown=VOID))


def classes(*parts: tuple[Mask, int]) -> Labels:
    shown = np.full(SHAPE, SOIL, np.int32)
    for mask, label in parts:
        shown[mask] = label
    return shown


def test_a_missing_piece_comes_back_to_the_border_that_colours_show(photo: RGB) -> None:
    missing = box(35, 15, 50, 45)
    shown = classes((PLANT & ~missing, CROP))
    wrong = clicked(photo, shown, 42.5, 30.5, CROP)
    assert (wrong ^ missing).sum() <= 0.1 * missing.sum()


def test_a_small_part_of_another_class_goes_as_a_whole(photo: RGB) -> None:
    hole = box(30, 25, 38, 33)
    shown = classes((PLANT, CROP), (hole, WEED))
    assert np.array_equal(clicked(photo, shown, 34.5, 29.5, CROP), hole)


def test_what_is_shown_otherwise_than_the_clicked_pixel_is_left_alone(photo: RGB) -> None:
    left = box(20, 15, 35, 45)
    shown = classes((PLANT, CROP), (left, WEED))
    wrong = clicked(photo, shown, 27.5, 30.5, SOIL)
    assert wrong.any()
    assert not (wrong & ~left).any()


def test_a_click_where_nothing_is_shown_takes_what_looks_like_it(photo: RGB) -> None:
    shown = np.full(SHAPE, VOID, np.int32)
    wrong = clicked(photo, shown, 30.5, 30.5, CROP, far=60.0)
    assert (wrong & PLANT).sum() >= 0.9 * PLANT.sum()
    assert (wrong & ~PLANT).sum() <= 0.1 * PLANT.sum()


def test_an_earlier_click_of_another_class_keeps_what_is_nearer_to_it(photo: RGB) -> None:
    shown = np.full(SHAPE, VOID, np.int32)
    window = window_around(30.5, 30.5, 30, height=SHAPE[0], width=SHAPE[1])
    region = part_region(photo, shown, CROP, window, [(44.5, 30.5)], place_px=20, unknown=VOID)
    wrong = whole(region)
    assert wrong[30, 30]
    assert not wrong[:, 38:].any()


def test_the_clicked_pixel_always_belongs(photo: RGB) -> None:
    shown = classes((PLANT, CROP))
    for x, y in ((0.5, 0.5), (79.5, 59.5), (20.5, 15.5)):
        assert clicked(photo, shown, x, y, WEED)[int(y), int(x)]


def test_colours_speak_by_how_often_each_class_has_them(photo: RGB) -> None:
    window = window_around(30.5, 30.5, 60, height=SHAPE[0], width=SHAPE[1])
    shown = classes((PLANT, CROP))
    evidence = colour_evidence(photo, shown, window, label=CROP, was=SOIL)
    deep = box(25, 20, 45, 40)
    assert (evidence[deep] > 1).all()
    assert (evidence[:, 60:] < -1).all()
    assert np.abs(evidence).max() <= MOST
    other = colour_evidence(photo, shown, window, label=SOIL, was=CROP)
    np.testing.assert_allclose(other, -evidence, atol=1e-6)


def test_of_a_class_that_is_hardly_shown_the_clicked_colour_speaks(photo: RGB) -> None:
    window = window_around(30.5, 30.5, 60, height=SHAPE[0], width=SHAPE[1])
    few = np.zeros(SHAPE, np.bool_)
    few.ravel()[: FEWEST - 1] = True
    evidence = colour_evidence(photo, classes((few, WEED)), window, label=WEED, was=SOIL)
    assert evidence[30, 30] == 0
    assert evidence[PLANT].mean() > evidence[~PLANT].mean() + 1


def test_a_large_photo_is_counted_smaller_and_says_the_same(photo: RGB) -> None:
    times = int(np.ceil((2 * SAMPLE_PX / photo[..., 0].size) ** 0.5))
    large = photo.repeat(times, axis=0).repeat(times, axis=1)
    shown = classes((PLANT, CROP)).repeat(times, axis=0).repeat(times, axis=1)
    height, width = shown.shape
    window = window_around(width / 2, height / 2, width, height=height, width=width)
    evidence = colour_evidence(large, shown, window, label=CROP, was=SOIL)
    plant = PLANT.repeat(times, axis=0).repeat(times, axis=1)
    assert np.median(evidence[plant]) > 1
    assert np.median(evidence[~plant]) < -1
