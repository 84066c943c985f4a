"""Tests of simulated feedback."""

import numpy as np
import pytest

from clickmend.core.types import Mask
from clickmend.feedback.simulate import (
    click_inside,
    corrective_click,
    noisy_box,
    random_clicks,
)


@pytest.fixture
def disk() -> Mask:
    ys, xs = np.mgrid[:64, :80]
    return (xs - 40) ** 2 + (ys - 30) ** 2 < 15**2


def at(mask: Mask, x: float, y: float) -> bool:
    return bool(mask[int(y), int(x)])


def test_a_deep_click_is_at_the_middle_and_a_shallow_one_anywhere(
    disk: Mask, rng: np.random.Generator
) -> None:
    deep = [click_inside(disk, "foreground", rng, depth=1) for _ in range(20)]
    assert all(c is not None and np.hypot(c.x - 40.5, c.y - 30.5) < 2 for c in deep)
    shallow = [click_inside(disk, "foreground", rng, depth=0) for _ in range(200)]
    assert max(np.hypot(c.x - 40.5, c.y - 30.5) for c in shallow if c is not None) > 12


def test_an_empty_region_has_no_click(rng: np.random.Generator) -> None:
    empty = np.zeros((8, 8), bool)
    assert click_inside(empty, "foreground", rng, depth=0) is None
    assert noisy_box(empty, rng) is None


def test_random_clicks_say_what_is_under_them(disk: Mask, rng: np.random.Generator) -> None:
    for _ in range(50):
        clicks = random_clicks(disk, rng, most=3)
        assert all(at(disk, c.x, c.y) == c.is_foreground for c in clicks)
        assert 1 <= sum(c.is_foreground for c in clicks) <= 3
        assert sum(not c.is_foreground for c in clicks) <= 3


def test_a_corrective_click_lies_in_the_larger_error(disk: Mask, rng: np.random.Generator) -> None:
    shown = np.zeros_like(disk)
    shown[:, :43] = disk[:, :43]
    shown[50:53, 3:6] = True
    for _ in range(20):
        click = corrective_click(shown, disk, None, rng)
        assert click is not None
        assert click.is_foreground
        assert at(disk & ~shown, click.x, click.y)
    assert corrective_click(disk, disk, None, rng) is None


def test_a_noisy_box_stays_near_the_object_and_inside_the_image(
    disk: Mask, rng: np.random.Generator
) -> None:
    for _ in range(50):
        box = noisy_box(disk, rng, noise=0.1)
        assert box is not None
        assert abs(box.x0 - 26) <= 3
        assert abs(box.y1 - 45) <= 3
        assert 0 <= box.x0 < box.x1 <= 80
