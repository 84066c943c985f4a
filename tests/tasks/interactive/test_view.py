"""Tests of which part of the photo is looked at."""

import numpy as np
import pytest

from clickmend.feedback import Box, Click
from clickmend.feedback.crop import Crop, whole_image
from clickmend.tasks.interactive.view import choose_view, cuts_off, still_serves

WHOLE = whole_image(400, 300, long_side=256)


def view(marks: list[Click | Box], mask: np.ndarray) -> Crop:
    return choose_view(marks, mask, whole=WHOLE, view_px=256, margin=1.4)


def empty() -> np.ndarray:
    return np.zeros((300, 400), bool)


def test_while_nothing_is_known_the_whole_photo_is_seen() -> None:
    assert view([Click(10, 10, "foreground")], empty()) == WHOLE


def test_the_view_zooms_in_on_the_object_with_its_margin() -> None:
    mask = empty()
    mask[100:200, 150:250] = True
    crop = view([Click(200, 150, "foreground")], mask)
    assert (crop.x0, crop.y0, crop.x1, crop.y1) == (130, 80, 270, 220)


def test_a_click_far_outside_widens_the_view() -> None:
    mask = empty()
    mask[100:160, 150:210] = True
    crop = view([Click(180, 130, "foreground"), Click(60, 130, "background")], mask)
    assert crop.contains(60, 130)
    older = [Click(60, 130, "background"), Click(180, 130, "foreground")]
    assert not view(older, mask).contains(60, 130)


def test_a_speck_does_not_widen_the_view() -> None:
    mask = empty()
    mask[100:160, 150:210] = True
    mask[290:293, 5:8] = True
    assert not view([Click(180, 130, "foreground")], mask).contains(6, 291)


def test_a_box_is_seen_before_there_is_a_mask() -> None:
    crop = view([Box(50, 60, 150, 160)], empty())
    assert crop != WHOLE
    assert crop.contains(50, 60)
    assert crop.contains(149, 159)


def test_an_object_that_is_seen_coarsely_has_the_view_of_its_pixels() -> None:
    mask = empty()
    mask[100:200, 152:248] = True
    click = [Click(200, 150, "foreground")]
    over = Crop(100, 60, 300, 260, 256, 256)
    coarse = mask[over.place][::4, ::4]
    found = choose_view(click, coarse, whole=WHOLE, view_px=256, margin=1.4, over=over)
    assert found == view(click, mask)


def test_an_object_that_fills_the_photo_is_seen_whole() -> None:
    assert view([Click(200, 150, "foreground")], ~empty()) == WHOLE


def cut(crop: Crop, mask: np.ndarray) -> bool:
    height, width = mask.shape
    logits = np.where(mask[crop.place], np.float32(1), np.float32(-1))
    return cuts_off(crop, logits, width=width, height=height)


def test_a_view_cuts_off_what_reaches_its_border_but_not_the_photos() -> None:
    mask = empty()
    mask[:50, 100:150] = True
    assert not cut(Crop(90, 0, 160, 60, 64, 64), mask)
    assert cut(Crop(90, 0, 140, 60, 64, 64), mask)
    assert cut(Crop(110, 0, 160, 60, 64, 64), mask)
    assert cut(Crop(90, 10, 160, 60, 64, 64), mask)
    assert cut(Crop(90, 0, 160, 40, 64, 64), mask)


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        (Crop(130, 80, 270, 220, 256, 256), True),
        (Crop(137, 87, 263, 213, 256, 256), True),  # the margin alone is cut
        (Crop(147, 80, 270, 220, 256, 256), False),  # what is shown comes too near to its border
        (Crop(110, 65, 280, 235, 256, 256), True),
        (Crop(90, 45, 300, 255, 256, 256), False),  # too coarse
        (Crop(130, 80, 270, 220, 192, 192), False),  # of an overview
    ],
)
def test_the_last_view_serves_while_it_shows_what_is_wanted_nearly_as_large(
    last: Crop, kept: bool
) -> None:
    assert still_serves(last, Crop(130, 80, 270, 220, 256, 256), [(200, 150)]) == kept


def test_the_last_view_does_not_serve_a_click_outside_it() -> None:
    last, wanted = Crop(5, 0, 145, 140, 256, 256), Crop(0, 0, 140, 140, 256, 256)
    assert still_serves(last, wanted, [(6, 30)])
    assert not still_serves(last, wanted, [(3, 30)])
