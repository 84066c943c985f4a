"""The energy of a matte: its minimum, and how it answers to a mark."""

import numpy as np
import pytest
from pymatting import cf_laplacian

from clickmend.correction import mattes
from clickmend.correction.mattes import BAND_ROWS, TRUST, UNSURE, Matte, laplacian_rows
from clickmend.correction.values import window_around

HEIGHT, WIDTH = 24, 32


@pytest.fixture
def photo() -> np.ndarray:
    """Two colours that blend, and grain."""
    rng = np.random.default_rng(0)
    share = np.clip((np.arange(WIDTH) - 10) / 12, 0, 1)[None, :, None]
    clean = 220 * share + 40 * (1 - share)
    return (clean + rng.uniform(0, 20, (HEIGHT, WIDTH, 3))).astype(np.uint8)


@pytest.fixture
def unknown() -> np.ndarray:
    """A band in the middle."""
    band = np.zeros((HEIGHT, WIDTH), bool)
    band[2:-2, 8:24] = True
    return band


@pytest.fixture
def alpha() -> np.ndarray:
    """A network that sees a hard edge."""
    return np.repeat((np.arange(WIDTH) >= 14).astype(np.float32)[None], HEIGHT, axis=0)


@pytest.mark.parametrize("size", [(2 * BAND_ROWS + 7, 9), (5, 40), (3, 3), (2, 6), (6, 2)])
@pytest.mark.parametrize("share", [1.0, 0.2])
def test_the_laplacian_is_that_of_pymatting(size, share, rng) -> None:
    photo = rng.integers(90, 130, (*size, 3)) / 255.0
    unknown = rng.random(size) < share
    unknown[0, 0] = True
    rows = laplacian_rows(photo, unknown).toarray()
    if min(size) < 3:  # no window fits in
        assert not rows.any()
        return
    expected = cf_laplacian(photo).toarray()[unknown.ravel()]
    np.testing.assert_allclose(rows, expected, atol=1e-9)


def test_the_minimum_equals_that_of_the_energy_written_out(photo, unknown, alpha) -> None:
    alpha[5:9, 10:14] = 0.3
    found = Matte.of(photo, unknown, alpha).initial
    trust = TRUST * np.maximum(UNSURE, (2 * alpha.ravel() - 1) ** 2) * unknown.ravel()
    fixed = 1e6 * ~unknown.ravel()
    system = cf_laplacian(photo / 255.0).toarray() + np.diag(trust + fixed)
    expected = np.linalg.solve(system, (trust + fixed) * alpha.ravel()).clip(0, 1)
    np.testing.assert_allclose(found.ravel(), expected, atol=5e-3)
    np.testing.assert_array_equal(found[~unknown], alpha[~unknown])


def test_a_response_is_that_of_the_energy_with_one_more_pixel_fixed(
    photo, unknown, alpha, monkeypatch
) -> None:
    monkeypatch.setattr(mattes, "COARSE", 1e-8)
    matte = Matte.of(photo, unknown, alpha)
    window = window_around(15.5, 12.5, 5, height=HEIGHT, width=WIDTH)
    response = matte.response(window)
    assert response is not None
    inside = np.zeros_like(unknown)
    inside[window.place] = True
    moves = inside & unknown
    moves[12, 15] = False
    dense, index = matte.system.toarray(), matte.index
    moving, mark = index[moves], index[12, 15]
    expected = np.zeros((HEIGHT, WIDTH))
    expected[moves] = np.linalg.solve(dense[np.ix_(moving, moving)], -dense[moving, mark])
    expected[12, 15] = 1
    np.testing.assert_allclose(response, expected.clip(0, 1)[window.place], atol=1e-5)


def test_a_known_pixel_has_no_response(photo, unknown, alpha) -> None:
    matte = Matte.of(photo, unknown, alpha)
    assert matte.response(window_around(2.5, 2.5, 5, height=HEIGHT, width=WIDTH)) is None


def test_without_unknown_pixels_the_answer_stands(photo, alpha) -> None:
    matte = Matte.of(photo, np.zeros((HEIGHT, WIDTH), bool), alpha)
    np.testing.assert_array_equal(matte.initial, alpha)


def test_a_large_photo_is_solved_on_a_reduced_grid(photo, unknown, alpha, monkeypatch) -> None:
    whole = Matte.of(photo, unknown, alpha).initial
    monkeypatch.setattr(mattes, "LARGEST_PX", HEIGHT * WIDTH // 4)
    matte = Matte.of(photo, unknown, alpha)
    assert matte.index.shape == (HEIGHT // 2, WIDTH // 2)
    assert np.abs(matte.initial - whole).mean() < 0.05
    np.testing.assert_array_equal(matte.initial[~unknown], alpha[~unknown])
    window = window_around(15.5, 12.5, 5, height=HEIGHT, width=WIDTH)
    response = matte.response(window)
    assert response is not None
    assert response.shape == alpha[window.place].shape
    assert response[window.centre] == 1
