"""How far a click on a mask is meant, on made photos whose contours are known."""

import numpy as np
import pytest
from scipy import ndimage

from clickmend.correction.reach import depth_in, edges_of, find_shift

ROWS, COLUMNS = np.mgrid[:120, :160] + 0.5
FROM_CENTRE = np.hypot(COLUMNS - 80, ROWS - 60)
TRUTH = FROM_CENTRE < 36
PHOTO = np.where(TRUTH[..., None], (200, 60, 40), (40, 90, 160)).astype(np.uint8)
ANSWER = np.where(TRUTH, 4.0, -4.0).astype(np.float32)


def test_edges_are_where_the_colour_changes_and_nowhere_else() -> None:
    edges = edges_of(PHOTO)
    assert edges[np.abs(FROM_CENTRE - 36) > 8].max() == 0
    assert edges[np.abs(FROM_CENTRE - 36) < 0.7].min() > 0


def test_depth_is_the_distance_to_the_border_and_the_photos_border_is_none() -> None:
    mask = (ROWS < 50) & (COLUMNS < 70)
    expected = ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask)
    np.testing.assert_allclose(depth_in(mask), expected - np.sign(expected) / 2, rtol=0.03)
    assert depth_in(mask)[0, 0] == pytest.approx(49.5, abs=1)


@pytest.mark.parametrize("mask", [np.ones((9, 12), bool), np.zeros((9, 12), bool)])
def test_a_mask_without_a_border_is_deep_everywhere(mask: np.ndarray) -> None:
    assert (np.abs(depth_in(mask)) > 9).all()


@pytest.mark.parametrize("by_px", [-7, -4, 4, 7])
def test_a_contour_that_is_off_everywhere_is_moved_to_where_photo_and_network_see_it(
    by_px: int,
) -> None:
    depth = depth_in(36 + by_px > FROM_CENTRE)
    shift = find_shift(depth, ANSWER, edges_of(PHOTO), (60, 80 + 36 + by_px // 2))
    assert shift is not None
    assert shift.by_px == pytest.approx(by_px, abs=1)
    assert (shift.mask ^ TRUTH).mean() < 0.01


def test_a_contour_along_edges_of_the_photo_stays_whatever_the_network_answers() -> None:
    answer = np.where(FROM_CENTRE < 31, 4.0, -4.0).astype(np.float32)
    assert find_shift(depth_in(TRUTH), answer, edges_of(PHOTO), (60, 80 + 34)) is None


def test_a_contour_that_the_network_keeps_stays_whatever_edges_are_near() -> None:
    shown = FROM_CENTRE < 41
    answer = np.where(shown, 4.0, -4.0).astype(np.float32)
    assert find_shift(depth_in(shown), answer, edges_of(PHOTO), (60, 80 + 38)) is None


def test_a_click_deeper_than_any_contour_is_off_asks_for_no_shift() -> None:
    assert find_shift(depth_in(TRUTH), ANSWER, edges_of(PHOTO), (60, 80)) is None
