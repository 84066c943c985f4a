"""Tests of masks that are spread over what looks alike, and cut out at edges."""

import cv2
import numpy as np
import pytest

from clickmend.metrics import intersection_over_union as iou
from clickmend.tasks.instances.propagation import CUT_PX, around, propagated, spread

GRID = (8, 16)
BOX = (56.0, 26.0, 114.0, 74.0)


def patches_of(mask, *, alike=0.0):
    """Two directions, of the object and of the ground, each patch as much as the mask covers it."""
    share = cv2.resize(mask.astype(np.float32), GRID[::-1], interpolation=cv2.INTER_AREA)
    return np.stack([share, 1 - share, np.full_like(share, alike)])


def left_half(square):
    seed = np.zeros(square.shape, np.float32)
    seed[30:70, 60:85] = 0.9
    return seed


def test_a_seed_of_half_an_object_becomes_the_whole_with_its_own_border(photo, square):
    seed, boxes = left_half(square), np.array([BOX], np.float32)
    (found,) = propagated(photo, [seed], boxes, patches_of(square))
    assert iou(seed >= 0.5, square) < 0.6
    assert iou(found, square) > 0.95


def test_where_patches_tell_nothing_a_seed_does_not_fill_its_box(photo, square):
    boxes = np.array([BOX], np.float32)
    flat = np.full((3, *GRID), 0.3, np.float32)
    (told,) = propagated(np.full_like(photo, 90), [left_half(square)], boxes, flat)
    assert told[50, 70]
    assert not told[50, 105]


def test_each_round_is_what_the_formula_says():
    """With two patches, written out once more with plain loops."""
    unit = np.array([[1.0, 0.0], [0.8, 0.6]], np.float32)
    seed = np.array([[0.9, 0.3]], np.float32)
    got = spread(seed, (0.0, 0.0, 2.0, 1.0), unit, (1, 2))
    kernel = np.array(
        [[1, np.exp(-0.2 / 0.15 - 0.125)], [np.exp(-0.2 / 0.15 - 0.125), 1]], np.float64
    )
    sure = seed[0].astype(np.float64)
    for _ in range(10):
        new = []
        for i in range(2):
            own = sum(kernel[i, j] * sure[j] for j in range(2)) / sum(sure)
            other = sum(kernel[i, j] * (1 - sure[j]) for j in range(2)) / sum(1 - sure)
            first = float(seed[0, i])
            odds = (first / (1 - first)) ** 0.5 * (own / other) ** 2
            new.append(odds / (1 + odds))
        sure = np.array(new)
    np.testing.assert_allclose(got[0], sure, atol=1e-5)


def test_nothing_is_spread_far_beyond_the_box(photo, square):
    twins = square | np.roll(square, 70, axis=1)
    twins[:, 190:] = False
    (found,) = propagated(
        photo, [left_half(square)], np.array([BOX], np.float32), patches_of(twins)
    )
    assert not found[:, 135:].any()


def test_of_several_objects_each_is_as_if_it_were_alone(photo, square):
    seeds = [left_half(square), np.full(square.shape, 0.2, np.float32)]
    boxes = np.array([BOX, (0, 0, 30, 30)], np.float32)
    together = propagated(photo, seeds, boxes, patches_of(square))
    for mask, seed, box in zip(together, seeds, boxes, strict=True):
        (alone,) = propagated(photo, [seed], box[None], patches_of(square))
        assert (mask == alone).all()


def test_a_seed_that_is_nowhere_likely_stays_empty(photo, square):
    seed = np.full(square.shape, 0.3, np.float32)
    (found,) = propagated(photo, [seed], np.array([BOX], np.float32), patches_of(square))
    assert not found.any()


@pytest.mark.parametrize(
    "box", [(10.0, 10.0, 10.0, 40.0), (-20.0, -5.0, 230.0, 130.0), (0.0, 0.0, 1.0, 1.0)]
)
def test_a_thin_box_or_one_beyond_the_photo_does_no_harm(photo, square, box):
    seed = np.zeros(square.shape, np.float32)
    seed[20:40, 5:20] = 0.9
    (found,) = propagated(photo, [seed], np.array([box], np.float32), patches_of(square))
    assert found.shape == square.shape
    assert found.dtype == bool


def test_a_large_photo_is_cut_at_a_smaller_size(photo, square, monkeypatch):
    seen, cut = [], cv2.grabCut

    def grab(image, *rest):
        seen.append(image.shape)
        return cut(image, *rest)

    monkeypatch.setattr(cv2, "grabCut", grab)
    larger = [np.kron(each, np.ones((8, 8), each.dtype)) for each in (left_half(square), square)]
    big = cv2.resize(photo, (1600, 800), interpolation=cv2.INTER_CUBIC)
    boxes = np.array([BOX], np.float32) * 8
    (found,) = propagated(big, larger[:1], boxes, patches_of(square))
    assert max(seen[0]) == CUT_PX
    assert iou(found, larger[1]) > 0.93


def test_what_is_around_a_box_lies_in_the_photo():
    assert around((10.0, 20.0, 30.0, 60.0), (100, 200)) == (5, 10, 35, 70)
    assert around((-9.0, 20.0, 199.0, 99.0), (100, 200)) == (0, 0, 200, 100)
