"""The classifier of places, on vectors that are made."""

import numpy as np
import pytest

from clickmend.tasks.interactive.following.features import LEVELS, Looks, looks_of
from clickmend.tasks.interactive.following.target import RIDGE, Target

GRID = (6, 8)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def frame(rng):
    """Vectors that say of a place whether the object is there, and where it is."""
    mask = np.zeros(GRID, np.float32)
    mask[2:5, 3:6] = 1
    vectors = rng.normal(0, 0.1, (mask.size, 5)).astype(np.float32)
    vectors[:, 0] += mask.ravel()
    return Looks(vectors, GRID), mask


def empty(looks):
    size = looks.vectors.shape[1]
    mean = looks.vectors.mean(axis=0)
    return Target(mean, np.zeros((size + 1, size + 1), np.float32), np.zeros(size + 1, np.float32))


def test_weights_are_those_of_the_ridge_regression_written_out(frame):
    looks, mask = frame
    target = empty(looks).of(looks, mask)
    share = mask.ravel().astype(np.float64)
    x = np.hstack([looks.vectors - looks.vectors.mean(axis=0), np.ones((len(share), 1))])
    weight = np.where(share == 1, 0.5 / share.sum(), 0.5 / (1 - share).sum())
    held = RIDGE * (weight[:, None] * x**2).sum() / x.shape[1]
    # Ridge regression is least squares with a row for each weight that is held at 0.
    rows = np.vstack([np.sqrt(weight)[:, None] * x, np.sqrt(held) * np.eye(x.shape[1])[:-1]])
    wanted = np.concatenate([np.sqrt(weight) * (2 * share - 1), np.zeros(x.shape[1] - 1)])
    expected = np.linalg.lstsq(rows, wanted, rcond=None)[0]
    np.testing.assert_allclose(target._weights, expected, atol=1e-4)


def test_what_looks_like_the_object_is_likely_it(frame):
    looks, mask = frame
    found = empty(looks).of(looks, mask).likeness(looks, GRID, share=float(mask.mean()))
    assert ((found > 0.5) == (mask > 0.5)).all()


def test_an_object_that_is_seen_through_haze_is_still_what_looks_most_like_it(frame):
    looks, mask = frame
    target = empty(looks).of(looks, mask)
    faint = looks.vectors.copy()
    faint[:, 0] *= 0.6
    found = target.likeness(Looks(faint, GRID), GRID, share=float(mask.mean()))
    assert ((found > 0.5) == (mask > 0.5)).all()


def test_where_nothing_looks_like_the_object_little_is_likely_it(frame, rng):
    looks, mask = frame
    target = empty(looks).of(looks, mask)
    ground = Looks(rng.normal(0, 0.1, looks.vectors.shape).astype(np.float32), GRID)
    assert (target.likeness(ground, GRID, share=float(mask.mean())) > 0.5).mean() < 0.1


def test_two_frames_that_are_the_same_weigh_like_one(frame):
    looks, mask = frame
    one = empty(looks).of(looks, mask)
    np.testing.assert_allclose(one.joined(one, 0.3, 0.7).scatter, one.scatter, rtol=1e-5)
    np.testing.assert_allclose(one.joined(one, 1, 1)._weights, one._weights, atol=1e-5)


def test_each_level_of_the_encoder_has_unit_length_at_its_own_places(rng):
    photo = rng.integers(0, 255, (96, 128, 3)).astype(np.uint8)
    looks = looks_of(photo)
    assert len(looks.vectors) == looks.grid[0] * looks.grid[1]
    length = np.linalg.norm(looks.vectors, axis=1)
    assert (length < np.sqrt(len(LEVELS)) + 1e-4).all()
    assert length.mean() > 1


def test_shares_are_means_over_the_pixels_of_a_place(frame):
    looks, mask = frame
    fine = np.kron(mask, np.ones((4, 4), np.float32))
    fine[8, 12] = 0
    shares = looks.shares(fine).reshape(GRID)
    assert shares[2, 3] == pytest.approx(15 / 16)
    assert shares[3, 4] == 1


def test_what_a_classifier_explains_is_its_error_written_out(frame, rng):
    looks, mask = frame
    target = empty(looks).of(looks, mask)
    later = np.roll(mask, 1, axis=1)
    share = later.ravel().astype(np.float64)
    x = np.hstack([looks.vectors - looks.vectors.mean(axis=0), np.ones((len(share), 1))])
    error = (x @ target._weights - (2 * share - 1)) ** 2
    expected = 1 - 0.5 * (error[share == 1].mean() + error[share == 0].mean())
    assert target.explains(target.of(looks, later)) == pytest.approx(expected, abs=1e-4)


def test_a_mask_that_is_beside_what_is_seen_is_explained_less(frame):
    looks, mask = frame
    target = empty(looks).of(looks, mask)
    beside = target.of(looks, np.roll(mask, 2, axis=1))
    assert target.explains(target) > 0.9
    assert beside.explains(beside) < 0.6
    assert target.explains(beside) < beside.explains(beside)
