"""Tests of what a session shows and of priors."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import PriorError
from clickmend.data import encode_rle
from clickmend.tasks.interactive.prediction import InteractivePrediction, prior_logits

LOGITS = np.array([[-2, 0.5], [0, 3]], np.float32)


def test_object_is_what_is_more_likely_than_not() -> None:
    prediction = InteractivePrediction(LOGITS)
    np.testing.assert_array_equal(prediction.mask, [[False, True], [False, True]])
    np.testing.assert_allclose(prediction.probability, 1 / (1 + np.exp(-LOGITS)), rtol=1e-6)


def test_the_saved_mask_is_black_and_white(tmp_path: Path) -> None:
    InteractivePrediction(LOGITS).save(tmp_path / "mask.png")
    np.testing.assert_array_equal(Image.open(tmp_path / "mask.png"), [[0, 255], [0, 255]])


@pytest.mark.parametrize(
    "prior",
    [
        np.array([[True, False]]),
        np.array([[255, 0]], np.uint8),
        np.array([[1, 0]], np.uint8),
    ],
)
def test_a_hard_mask_becomes_plus_and_minus_the_margin(prior: np.ndarray) -> None:
    found = prior_logits(prior, width=2, height=1, margin=3.5)
    np.testing.assert_array_equal(found, [[3.5, -3.5]])


def test_a_probability_becomes_its_logit_cut_at_twice_the_margin() -> None:
    found = prior_logits(np.array([[0.0, 0.5, 0.9]]), width=3, height=1, margin=3)
    np.testing.assert_allclose(found, [[-6, 0, np.log(9)]], atol=1e-5)


def test_a_mask_file_is_read(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 255]], np.uint8)).save(tmp_path / "old.png")
    found = prior_logits(tmp_path / "old.png", width=2, height=1, margin=1)
    np.testing.assert_array_equal(found, [[-1, 1]])


@pytest.mark.parametrize(
    ("prior", "words"),
    [
        (np.zeros((3, 2), bool), "is 2×3 but the image is 2×1"),
        (np.array([[0.5, 1.5]]), r"outside \[0, 1\]"),
        (np.array([[np.nan, 0.5]]), "NaN at 1 pixels"),
        (np.array([[3, 7]], np.uint8), "A mask holds 0 and one other integer"),
        ({"counts": [2, 0], "size": [2, 1]}, "1×2 mask but the image is 2×1"),
    ],
)
def test_a_prior_that_is_no_mask_of_this_photo_is_refused(prior: np.ndarray, words: str) -> None:
    with pytest.raises(PriorError, match=words):
        prior_logits(prior, width=2, height=1, margin=1)


def test_an_array_and_its_npy_and_a_mask_in_any_form_are_one_prior(tmp_path):
    mask = np.array([[True, False]])
    for array in (mask, mask.astype(np.int64), mask.astype(np.uint8) * 7, mask * 0.8):
        np.save(tmp_path / "prior.npy", array)
        np.testing.assert_array_equal(
            prior_logits(tmp_path / "prior.npy", width=2, height=1, margin=3.0),
            prior_logits(array, width=2, height=1, margin=3.0),
        )
    for same in (mask, mask.astype(np.int64), mask.astype(np.uint8) * 7, encode_rle(mask)):
        assert prior_logits(same, width=2, height=1, margin=3.0).tolist() == [[3, -3]]
