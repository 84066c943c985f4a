"""Tests of trimaps that are made from mattes."""

import numpy as np

from clickmend.tasks.matting import trimap_of


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
