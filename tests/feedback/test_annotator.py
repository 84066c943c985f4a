"""Tests of the automatic annotator against loops over pixels, and of its known traps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import label

from clickmend.core.types import Mask
from clickmend.feedback.annotator import distance_inside, next_click

masks = arrays(np.bool_, (9, 11), elements=st.booleans())


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
