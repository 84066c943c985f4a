"""Attention rollout against whole matrices multiplied."""

import numpy as np
import parts_oracle
import pytest
import torch

from clickmend.core.errors import OptionError
from clickmend.parts import rollout


def blocks_of(count, *, heads=2, tokens=9):
    return [torch.randn(heads, tokens, tokens).softmax(dim=2) for _ in range(count)]


@pytest.mark.parametrize("last", [1, 3, 5])
def test_the_maps_are_rows_of_the_products_written_out(last):
    attention = blocks_of(5)
    rows = torch.tensor([4, 0, 4])

    maps = rollout(attention, rows, last=last)

    assert maps.shape == (last, 3, 9)
    for k, row in enumerate(rows):
        wanted = parts_oracle.rollout(attention, row, last=last)
        np.testing.assert_allclose(maps[:, k], wanted, rtol=1e-5)


def test_seven_blocks_are_taken_and_all_when_there_are_fewer():
    assert len(rollout(blocks_of(9), torch.tensor([0]))) == 7
    assert len(rollout(blocks_of(2), torch.tensor([0]))) == 2


def test_the_weights_of_a_map_add_up_to_one():
    maps = rollout(blocks_of(7), torch.arange(9))

    torch.testing.assert_close(maps.sum(dim=2), torch.ones(7, 9))


def test_a_mean_over_heads_serves_as_one_head():
    attention = blocks_of(3)
    rows = torch.tensor([1, 2])

    alone = rollout([block.mean(dim=0, keepdim=True) for block in attention], rows)

    torch.testing.assert_close(alone, rollout(attention, rows))


@pytest.mark.parametrize(("blocks", "last"), [(0, 7), (3, 0)])
def test_no_block_and_no_depth_are_refused(blocks, last):
    with pytest.raises(OptionError, match=rf"over the last {last} of {blocks} blocks.*last ≥ 1"):
        rollout(blocks_of(blocks), torch.tensor([0]), last=last)
