"""Tests of drawn alpha and drawn trimaps."""

import numpy as np

from clickmend.training.matting.drawn import add_hair, draw_shape, draw_trimap


def disk() -> np.ndarray:
    ys, xs = np.mgrid[:96, :96]
    return ((xs - 48) ** 2 + (ys - 48) ** 2 < 20**2).astype(np.float32)


def test_hair_only_adds_and_grows_outside() -> None:
    for seed in range(10):
        alpha = add_hair(disk(), np.random.default_rng(seed))
        assert (alpha >= disk()).all()
        grown = alpha - disk()
        assert (grown > 0.2).sum() > 10
    ys, xs = np.nonzero(grown > 0.2)
    assert np.hypot(xs - 48, ys - 48).max() > 21


def test_without_an_object_no_hair_grows() -> None:
    nothing = np.zeros((32, 32), np.float32)
    assert np.array_equal(add_hair(nothing, np.random.default_rng(0)), nothing)


def test_drawn_shapes_are_soft_and_differ() -> None:
    shapes = [draw_shape(np.random.default_rng(seed), (64, 64)) for seed in range(30)]
    assert all(s.dtype == np.float32 and s.min() >= 0 and s.max() <= 1 for s in shapes)
    soft = [((s > 0.02) & (s < 0.98)).mean() for s in shapes]
    assert np.mean(np.array(soft) > 0.02) > 0.9
    assert len({s.tobytes() for s in shapes}) == 30


def test_a_trimap_is_unknown_where_alpha_is_soft_and_around_it() -> None:
    alpha = disk()
    alpha[30:34, 46:50] = 0.5
    widths = []
    for seed in range(40):
        trimap = draw_trimap(alpha, np.random.default_rng(seed))
        assert (trimap[30:34, 46:50] == 128).all()
        assert (alpha[trimap == 255] == 1).all()
        assert (alpha[trimap == 0] == 0).all()
        widths.append((trimap == 128).sum())
    assert max(widths) > 5 * min(widths)


def test_where_nothing_is_soft_the_trimap_is_the_mask_or_has_a_disk() -> None:
    unknown = [
        (draw_trimap(disk(), np.random.default_rng(seed)) == 128).any() for seed in range(40)
    ]
    assert 0 < np.mean(unknown) < 0.5
