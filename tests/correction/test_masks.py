"""What a click changes of a mask: made masks whose errors are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from clickmend.correction.masks import Correction
from clickmend.correction.masks import mend as mend_seen
from clickmend.correction.reach import Edges, Seen
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click

HEIGHT, WIDTH = 90, 120
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH] + 0.5
TRUTH = np.hypot(COLUMNS - 60, ROWS - 45) < 34
NO_EDGES = np.zeros((HEIGHT, WIDTH), np.float32)
EVERYWHERE = ndimage.generate_binary_structure(2, 2)


def disk(x: float, y: float, radius: float) -> np.ndarray:
    return np.hypot(COLUMNS - x, ROWS - y) < radius


def logits(mask: np.ndarray) -> np.ndarray:
    return np.where(mask, 3.0, -3.0).astype(np.float32)


def mend(
    shown: np.ndarray, answer: np.ndarray, edges: np.ndarray, click: Click, **more
) -> Correction:
    return mend_seen(shown, Seen.everywhere(answer, shown), edges.__getitem__, click, **more)


def whole(part: np.ndarray, patch: Correction, shape: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[patch.place] = part
    return mask


def test_a_hole_is_filled_and_the_others_stay() -> None:
    shown = TRUTH & ~disk(50, 45, 8) & ~disk(75, 45, 6)
    patch = mend(shown, logits(TRUTH), NO_EDGES, Click(50.5, 45.5, FOREGROUND))
    np.testing.assert_array_equal(patch.write(shown), TRUTH & ~disk(75, 45, 6))


def test_a_blob_on_the_edge_is_removed_and_an_island_stays() -> None:
    shown = TRUTH | disk(95, 45, 7) | disk(10, 10, 5)
    patch = mend(shown, logits(TRUTH), NO_EDGES, Click(98.5, 45.5, BACKGROUND))
    np.testing.assert_array_equal(patch.write(shown), TRUTH | disk(10, 10, 5))


def test_a_part_that_was_cut_off_comes_back_whole() -> None:
    shown = TRUTH & (ROWS < 55)
    patch = mend(shown, logits(TRUTH), NO_EDGES, Click(60.5, 64.5, FOREGROUND))
    assert (patch.write(shown) ^ TRUTH).sum() <= 4
    assert not (whole(patch.changed, patch, TRUTH.shape) & ~TRUTH).any()


def test_a_seam_along_the_rest_of_the_contour_is_not_followed() -> None:
    shown = TRUTH & ~disk(95, 45, 12)
    answer = logits(np.hypot(COLUMNS - 60, ROWS - 45) < 36)
    mended = mend(shown, answer, NO_EDGES, Click(89.5, 45.5, FOREGROUND)).write(shown)
    assert mended[TRUTH].all()
    assert not (mended & ~TRUTH & ~disk(90, 45, 24)).any()


def test_what_a_part_would_cut_off_from_the_rest_goes_with_it() -> None:
    shown = TRUTH & ~disk(50, 45, 12)
    answer = logits(TRUTH & ~disk(45, 45, 1.5))
    patch = mend(shown, answer, NO_EDGES, Click(53.5, 45.5, FOREGROUND))
    np.testing.assert_array_equal(patch.write(shown), TRUTH)


def test_a_radius_bounds_what_a_click_changes() -> None:
    shown = TRUTH & (ROWS < 50)
    click = Click(60.5, 60.5, FOREGROUND, radius_px=6.0)
    patch = mend(shown, logits(TRUTH), NO_EDGES, click)
    changed = whole(patch.changed, patch, TRUTH.shape)
    np.testing.assert_array_equal(changed, disk(60.5, 60.5, 6.01))


def test_a_click_that_says_what_is_shown_changes_nothing() -> None:
    patch = mend(TRUTH, logits(~TRUTH), NO_EDGES, Click(60.5, 45.5, FOREGROUND))
    assert not patch.changed.any()


def test_an_earlier_click_of_the_other_label_keeps_its_pixel_and_the_newest_has_its_own() -> None:
    shown = TRUTH & ~disk(50, 45, 8)
    earlier = Click(46.5, 45.5, BACKGROUND), Click(52.5, 45.5, BACKGROUND)
    click = Click(52.5, 45.5, FOREGROUND)
    mended = mend(shown, logits(TRUTH), NO_EDGES, click, earlier=earlier).write(shown)
    assert mended[45, 52]
    assert not mended[45, 46]


@settings(deadline=None, max_examples=1000)
@given(st.integers(0, 2**32 - 1))
def test_a_click_changes_one_part_within_its_reach_and_its_own_pixel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, 40, size=2)

    def field(roughness_px: float) -> np.ndarray:
        noise = rng.normal(size=(height, width))
        smooth = ndimage.gaussian_filter(noise, roughness_px)
        return (smooth / max(float(smooth.std()), 1e-6)).astype(np.float32)

    shown = field(2.0) > rng.uniform(-2, 2)
    answer = 3 * field(1.5) + 3 * shown - 1
    click = Click(
        float(rng.uniform(0, width)),
        float(rng.uniform(0, height)),
        (FOREGROUND, BACKGROUND)[int(rng.integers(2))],
        radius_px=None if rng.random() < 0.6 else float(rng.uniform(0, 20)),
    )
    other = Click(float(rng.uniform(0, width)), float(rng.uniform(0, height)), FOREGROUND)
    patch = mend(shown, answer, np.abs(field(0.7)), click, earlier=(other,))
    mended = patch.write(shown)
    at = int(click.y), int(click.x)
    changed = mended != shown
    assert not (changed & ~whole(patch.reach, patch, shown.shape)).any()
    assert (mended[changed] == click.is_foreground).all()
    assert mended[at] == click.is_foreground


@pytest.mark.parametrize("corner", [(0.0, 0.0), (119.9, 0.0), (0.0, 89.9), (119.9, 89.9)])
@pytest.mark.parametrize("label", [FOREGROUND, BACKGROUND])
def test_a_click_in_a_corner_is_granted(corner: tuple[float, float], label: str) -> None:
    shown = np.full((HEIGHT, WIDTH), label == BACKGROUND)
    patch = mend(shown, logits(shown), NO_EDGES, Click(*corner, label))
    assert patch.write(shown)[int(corner[1]), int(corner[0])] == (label == FOREGROUND)


@pytest.mark.parametrize("label", [FOREGROUND, BACKGROUND])
@pytest.mark.parametrize("radius_px", [None, 9.0])
def test_a_click_is_mended_alike_wherever_it_lies_on_a_large_photo(
    label: str, radius_px: float | None
) -> None:
    blob = disk(50, 45, 9)
    shown = TRUTH | disk(95, 45, 7) if label == BACKGROUND else TRUTH & ~blob
    x, y = (98.5, 45.5) if label == BACKGROUND else (50.5, 45.5)
    photo = np.random.default_rng(0).integers(0, 256, (*shown.shape, 3), np.uint8)
    small = mend_seen(
        shown,
        Seen.everywhere(logits(TRUTH), shown),
        Edges(photo).within,
        Click(x, y, label, radius_px=radius_px),
    )
    large, down, right = np.zeros((1100, 1300), bool), 700, 900
    there = slice(down, down + HEIGHT), slice(right, right + WIDTH)
    large[there] = shown
    around = np.zeros((1100, 1300, 3), np.uint8)
    around[there] = photo
    found = mend_seen(
        large,
        Seen(logits(TRUTH), there, large),
        Edges(around).within,
        Click(x + right, y + down, label, radius_px=radius_px),
    )
    np.testing.assert_array_equal(found.write(large)[there], small.write(shown))
    assert np.count_nonzero(found.write(large)) == np.count_nonzero(small.write(shown))
