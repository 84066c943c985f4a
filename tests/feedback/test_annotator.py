"""Tests of the automatic annotator against loops over pixels, and of its known traps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import distance_transform_edt, gaussian_filter, grey_dilation, label
from skimage.filters import threshold_otsu

from clickmend.core.errors import OptionError
from clickmend.core.types import FloatMap, Labels, Mask
from clickmend.feedback.annotator import (
    distance_at,
    distance_inside,
    next_click,
    next_label_click,
    next_value_click,
)
from clickmend.feedback.marks import Click

masks = arrays(np.bool_, (9, 11), elements=st.booleans())
labels = arrays(np.int32, (9, 11), elements=st.integers(0, 3))
# Two levels of error and their signs are frequent, and so are equal errors.
values = arrays(np.float32, (9, 11), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0]))


def distances_by_loops(mask: Mask) -> np.ndarray:
    padded = np.pad(mask, 1)
    outside = np.argwhere(~padded)
    out = np.zeros(mask.shape)
    for row, column in np.argwhere(mask):
        out[row, column] = np.sqrt(((outside - (row + 1, column + 1)) ** 2).sum(axis=1).min())
    return out


@given(mask=masks)
def test_the_distance_is_exact_and_the_image_border_is_a_border(mask: Mask) -> None:
    np.testing.assert_allclose(distance_inside(mask), distances_by_loops(mask), atol=1e-5)


@settings(max_examples=200)
@given(prediction=masks, truth=masks, ignore=masks)
def test_the_click_is_at_the_first_deepest_pixel_of_the_deeper_error(
    prediction: Mask, truth: Mask, ignore: Mask
) -> None:
    missed = distances_by_loops(truth & ~prediction & ~ignore)
    excess = distances_by_loops(prediction & ~truth & ~ignore)
    click = next_click(prediction, truth, ignore)
    if missed.max() == excess.max() == 0:
        assert click is None
        return
    assert click is not None
    wins = missed.max() >= excess.max() - 1e-9
    depth = missed if wins else excess
    row, column = np.argwhere(depth >= depth.max() - 1e-5)[0]
    assert (click.x, click.y) == (column + 0.5, row + 0.5)
    assert click.label == ("foreground" if wins else "background")
    parts, _ = label(depth > 0, np.ones((3, 3)))
    rows, columns = np.nonzero(parts == parts[row, column])
    farthest = np.hypot(rows - row, columns - column).max()
    assert click.radius_px == pytest.approx(max(1, farthest))


def test_a_perfect_prediction_yields_no_click() -> None:
    mask = np.eye(5, dtype=bool)
    assert next_click(mask, mask) is None


def test_an_error_along_the_image_border_is_clicked_inside_it() -> None:
    truth = np.zeros((40, 60), bool)
    truth[:, :20] = True
    click = next_click(np.zeros_like(truth), truth)
    assert click is not None
    assert click.x in (9.5, 10.5)


def test_ignored_pixels_are_no_error() -> None:
    truth = np.zeros((6, 6), bool)
    truth[1:5, 1:5] = True
    assert next_click(np.zeros_like(truth), truth, truth) is None


def click_by_loops(errors: list[Mask], areas: list[Mask]) -> tuple[int, float, float, float] | None:
    """(which error, x, y, radius): the first deepest, its radius measured in its area."""
    depths = [distances_by_loops(error) for error in errors]
    if not any(depth.any() for depth in depths):
        return None
    peaks = [depth.max() for depth in depths]
    which = next(i for i, peak in enumerate(peaks) if peak >= max(peaks) - 1e-9)
    row, column = np.argwhere(depths[which] >= peaks[which] - 1e-5)[0]
    parts, _ = label(areas[which], np.ones((3, 3)))
    rows, columns = np.nonzero(parts == parts[row, column])
    farthest = max(1, np.hypot(rows - row, columns - column).max())
    return which, column + 0.5, row + 0.5, pytest.approx(farthest)


@settings(max_examples=200)
@given(prediction=labels, truth=labels, ignore=masks)
def test_a_label_click_is_in_the_first_deepest_of_the_errors_of_all_classes(
    prediction: Labels, truth: Labels, ignore: Mask
) -> None:
    errors = [(truth == c) & (prediction != c) & ~ignore for c in range(4)]
    expected = click_by_loops(errors, errors)
    click = next_label_click(prediction, truth, ignore)
    found = click and (click.label, click.x, click.y, click.radius_px)
    assert found == expected
    if click is not None:
        assert isinstance(click.label, int)
        assert click.value is None


@given(prediction=masks, truth=masks, ignore=masks)
def test_a_mask_is_a_class_map_whose_lower_class_is_the_foreground(
    prediction: Mask, truth: Mask, ignore: Mask
) -> None:
    by_mask = next_click(prediction, truth, ignore)
    as_labels = [(~mask).astype(np.int32) for mask in (prediction, truth)]
    by_label = next_label_click(*as_labels, ignore)
    names = {0: "foreground", 1: "background"}
    assert (by_mask and (by_mask.x, by_mask.y, by_mask.radius_px, by_mask.label)) == (
        by_label and (by_label.x, by_label.y, by_label.radius_px, names[by_label.label])
    )


def test_of_two_classes_equally_wrong_the_lower_index_is_clicked() -> None:
    truth = np.zeros((5, 12), np.int32)
    truth[1:4, 1:4], truth[1:4, 8:11] = 7, 3
    click = next_label_click(np.zeros_like(truth), truth)
    assert click == Click(9.5, 2.5, label=3, radius_px=pytest.approx(np.hypot(1, 1)))


def test_a_perfect_class_map_yields_no_click_even_where_ignored_pixels_differ() -> None:
    truth = np.arange(12, dtype=np.int32).reshape(3, 4)
    assert next_label_click(truth, truth) is None
    assert next_label_click(truth + 1, truth, np.ones((3, 4), bool)) is None


def value_click_by_loops(
    prediction: FloatMap, truth: FloatMap, counts: Mask, dilation_px: int
) -> tuple[int, float, float, float] | None:
    error = prediction.astype(float) - truth
    counted = abs(error[counts])
    if counted.size == 0:
        return None
    # Of equal errors Otsu returns that error, and none would be above it.
    threshold = threshold_otsu(counted) if np.ptp(counted) else 0
    large = counts & (abs(error) > threshold)
    signed = [large & (error > 0), large & (error < 0)]
    dilated = [grey_dilation(mask, (dilation_px, dilation_px)) for mask in signed]
    return click_by_loops(signed, dilated)


@settings(max_examples=200)
@given(prediction=values, truth=values, ignore=masks, dilation_px=st.sampled_from([1, 3, 5]))
def test_a_value_click_is_in_the_first_deepest_signed_error_above_otsu(
    prediction: FloatMap, truth: FloatMap, ignore: Mask, dilation_px: int
) -> None:
    expected = value_click_by_loops(prediction, truth, ~ignore, dilation_px)
    click = next_value_click(prediction, truth, ignore, dilation_px=dilation_px)
    if click is None or expected is None:
        assert click is expected is None
        return
    row, column = int(click.y), int(click.x)
    which = int(prediction[row, column] < truth[row, column])
    assert (which, click.x, click.y, click.radius_px) == expected
    assert click.value == truth[row, column]
    assert click.label is None


def two_squares() -> tuple[FloatMap, FloatMap]:
    """A map of 2 and what is shown: too high on a 5 × 5 square, too low on a 7 × 7 one."""
    truth = np.full((60, 90), 2, np.float32)
    shown = truth.copy()
    shown[10:15, 10:15] += 1
    shown[40:47, 70:77] -= 1
    return shown, truth


def test_too_high_and_too_low_are_two_errors_and_the_deeper_is_clicked() -> None:
    shown, truth = two_squares()
    click = next_value_click(shown, truth)
    # 7 pixels dilated by 7 to each side: the corner is 10 away along both axes.
    assert click == Click(73.5, 43.5, value=2.0, radius_px=pytest.approx(np.hypot(10, 10)))


def test_of_too_high_and_too_low_equally_deep_the_former_is_clicked() -> None:
    shown, truth = two_squares()
    shown[40:47, 70:77] = 2
    shown[40:45, 70:75] -= 1
    click = next_value_click(shown, truth)
    assert click is not None
    assert (click.x, click.y) == (12.5, 12.5)


def test_the_radius_spans_errors_that_the_dilation_joins_and_no_others() -> None:
    truth = np.zeros((40, 90), np.float32)
    shown = truth.copy()
    shown[10:17, 10:17] = 1
    shown[10:15, 30:35] = 1
    shown[10:15, 70:75] = 1
    alone = next_value_click(shown, truth, dilation_px=1)
    joined = next_value_click(shown, truth)
    assert alone == Click(13.5, 13.5, value=0.0, radius_px=pytest.approx(np.hypot(3, 3)))
    # Columns 3 to 23 and 23 to 41 touch; 63 to 81 is too far away. Rows reach from 3 to 23.
    assert joined == Click(13.5, 13.5, value=0.0, radius_px=pytest.approx(np.hypot(41 - 13, 10)))


def test_an_error_of_the_other_sign_does_not_join_in_the_dilation() -> None:
    truth = np.zeros((40, 60), np.float32)
    shown = truth.copy()
    shown[10:17, 10:17] = 1
    shown[10:15, 17:22] = -1
    click = next_value_click(shown, truth)
    assert click == Click(13.5, 13.5, value=0.0, radius_px=pytest.approx(np.hypot(10, 10)))


def test_a_value_error_along_the_image_border_is_clicked_inside_it() -> None:
    truth = np.zeros((40, 60), np.float32)
    shown = truth.copy()
    shown[:, :20] = 1
    click = next_value_click(shown, truth)
    assert click is not None
    assert click.x in (9.5, 10.5)


def test_unknown_values_take_no_part_in_the_threshold_nor_in_the_error() -> None:
    shown, truth = two_squares()
    expected = next_value_click(shown, truth)
    truth[0, :], shown[-1, :] = np.nan, np.inf
    assert next_value_click(shown, truth) == expected
    ignore = np.zeros(truth.shape, bool)
    ignore[20:30] = True
    shown[20:30] = 1000
    assert next_value_click(shown, truth, ignore) == expected


def test_where_all_errors_are_equal_all_of_them_are_clicked() -> None:
    truth = np.linspace(1, 2, 15 * 21, dtype=np.float32).reshape(15, 21)
    click = next_value_click(truth + np.float32(0.5), truth)
    assert click is not None
    assert click.y == 7.5
    assert click.radius_px == pytest.approx(np.hypot(21 - click.x - 0.5, 7))


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e4])
def test_a_value_off_by_rounding_is_right(scale: float, rng: np.random.Generator) -> None:
    truth = (scale * rng.random((20, 30))).astype(np.float32)
    assert next_value_click(truth, truth) is None
    assert next_value_click(np.nextafter(truth, np.float32(2 * scale)), truth) is None


def test_a_map_of_which_nothing_is_known_yields_no_click() -> None:
    unknown = np.full((4, 5), np.nan, np.float32)
    known = np.ones((4, 5), np.float32)
    assert next_value_click(known, unknown) is None
    assert next_value_click(known, known + 1, np.ones((4, 5), bool)) is None


@pytest.mark.parametrize("dilation_px", [0, -3, 14])
def test_a_dilation_without_a_middle_is_refused(dilation_px: int) -> None:
    truth = np.ones((4, 5), np.float32)
    with pytest.raises(OptionError, match=f"dilation_px is {dilation_px}.*odd numbers from 1"):
        next_value_click(truth, truth, dilation_px=dilation_px)


def test_equal_depths_are_equal_to_the_bit_wherever_the_array_lies(
    rng: np.random.Generator,
) -> None:
    mask = gaussian_filter(rng.normal(size=(120, 173)), 6) > 0
    distance = distance_inside(mask)
    squares = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1] ** 2
    np.testing.assert_array_equal(distance, np.sqrt(np.rint(squares).astype(np.float32)))
    rows = np.flatnonzero(mask.any(axis=1))
    part = mask[rows[0] : rows[-1] + 1]
    np.testing.assert_array_equal(distance_inside(part), distance[rows[0] : rows[-1] + 1])


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("most_px", [3.0, 1000.0])
def test_the_distance_of_one_pixel_is_that_of_the_whole_mask_as_far_as_it_is_asked(seed, most_px):
    rng = np.random.default_rng(seed)
    mask = gaussian_filter(rng.normal(size=(70, 90)), 9) > rng.uniform(-0.1, 0.1)
    row, column = int(rng.integers(70)), int(rng.integers(90))
    expected = distance_inside(mask == mask[row, column])[row, column]
    found = distance_at(mask, row, column, most_px=most_px)
    assert min(found, most_px) == min(expected, most_px)
