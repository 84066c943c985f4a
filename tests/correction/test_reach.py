"""How far a click on a mask is meant, on made photos whose contours are known."""

import numpy as np
import pytest
from scipy import ndimage

from clickmend.correction.reach import (
    Edges,
    Seen,
    Shift,
    depth_in,
    distance_at,
    distance_to_end,
    find_shift,
    most_distant,
)

ROWS, COLUMNS = np.mgrid[:120, :160] + 0.5
FROM_CENTRE = np.hypot(COLUMNS - 80, ROWS - 60)
TRUTH = FROM_CENTRE < 36
PHOTO = np.where(TRUTH[..., None], (200, 60, 40), (40, 90, 160)).astype(np.uint8)
ANSWER = np.where(TRUTH, 4.0, -4.0).astype(np.float32)


ALL = slice(0, 120), slice(0, 160)


def shift_of(shown: np.ndarray, answer: np.ndarray, at: tuple[int, int]) -> Shift | None:
    seen, edges = Seen.everywhere(answer, shown), Edges(PHOTO).within
    return find_shift(shown, seen, edges, at, border_px=distance_at(shown, at))


def test_edges_are_where_the_colour_changes_and_nowhere_else() -> None:
    edges = Edges(PHOTO).within(ALL)
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
    shown = 36 + by_px > FROM_CENTRE
    shift = shift_of(shown, ANSWER, (60, 80 + 36 + by_px // 2))
    assert shift is not None
    assert shift.by_px == pytest.approx(by_px, abs=1)
    moved = np.zeros_like(shown)
    moved[shift.place] = np.floor(shift.depth) >= shift.by_px
    assert (moved ^ TRUTH).mean() < 0.01


def test_a_contour_along_edges_of_the_photo_stays_whatever_the_network_answers() -> None:
    answer = np.where(FROM_CENTRE < 31, 4.0, -4.0).astype(np.float32)
    assert shift_of(TRUTH, answer, (60, 80 + 34)) is None


def test_a_contour_that_the_network_keeps_stays_whatever_edges_are_near() -> None:
    shown = FROM_CENTRE < 41
    answer = np.where(shown, 4.0, -4.0).astype(np.float32)
    assert shift_of(shown, answer, (60, 80 + 38)) is None


def test_a_click_deeper_than_any_contour_is_off_asks_for_no_shift() -> None:
    assert shift_of(TRUTH, ANSWER, (60, 80)) is None


def test_edges_are_the_same_in_whatever_rectangles_they_are_asked_for() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (530, 1060, 3), np.uint8)
    expected = Edges(np.ascontiguousarray(photo[:, :600])).within((slice(0, 530), slice(0, 500)))
    edges = Edges(photo)
    np.testing.assert_array_equal(
        edges.within((slice(500, 530), slice(300, 500))), expected[500:, 300:]
    )
    np.testing.assert_array_equal(edges.within((slice(0, 530), slice(0, 500))), expected)


@pytest.mark.parametrize("seed", range(20))
def test_the_distance_of_some_pixels_is_what_a_transform_of_the_whole_mask_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = ndimage.gaussian_filter(rng.normal(size=(150, 210)), 20) > 0
    row, column = int(rng.integers(150)), int(rng.integers(210))
    inside = mask == mask[row, column]
    distance = distance_to_end(inside.astype(np.uint8))
    assert distance_at(mask, (row, column)) == distance[row, column]
    place = slice(row, row + 3), slice(column, column + 2)
    some = np.ones(mask[place].shape, bool)
    expected = distance_to_end(mask.astype(np.uint8))[place].max()
    assert (
        most_distant(
            mask,
            True,
            some,
            (slice(row, row + some.shape[0]), slice(column, column + some.shape[1])),
        )
        == expected
    )


def test_no_shift_overlaps_more_than_the_bound_that_spares_the_search() -> None:
    # The answer differs from the mask by less than 2 % of its pixels, far from the click.
    shown = FROM_CENTRE < 40
    answer = np.where(shown & (COLUMNS > 44), 4.0, -4.0).astype(np.float32)
    depth, seen = depth_in(shown), answer > 0
    overlaps = [
        (seen & (np.floor(depth) >= by)).sum() / (seen | (np.floor(depth) >= by)).sum()
        for by in range(-6, 7)
    ]
    assert max(overlaps) <= 1.02 * overlaps[6]
    assert shift_of(shown, answer, (60, 118)) is None
