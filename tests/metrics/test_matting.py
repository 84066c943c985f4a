"""Matting errors against loops over pixels, written from their definitions."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clickmend.core.errors import OptionError
from clickmend.metrics import (
    connectivity_error,
    gradient_error,
    mean_squared_error,
    sum_of_absolute_differences,
)

SHAPE = (6, 7)
# Few different bytes, so that equal levels, ties and thresholds that are hit come up.
bytes_of_alpha = arrays(np.uint8, SHAPE, elements=st.sampled_from([0, 26, 51, 102, 128, 204, 255]))
trimaps = arrays(np.uint8, SHAPE, elements=st.sampled_from([0, 128, 128, 255]))
errors = pytest.mark.parametrize(
    "error",
    [sum_of_absolute_differences, mean_squared_error, gradient_error, connectivity_error],
)


def alpha(array):
    return (array / 255).astype(np.float32)


def with_known(prediction, trimap):
    return np.where(trimap == 128, prediction, trimap)


def unknown_pixels(trimap):
    return [at for at in np.ndindex(trimap.shape) if trimap[at] == 128]


def slope_by_loops(array):
    """The gradient's length by a 9 × 9 filter laid on each pixel; the border continues."""
    sigma = 1.4
    offsets = range(-4, 5)

    def gauss(x):
        return math.exp(-(x**2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi))

    kernel = np.array([[gauss(y) * -x * gauss(x) / sigma**2 for x in offsets] for y in offsets])
    kernel /= math.sqrt((kernel**2).sum())
    height, width = array.shape
    out = np.zeros(array.shape)
    for row, column in np.ndindex(array.shape):
        along_x = along_y = 0.0
        for i in offsets:
            for j in offsets:
                near = min(max(row + i, 0), height - 1), min(max(column + j, 0), width - 1)
                along_x += kernel[i + 4, j + 4] * array[near] / 255
                along_y += kernel[j + 4, i + 4] * array[near] / 255
        out[row, column] = math.sqrt(along_x**2 + along_y**2)
    return out


def largest_part_by_flooding(pixels):
    """The largest 4-connected set of ``pixels``; of equal ones that with the first pixel."""
    left, best = set(pixels), set()
    for seed in sorted(pixels):
        if seed not in left:
            continue
        part, front = {seed}, [seed]
        while front:
            row, column = front.pop()
            around = {(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)}
            fresh = (around & left) - part
            part |= fresh
            front += fresh
        left -= part
        best = part if len(part) > len(best) else best
    return best


def connectivity_by_flooding(prediction, truth, trimap):
    """In whole numbers of 1/2550, so that no rounding decides what reaches a level."""
    shown, true = with_known(prediction, trimap).astype(int), truth.astype(int)
    sources = {}
    for k in range(1, 11):
        reach = [at for at in np.ndindex(shown.shape) if min(shown[at], true[at]) * 10 >= 255 * k]
        sources[k] = largest_part_by_flooding(reach)
    total = 0
    for at in unknown_pixels(trimap):
        left_at = next((k for k in range(1, 11) if at not in sources[k]), 11)
        level = 255 * (left_at - 1)
        distances = [10 * int(array[at]) - level for array in (shown, true)]
        # θ = 0.15 is 382.5 of 1/2550
        connected = [2550 - d if 2 * d >= 765 else 2550 for d in distances]
        total += abs(connected[0] - connected[1])
    return total / 2550 / 1000


@given(bytes_of_alpha, bytes_of_alpha, trimaps)
def test_sad_and_mse_equal_the_sums_written_out(prediction, truth, trimap):
    pixels = unknown_pixels(trimap)
    assume(pixels)
    apart = [abs(int(prediction[at]) - int(truth[at])) / 255 for at in pixels]
    given_maps = alpha(prediction), alpha(truth), trimap
    sad = sum(apart) / 1000
    assert sum_of_absolute_differences(*given_maps) == pytest.approx(sad, rel=1e-6)
    mse = sum(d**2 for d in apart) / len(apart)
    assert mean_squared_error(*given_maps) == pytest.approx(mse, abs=1e-6)


@settings(max_examples=20)
@given(bytes_of_alpha, bytes_of_alpha, trimaps)
def test_grad_equals_the_filters_laid_on_each_pixel(prediction, truth, trimap):
    pixels = unknown_pixels(trimap)
    assume(pixels)
    shown, true = slope_by_loops(with_known(prediction, trimap)), slope_by_loops(truth)
    expected = sum((shown[at] - true[at]) ** 2 for at in pixels) / 1000
    found = gradient_error(alpha(prediction), alpha(truth), trimap)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-9)


@settings(max_examples=100)
@given(bytes_of_alpha, bytes_of_alpha, trimaps)
def test_conn_equals_the_levels_found_by_flooding(prediction, truth, trimap):
    assume((trimap == 128).any())
    expected = connectivity_by_flooding(prediction, truth, trimap)
    found = connectivity_error(alpha(prediction), alpha(truth), trimap)
    assert found == pytest.approx(expected, abs=1e-8)


@errors
@given(truth=bytes_of_alpha, trimap=trimaps)
def test_the_truth_has_no_error_where_the_trimap_agrees_with_it(error, truth, trimap):
    assume((trimap == 128).any())
    true = alpha(with_known(truth, trimap))
    assert error(true, true, trimap) == 0


@errors
@given(bytes_of_alpha, bytes_of_alpha, bytes_of_alpha, trimaps)
def test_what_is_shown_at_known_pixels_does_not_matter(error, shown, other, truth, trimap):
    assume((trimap == 128).any())
    mixed = np.where(trimap == 128, shown, other)
    found = [error(alpha(array), alpha(truth), trimap) for array in (shown, mixed)]
    assert found[0] == found[1]


def test_a_matte_that_is_wrong_by_a_half_everywhere():
    trimap = np.full((10, 20), 128, np.uint8)
    half, full = np.full((10, 20), 0.5, np.float32), np.ones((10, 20), np.float32)
    assert sum_of_absolute_differences(half, full, trimap) == pytest.approx(0.1)
    assert mean_squared_error(half, full, trimap) == pytest.approx(0.25)
    assert gradient_error(half, full, trimap) == pytest.approx(0, abs=1e-9)
    # Both reach the level 0.5, whence the truth is 0.5 away and the prediction 0.
    assert connectivity_error(half, full, trimap) == pytest.approx(0.1)


def test_an_island_beside_the_object_is_unconnected():
    truth = np.zeros((5, 9), np.float32)
    truth[1:4, :5] = 1
    shown = truth.copy()
    shown[2, 7] = 0.8
    trimap = np.full(truth.shape, 128, np.uint8)
    assert connectivity_error(shown, truth, trimap) == pytest.approx(0.8 / 1000)
    shown[2, 7] = 0.14
    assert connectivity_error(shown, truth, trimap) == 0


def test_a_decimal_alpha_reaches_its_own_level():
    truth = np.full((1, 2), 0.7, np.float32)
    shown = np.array([[0.7, 1.0]], np.float32)
    trimap = np.full((1, 2), 128, np.uint8)
    # The level is 0.7: the truth is 0 away from it, the second pixel shown 0.3.
    assert connectivity_error(shown, truth, trimap) == pytest.approx(0.3 / 1000)


@errors
def test_a_trimap_without_unknown_pixels_is_refused(error):
    matte = np.ones((3, 4), np.float32)
    with pytest.raises(OptionError, match=r"no unknown pixel.*must be 128"):
        error(matte, matte, np.full((3, 4), 255, np.uint8))


@errors
def test_a_trimap_with_another_value_is_refused_and_named(error):
    matte = np.ones((3, 4), np.float32)
    trimap = np.full((3, 4), 128, np.uint8)
    trimap[1, 2] = 127
    with pytest.raises(OptionError, match=r"trimap holds the value 127.*Allowed are 0"):
        error(matte, matte, trimap)


@errors
def test_maps_of_two_sizes_are_refused(error):
    one, other = np.ones((3, 4), np.float32), np.ones((3, 5), np.float32)
    trimap = np.full((3, 4), 128, np.uint8)
    with pytest.raises(OptionError, match="prediction is 4×3 pixels and the truth 5×3 pixels"):
        error(one, other, trimap)
    with pytest.raises(OptionError, match="prediction is 5×3 pixels and the trimap 4×3 pixels"):
        error(other, other, trimap)
