"""How far a mark on a depth map is meant."""

from __future__ import annotations

import numpy as np
import pytest

import clickmend as cm
from clickmend.core.types import FloatMap, Mask
from clickmend.feedback.marks import Click
from clickmend.tasks.depth.rules import DepthRules
from clickmend.tasks.rules import Ground

SHAPE = (100, 140)
PHOTO = np.full((*SHAPE, 3), 90, np.uint8)
FLAT = np.full(SHAPE, 2.0, np.float32)
LEFT = np.indices(SHAPE)[1] < 60


def meant(
    value: float,
    *,
    shown: FloatMap = FLAT,
    own: FloatMap = FLAT,
    first: FloatMap | None = None,
    at: tuple[float, float] = (70.5, 50.5),
    radius_px: float | None = None,
) -> Mask:
    """The pixels that a click is about where it may reach 25, ``(H, W)``."""
    click = Click(*at, value=value, radius_px=radius_px)
    ground = Ground(PHOTO, shown, np.log(own)[None], own, [], first=first)
    region = DepthRules().region(click, 25.0, ground)
    mask = np.zeros(SHAPE, np.bool_)
    mask[region.window.place] = region.mask
    return mask


def farthest(mask: Mask) -> float:
    rows, columns = np.nonzero(mask)
    return float(np.hypot(columns - 70, rows - 50).max())


def test_a_click_without_a_radius_on_a_given_map_reaches_as_far_as_its_rule_says() -> None:
    session = cm.Session(PHOTO, task="depth", prior=FLAT)
    session.click(70.5, 50.5, value=3.0)
    assert farthest(session.reach) <= 25
    session.click(20.5, 20.5, value=3.0, radius_px=5)
    rows, columns = np.nonzero(session.reach)
    assert np.hypot(columns - 20, rows - 20).max() <= 5


@pytest.mark.parametrize("unknown", [False, True])
def test_a_click_against_what_the_network_says_is_meant_near(unknown: bool) -> None:
    own = FLAT.copy()
    own[30:70, 50:90] = 3.0
    shown = FLAT.copy()
    if unknown:
        shown[:, :20] = np.nan
    assert farthest(meant(3.0, shown=shown, own=own)) > 10
    assert farthest(meant(1.3, shown=shown, own=own)) <= 5
    assert farthest(meant(1.3, shown=shown, own=own, radius_px=25.0)) > 10


def test_the_scale_of_a_given_map_is_nothing_that_a_click_can_be_against() -> None:
    np.testing.assert_array_equal(meant(3.0), meant(3.0, own=FLAT * 5))
    assert farthest(meant(1.3, own=FLAT * 5)) > 10


def test_a_click_is_about_what_earlier_ones_changed_or_about_what_they_left() -> None:
    shown = np.where(LEFT, FLAT * np.float32(1.05), FLAT)
    free = meant(3.0, shown=shown, at=(62.5, 50.5))
    assert (free & LEFT).any()
    np.testing.assert_array_equal(meant(3.0, shown=shown, first=shown, at=(62.5, 50.5)), free)
    beside = meant(3.0, shown=shown, first=FLAT, at=(62.5, 50.5))
    np.testing.assert_array_equal(beside, free & ~LEFT)
    again = meant(3.0, shown=shown, first=FLAT, at=(57.5, 50.5))
    assert again.any()
    assert not (again & ~LEFT).any()
