"""Positions against the sums of the field's position embeddings."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from clickmend.attention import (
    FactoredPositions,
    FullPositions,
    distance_prior,
    probabilistic_attention,
)
from clickmend.core.errors import OptionError

H, W, WIDTH = 3, 4, 5


def some_tables(*sizes):
    return [torch.randn(2, *size, WIDTH) for size in sizes]


def full_of(rows, columns):
    return rows[:, :, None] + columns[:, None]


def written_out(q, keys, table_q, table_k):
    """q·r^q + k·r^k of every pair, one by one."""
    scores = torch.zeros(*q.shape[:3], keys.shape[2])
    for i in range(H * W):
        for j in range(H * W):
            dy, dx = j // W - i // W + H - 1, j % W - i % W + W - 1
            scores[:, :, i, j] = (q[:, :, i] * table_q[:, dy, dx]).sum(-1)
            scores[:, :, i, j] += (keys[:, :, j] * table_k[:, dy, dx]).sum(-1)
    return scores


@pytest.mark.parametrize("kind", ["full", "factored"])
def test_attention_with_positions_is_that_of_qk_qr_and_kr(kind):
    q, keys, values = torch.randn(3, 2, 2, H * W, WIDTH)
    if kind == "full":
        full = some_tables((2 * H - 1, 2 * W - 1), (2 * H - 1, 2 * W - 1))
        positions = FullPositions(*full)
    else:
        tables = some_tables((2 * H - 1,), (2 * W - 1,), (2 * H - 1,), (2 * W - 1,))
        positions = FactoredPositions(*tables)
        full = [full_of(*tables[:2]), full_of(*tables[2:])]
    scores = (q @ keys.mT + written_out(q, keys, *full)) * WIDTH**-0.5
    out = probabilistic_attention(q, keys, values, positions=positions)
    torch.testing.assert_close(out, scores.softmax(-1) @ values)


def test_factored_positions_are_full_ones_of_their_sums():
    q, keys, values = torch.randn(3, 2, 2, H * W, WIDTH)
    tables = some_tables((2 * H - 1,), (2 * W - 1,), (2 * H - 1,), (2 * W - 1,))
    factored = FactoredPositions(*tables)
    full = FullPositions(full_of(*tables[:2]), full_of(*tables[2:]))
    assert factored.tokens == full.tokens == H * W
    for prior in ("magnitude", "uniform"):
        one, other = (
            probabilistic_attention(q, keys, values, positions=p, adapt_keys=2, prior=prior)
            for p in (factored, full)
        )
        torch.testing.assert_close(one, other)


def test_factored_positions_go_the_fast_way():
    q, keys, values = torch.randn(3, 2, 2, H * W, WIDTH)
    positions = FactoredPositions(
        *some_tables((2 * H - 1,), (2 * W - 1,), (2 * H - 1,), (2 * W - 1,))
    )
    fast, plain = (
        probabilistic_attention(
            q, keys, values, positions=positions, adapt_keys=1, implementation=implementation
        )
        for implementation in ("fast", "plain")
    )
    torch.testing.assert_close(fast, plain)


def test_a_distance_prior_is_the_distance_of_the_pixels():
    places = [(i // W, i % W) for i in range(H * W)]
    expected = -cdist(places, places) / 2.5
    np.testing.assert_allclose(distance_prior(H, W, scale_px=2.5)[0, 0], expected, atol=1e-6)


def test_a_sharp_distance_prior_gives_every_token_its_own_value():
    q, keys, values = torch.randn(3, 2, 2, H * W, WIDTH)
    out = probabilistic_attention(q, keys, values, prior=distance_prior(H, W, scale_px=0.01))
    torch.testing.assert_close(out, values)


def test_a_distance_that_is_no_length_is_refused():
    with pytest.raises(
        OptionError, match=r"scale_px is 0\. It is the distance .* give more than 0"
    ):
        distance_prior(H, W, scale_px=0)
