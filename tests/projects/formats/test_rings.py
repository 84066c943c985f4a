import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from label_scenes import HOLED, PARTED, PIXEL, masks
from PIL import Image, ImageDraw
from scipy import ndimage

from clickmend.data import fill_polygons
from clickmend.projects.formats.rings import count_parts, has_hole, outline

EIGHT = np.ones((3, 3), bool)
INSET = 1 / 16


def filled_by_coco(mask, ring):
    return fill_polygons([ring.ravel().tolist()], size=mask.shape[::-1])


def filled_by_opencv(mask, ring):
    picture = np.zeros(mask.shape, np.uint8)
    return cv2.fillPoly(picture, [ring.astype(np.int32)], 1).astype(bool)


def filled_by_pillow(mask, ring):
    picture = Image.new("L", mask.shape[::-1])
    ImageDraw.Draw(picture).polygon([tuple(corner) for corner in ring], fill=1, outline=1)
    return np.asarray(picture).astype(bool)


TOOLS = [(filled_by_coco, 0.0), (filled_by_coco, INSET), (filled_by_opencv, INSET),
         (filled_by_pillow, INSET)]  # fmt: skip


@pytest.mark.parametrize(("fill", "inset_px"), TOOLS)
@settings(max_examples=150)
@given(mask=masks())
def test_every_tool_paints_just_the_mask_whose_outline_it_is_given(fill, inset_px, mask):
    found = outline(mask, inset_px=inset_px)
    parts, holes = (np.zeros_like(mask) for _ in range(2))
    for ring in found.outer:
        parts |= fill(mask, ring)
    for ring in outline(mask).holes:
        holes |= filled_by_coco(mask, ring)
    np.testing.assert_array_equal(parts & ~holes, mask)


@given(mask=masks())
def test_there_are_as_few_rings_as_scipy_counts_parts_and_holes(mask):
    found = outline(mask)
    assert len(found.outer) == ndimage.label(mask, EIGHT)[1] == count_parts(mask)
    shut_in = ndimage.label(np.pad(~mask, 1, constant_values=True), EIGHT)[1] - 1
    assert bool(found.holes) == has_hole(mask) == (shut_in > 0)
    assert len(found.holes) >= shut_in


@given(mask=masks())
def test_corners_of_a_ring_are_true_corners_and_a_small_inset_keeps_them_in_the_mask(mask):
    for ring in outline(mask).outer:
        steps = np.roll(ring, -1, axis=0) - ring
        assert ((steps != 0).sum(axis=1) == 1).all()
        assert len(ring) >= 4
    for ring in outline(mask, inset_px=INSET).outer:
        x, y = ring.astype(int).T
        assert mask[y, x].all()


def test_one_pixel_in_the_last_corner_has_four_corners():
    (ring,) = outline(PIXEL).outer
    assert ring.tolist() == [[11.0, 8.0], [12.0, 8.0], [12.0, 9.0], [11.0, 9.0]]


def test_pixels_that_touch_at_a_corner_are_one_ring_and_a_hole_open_at_a_corner_is_none():
    both = np.array([[1, 0], [0, 1]], bool)
    assert len(outline(both).outer) == count_parts(both) == 1
    open_ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 0]], bool)
    assert not outline(open_ring).holes
    assert not has_hole(open_ring)
    assert has_hole(HOLED)
    assert count_parts(PARTED) == 2


def test_an_empty_mask_has_no_outline():
    empty = np.zeros((3, 4), bool)
    assert outline(empty).outer == outline(empty).holes == ()
    assert count_parts(empty) == 0
    assert not has_hole(empty)
