"""Where an object fits, on maps of log-odds that are made."""

import numpy as np
import pytest

from clickmend.tasks.interactive.following.placing import Move, best_move, fit

SIZE = (54, 96)


def box(x0, y0, x1, y1):
    mask = np.zeros(SIZE, np.float32)
    mask[y0:y1, x0:x1] = 1
    return mask


def odds(mask):
    return np.where(mask > 0, 3, -3).astype(np.float32)


def test_an_object_is_found_where_the_sum_of_its_log_odds_is_largest():
    before, now = box(10, 10, 20, 18), box(40, 25, 50, 33)
    move = best_move(before, before, odds(now), far=1.0)
    assert (move.carry(before) > 0.5).sum() == 80
    assert ((move.carry(before) > 0.5) == (now > 0.5)).all()


def test_an_object_that_came_nearer_is_found_larger():
    before, now = box(10, 10, 26, 26), box(40, 20, 60, 40)
    move = best_move(before, before, odds(now), far=1.0)
    assert move.matrix[0, 0] == pytest.approx(1.25)
    found = move.carry(before) > 0.5
    assert (found & (now > 0)).sum() / (found | (now > 0)).sum() > 0.8


def test_of_two_that_look_alike_the_nearer_is_taken():
    before = box(10, 20, 20, 30)
    near, far = box(25, 20, 35, 30), box(80, 20, 90, 30)
    move = best_move(before, before, odds(near + far), far=1.0)
    assert ((move.carry(before) > 0.5) == (near > 0)).all()


def test_a_photo_moves_as_its_map_does():
    move = Move(np.array([[1.0, 0, 7], [0, 1, -3]]))
    photo = np.zeros((*SIZE, 3), np.uint8)
    photo[20:30, 30:40] = 255
    moved = move.apply(photo)[..., 0] > 128
    assert (moved == (move.carry((photo[..., 0] / 255).astype(np.float32)) > 0.5)).all()
    assert moved[17:27, 37:47].all()


def test_no_object_has_no_place():
    nothing = np.zeros(SIZE, np.float32)
    assert best_move(nothing, nothing, odds(box(1, 1, 9, 9)), far=1.0) is None


def test_the_fit_of_a_mask_is_the_mean_over_its_pixels():
    field = np.arange(SIZE[0] * SIZE[1], dtype=np.float32).reshape(SIZE)
    mask = box(3, 4, 8, 9)
    assert fit(mask, field) == pytest.approx(field[4:9, 3:8].mean())
    assert fit(np.zeros(SIZE, np.float32), field) == -np.inf
