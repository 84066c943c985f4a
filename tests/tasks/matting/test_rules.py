"""Trimaps that are made from mattes, and what a click means for a matte."""

import numpy as np

from clickmend.feedback import Click, Push
from clickmend.tasks.matting.rules import MattingRules, trimap_of
from clickmend.tasks.rules import Ground

HEIGHT, WIDTH = 40, 60
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH] + 0.5
PHOTO = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
NO_OUTPUT = np.zeros((1, HEIGHT, WIDTH), np.float32)


def mended(shown, own, *marks, radius=15.0):
    """A matte and the network's answer after some marks."""
    rules, shown, own = MattingRules(), shown.astype(np.float32), own.astype(np.float32)
    for number, mark in enumerate(marks):
        ground = Ground(PHOTO, shown, NO_OUTPUT, own, marks[:number])
        region = rules.region(mark, radius, ground)
        rules.mend(shown, mark, region, own)
    return shown, own


def test_a_trimap_of_a_matte_is_unknown_where_it_is_soft_and_around_its_edges() -> None:
    alpha = np.zeros((60, 80), np.float32)
    alpha[20:40, 20:60] = 1
    alpha[20:40, 55:60] = 0.5
    trimap = trimap_of(alpha)
    assert set(np.unique(trimap)) == {0, 128, 255}
    assert (trimap[(alpha > 0) & (alpha < 1)] == 128).all()
    assert (trimap[alpha == 1] != 0).all()
    assert (trimap[alpha == 0] != 255).all()
    assert trimap[30, 40] == 255
    assert trimap[5, 5] == 0
    assert trimap[30, 20] == trimap[30, 19] == 128


def test_what_a_blunt_matte_lacks_comes_from_the_network_around_the_click_alone() -> None:
    truth = np.clip((COLUMNS - 28) / 4, 0, 1)
    blunt = np.clip((COLUMNS - 20) / 20, 0, 1)
    shown, _ = mended(blunt, truth, Click(35.5, 20.5, value=1.0))
    near = np.hypot(COLUMNS - 35.5, ROWS - 20.5) <= 15
    low = near & (blunt < truth)
    np.testing.assert_allclose(shown[low], truth[low], atol=1 / 255)
    np.testing.assert_array_equal(shown[~low], blunt.astype(np.float32)[~low])


def test_a_network_that_is_off_is_moved_to_agree_with_the_click_before_it_is_believed() -> None:
    own, shown = np.full((HEIGHT, WIDTH), 0.6), np.full((HEIGHT, WIDTH), 0.2)
    after, moved = mended(shown, own, Click(30.5, 20.5, value=0.9))
    assert after[20, 30] == moved[20, 30] == np.float32(0.9)
    np.testing.assert_allclose(after[20, 40], 0.6, atol=1e-6)
    assert (after >= shown.astype(np.float32)).all()


def test_a_click_stays_granted_whatever_is_clicked_beside_it_later() -> None:
    own, shown = np.full((HEIGHT, WIDTH), 0.5), np.full((HEIGHT, WIDTH), 0.2)
    first = Click(30.5, 20.5, value=0.9)
    after, _ = mended(shown, own, first, Click(32.5, 20.5, value=0.1), Push(31.5, 22.5, "up"))
    np.testing.assert_allclose(after[20, [30, 32]], [0.9, 0.1], rtol=1e-6)


def test_a_push_moves_a_matte_that_the_network_agrees_with() -> None:
    flat = np.full((HEIGHT, WIDTH), 0.5)
    after, _ = mended(flat, flat, Push(30.5, 20.5, "down"))
    assert after[20, 30] == np.float32(0.4)
    assert (after <= 0.5).all()
    assert (after[20, 33:] > 0.4).all()


def test_alpha_stays_between_0_and_1() -> None:
    own = np.clip((COLUMNS - 25) / 10, 0, 1)
    after, moved = mended(np.zeros((HEIGHT, WIDTH)), own, Click(26.5, 20.5, value=1.0))
    assert after.min() >= 0
    assert after.max() <= 1
    assert moved.max() <= 1
