"""Marks explained together: scale, field, and the marks' own pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from clickmend.core.types import RGB, FloatMap
from clickmend.correction.field import DEPTH, VOTERS, Field, hold

HEIGHT, WIDTH = 48, 64


@pytest.fixture
def witness() -> FloatMap:
    """A floor that recedes, with a box on it."""
    rows = np.linspace(1.5, 0.5, HEIGHT, dtype=np.float32)
    floor = np.repeat(rows[:, None], WIDTH, axis=1)
    floor[20:30, 10:30] = 0.7
    return floor


@pytest.fixture
def photo() -> RGB:
    """Noise."""
    return np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def some_places(count: int, seed: int = 0) -> np.ndarray:
    """Pixel centres, no two of which are neighbours."""
    rng = np.random.default_rng(seed)
    cells = rng.choice((HEIGHT // 4) * (WIDTH // 4), count, replace=False)
    rows, columns = np.divmod(cells, WIDTH // 4)
    return np.stack([columns * 4 + 1.5, rows * 4 + 1.5], 1).astype(np.float32)


def at(values: FloatMap, places: np.ndarray) -> np.ndarray:
    """The values of the pixels that hold the places."""
    pixels = places.astype(int)
    return values[pixels[:, 1], pixels[:, 0]]


def test_the_field_equals_the_posterior_written_out(witness: FloatMap, photo: RGB) -> None:
    kernel = replace(DEPTH, joint_colour=1e6, edge=0.0)
    places = some_places(4)
    values = at(witness, places) + np.array([0.3, 0.1, -0.2, 0.0], np.float32)
    shown, _ = Field(witness, photo).explained(places, values, kernel=kernel)

    mean = at(witness, places).mean()

    def covariance(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
        place = np.hypot(a[0] - b[0], a[1] - b[1])
        joint = (place / kernel.joint_length) ** 2 + ((a[2] - b[2]) / kernel.joint_witness) ** 2
        return float(
            kernel.slope**2 * a[2] * b[2]
            + kernel.plane**2 * (a[0] * b[0] + a[1] * b[1])
            + kernel.place**2 * np.exp(-place / kernel.place_length)
            + kernel.joint**2 * np.exp(-joint / 2)
        )

    def feature(x: float, y: float) -> tuple[float, float, float]:
        seen = float(witness[int(y), int(x)] - mean)
        return (x - WIDTH / 2) / HEIGHT, (y - HEIGHT / 2) / HEIGHT, seen

    marks = [feature(float(x), float(y)) for x, y in places]
    gram = np.array([[covariance(a, b) for b in marks] for a in marks])
    off = (values - at(witness, places)).astype(float)
    noise = kernel.noise**2 * np.eye(4)
    wholes = {scale: gram + scale**2 + noise for scale in (kernel.known, kernel.unknown)}
    likely = {
        scale: multivariate_normal(cov=kernel.unit**2 * whole).pdf(off)
        for scale, whole in wholes.items()
    }
    for x, y in [(0.5, 0.5), (20.5, 25.5), (60.5, 40.5)]:
        alike = np.array([covariance(feature(x, y), b) for b in marks])
        means = {s: (alike + s**2) @ np.linalg.solve(whole, off) for s, whole in wholes.items()}
        expected = sum(likely[s] * means[s] for s in wholes) / sum(likely.values())
        correction = float(shown[int(y), int(x)] - witness[int(y), int(x)])
        assert correction == pytest.approx(expected, abs=2e-4)


def test_one_mark_scales_the_whole_map(witness: FloatMap, photo: RGB) -> None:
    shown, heard = Field(witness, photo).explained(
        np.array([[40.5, 10.5]], np.float32), witness[10, 40][None] + 0.5
    )
    assert heard.all()
    assert (shown - witness).min() > 0.4
    assert (shown - witness).max() < 0.55


def test_a_mark_that_is_a_little_off_is_first_its_own(witness: FloatMap, photo: RGB) -> None:
    place = np.array([[60.5, 5.5]], np.float32)
    field = Field(witness, photo)
    little, much = (
        (field.explained(place, at(witness, place) + off)[0] - witness)[40, 5] / off
        for off in (0.1, 0.9)
    )
    assert little < 0.6
    assert much > 0.95


def test_a_mark_at_an_edge_of_the_witness_says_less(photo: RGB) -> None:
    steps = np.repeat(np.float32([0.5, 1.5]), WIDTH // 2)[None].repeat(HEIGHT, 0)
    field = Field(steps, photo)
    places = np.array([[8.5, 8.5], [31.5, 24.5]], np.float32)
    off = np.array([0.0, 0.5], np.float32)
    at_edge, _ = field.explained(places, at(steps, places) + off)
    beside, _ = field.explained(places - np.float32([[0, 0], [8, 0]]), steps[0, 0] + off)
    assert 0 < (at_edge - steps)[24, 2] < 0.5 * (beside - steps)[24, 2]


def test_a_map_that_is_off_by_one_factor_is_found(witness: FloatMap, photo: RGB) -> None:
    places = some_places(12)
    shown, _ = Field(witness, photo).explained(places, at(witness, places) + 0.8)
    np.testing.assert_allclose(shown, witness + 0.8, atol=0.02)


def test_a_wrong_mark_among_many_hardly_tilts_the_map(witness: FloatMap, photo: RGB) -> None:
    places = some_places(2 * VOTERS)
    values = at(witness, places) + np.float32(0.4) + 0.3 * places[:, 0] / WIDTH
    right, heard = Field(witness, photo).explained(places, values)
    assert heard.all()
    values[7] += np.log(2.5)
    shown, heard = Field(witness, photo).explained(places, values)
    assert np.flatnonzero(~heard).tolist() == [7]
    assert np.abs(shown - right).mean() < 0.04
    fewer, heard = Field(witness, photo).explained(places[: VOTERS - 1], values[: VOTERS - 1])
    assert heard.all()
    assert np.isfinite(fewer).all()


def test_a_large_photo_has_the_field_of_a_small_one(witness: FloatMap, photo: RGB) -> None:
    places = some_places(9)
    values = at(witness, places) + 0.01 * places[:, 1]
    small, _ = Field(witness, photo).explained(places, values)
    large, _ = Field(witness.repeat(8, 0).repeat(8, 1), photo.repeat(8, 0).repeat(8, 1)).explained(
        places * 8,
        values,
    )
    assert np.abs(large[4::8, 4::8] - small).mean() < 0.02


@given(st.integers(1, 30), st.integers(0, 50))
def test_a_held_mark_is_exact_and_reaches_three_sigma(count: int, seed: int) -> None:
    shown = np.zeros((HEIGHT, WIDTH), np.float32)
    places = some_places(count, seed)
    values = np.random.default_rng(seed).normal(size=count).astype(np.float32)
    hold(shown, places, values, sigma_px=2)
    np.testing.assert_array_equal(at(shown, places), values)
    rows, columns = np.indices(shown.shape) + 0.5
    beyond = np.ones(shown.shape, bool)
    for x, y in places:
        beyond &= np.hypot(columns - x, rows - y) > 6
    assert not shown[beyond].any()
