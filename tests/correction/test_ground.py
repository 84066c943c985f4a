"""How far a click reaches on ground: made masks, and answers that are known."""

import numpy as np
import pytest

from clickmend.correction.ground import ground_at, ground_px
from clickmend.correction.masks import mend
from clickmend.correction.reach import Edges, Seen
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click

HEIGHT, WIDTH = 90, 160
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH] + 0.5
EVERYWHERE = slice(0, HEIGHT), slice(0, WIDTH)
SPEAKS_PX = 6.0
FAR, NEAR = Click(120.5, 45.5, FOREGROUND), Click(51.5, 45.5, FOREGROUND)


def disk(x: float, y: float, radius: float) -> np.ndarray:
    return np.hypot(COLUMNS - x, ROWS - y) < radius


OBJECT = disk(30, 45, 12)
ALL = np.ones_like(OBJECT)


def edges_of(*parts: np.ndarray) -> Edges:
    """Edges of a photo with grain, on which some parts are brighter."""
    photo = np.random.default_rng(0).integers(40, 60, (HEIGHT, WIDTH, 3))
    for part in parts:
        photo[part] += 120
    return Edges(photo.astype(np.uint8))


def added(answer: np.ndarray, click: Click, *bright: np.ndarray) -> np.ndarray:
    """What a click adds to the object when the network sees what it does."""
    logits = np.where(answer, 4.0, -4.0).astype(np.float32)
    seen, edges = Seen.everywhere(logits, OBJECT), edges_of(OBJECT, *bright)
    patch = mend(OBJECT, seen, edges.within, click, speaks_px=SPEAKS_PX)
    whole = np.zeros_like(OBJECT)
    whole[patch.place] = patch.changed
    limit = ground_at(click, seen, edges.within, speaks_px=SPEAKS_PX)
    if limit is not None:  # without a prior the same holds
        around = disk(click.x, click.y, limit + 1e-6) & ~OBJECT
        np.testing.assert_array_equal(around, whole)
    return whole


def test_far_from_its_object_a_click_on_ground_takes_what_is_around_it() -> None:
    taken = added(ALL, FAR)
    np.testing.assert_array_equal(taken, disk(FAR.x, FAR.y, SPEAKS_PX + 1e-6))


def test_what_fades_on_ground_that_is_alike_everywhere_is_ground() -> None:
    taken = added(OBJECT | disk(120, 45, 30), FAR)
    assert taken.sum() == disk(FAR.x, FAR.y, SPEAKS_PX + 1e-6).sum()


@pytest.mark.parametrize("radius", [9, 20])
def test_far_from_its_object_a_part_that_ends_in_the_photo_is_taken_whole(radius: float) -> None:
    part = disk(120, 45, radius)
    np.testing.assert_array_equal(added(OBJECT | part, FAR, part), part)


def test_a_part_near_the_object_is_taken_whole_though_the_photo_ends_there() -> None:
    part = (np.abs(ROWS - 45) < 4) & (COLUMNS < 19)
    taken = added(OBJECT | part, Click(14.5, 45.5, FOREGROUND), part)
    np.testing.assert_array_equal(taken, part & ~OBJECT)


def test_near_its_object_a_click_on_ground_reaches_twice_as_far_as_to_it() -> None:
    taken = added(ALL, NEAR)
    assert taken[45, 51]
    assert not (taken & OBJECT).any()
    reached = np.hypot(COLUMNS - NEAR.x, ROWS - NEAR.y)[taken].max()
    assert 2 * 9 - 1 < reached <= 2 * 10


def test_what_a_mask_encloses_is_taken_whole_however_far_it_goes() -> None:
    ring = disk(80, 45, 40) & ~disk(80, 45, 38)
    seen = Seen.everywhere(np.where(ring, 4, -4).astype(np.float32), ring)
    click = Click(80.5, 45.5, FOREGROUND)
    patch = mend(ring, seen, edges_of().within, click, speaks_px=SPEAKS_PX)
    np.testing.assert_array_equal(patch.write(ring), disk(80, 45, 40))


def test_a_mask_without_a_pixel_bounds_nothing() -> None:
    seen = Seen.everywhere(np.full(OBJECT.shape, 4, np.float32), np.zeros_like(OBJECT))
    assert ground_at(FAR, seen, edges_of().within, speaks_px=SPEAKS_PX) is None


def test_a_mask_of_the_whole_photo_loses_what_the_network_sees_at_a_click() -> None:
    part = disk(120, 45, 20)
    seen = Seen.everywhere(np.where(part, -4, 4).astype(np.float32), ALL)
    click = Click(120.5, 45.5, BACKGROUND)
    patch = mend(ALL, seen, edges_of(part).within, click, speaks_px=SPEAKS_PX)
    np.testing.assert_array_equal(patch.write(ALL), ~part)


def test_a_click_inside_its_object_is_on_no_ground() -> None:
    seen = Seen.everywhere(np.full(OBJECT.shape, 4, np.float32), OBJECT)
    assert (
        ground_at(Click(30.5, 45.5, FOREGROUND), seen, edges_of().within, speaks_px=SPEAKS_PX)
        is None
    )


def test_a_part_without_a_pixel_inside_does_not_fade() -> None:
    thin = np.zeros_like(OBJECT)
    thin[45, 20:150] = True
    bound = ground_px(
        thin,
        EVERYWHERE,
        edges_of().within,
        shape=thin.shape,
        area=50,
        border_px=40,
        speaks_px=SPEAKS_PX,
    )
    assert bound is None
