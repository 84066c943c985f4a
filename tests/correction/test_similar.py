"""Tests of finding the parts that are wrong as a marked one is."""

from __future__ import annotations

import numpy as np
import pytest

from clickmend.core.types import RGB, Mask
from clickmend.correction.similar import similar_parts

WALL, PANE, DOOR = (170, 150, 120), (40, 50, 80), (120, 40, 30)
SHAPE = (100, 160)
PANES = [(8, 10), (8, 40), (8, 70), (36, 10), (36, 40)]
"""Row and column of the upper left corners."""


def pane_at(number: int) -> Mask:
    """The pixels of a pane, ``(H, W)``."""
    mask = np.zeros(SHAPE, bool)
    row, column = PANES[number]
    mask[row : row + 14, column : column + 12] = True
    return mask


PANES_ALL = np.any([pane_at(number) for number in range(len(PANES))], axis=0)
CENTRE = (15, 16)
"""Row and column of a pixel in the first pane."""


@pytest.fixture
def photo(rng: np.random.Generator) -> RGB:
    colours = np.full((*SHAPE, 3), WALL)
    colours[PANES_ALL] = PANE
    colours[36:58, 90:104] = DOOR
    return (colours + rng.integers(-6, 7, colours.shape)).clip(0, 255).astype(np.uint8)


@pytest.fixture
def shown() -> np.ndarray:
    """All is said to be wall."""
    return np.zeros(SHAPE, np.int32)


def test_the_other_panes_are_found_and_neither_the_wall_nor_the_door(
    photo: RGB, shown: np.ndarray
) -> None:
    found = similar_parts(photo, shown, pane_at(0), CENTRE, [])
    wanted = PANES_ALL & ~pane_at(0)
    assert (found & wanted).sum() >= 0.9 * wanted.sum()
    assert (found & ~PANES_ALL).sum() <= 0.05 * wanted.sum()
    assert not (found & pane_at(0)).any()


def test_a_part_in_which_another_class_was_clicked_stays(photo: RGB, shown: np.ndarray) -> None:
    found = similar_parts(photo, shown, pane_at(0), CENTRE, [(46.5, 15.5)])
    assert not (found & pane_at(1)).any()
    assert (found & pane_at(2)).any()


def test_what_is_shown_as_another_class_stays(photo: RGB, shown: np.ndarray) -> None:
    shown[:, 60:] = 1
    found = similar_parts(photo, shown, pane_at(0), CENTRE, [])
    assert (found & pane_at(1)).any()
    assert not found[:, 60:].any()


def test_a_part_of_quite_another_size_stays(photo: RGB, shown: np.ndarray) -> None:
    photo[pane_at(1)] = WALL
    photo[12:17, 44:49] = PANE
    found = similar_parts(photo, shown, pane_at(0), CENTRE, [])
    assert not (found & pane_at(1)).any()
    assert (found & pane_at(2)).any()


def test_a_network_that_believes_less_in_the_class_than_at_the_mark_speaks_against_it(
    photo: RGB, shown: np.ndarray
) -> None:
    lead = np.full(SHAPE, -1.0, np.float32)
    lead[pane_at(1)] = -9
    found = similar_parts(photo, shown, pane_at(0), CENTRE, [], lead=lead)
    assert not (found & pane_at(1)).any()
    assert (found & pane_at(2)).any()


@pytest.mark.parametrize("marked", [np.zeros(SHAPE, bool), np.ones(SHAPE, bool)])
def test_nothing_is_found_where_there_is_too_little_to_compare(
    photo: RGB, shown: np.ndarray, marked: Mask
) -> None:
    assert not similar_parts(photo, shown, marked, CENTRE, []).any()
