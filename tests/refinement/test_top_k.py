"""Refinement of the most active channels only."""

import pytest
import torch

from clickmend.core.errors import OptionError
from clickmend.refinement import LAYERS, TopK
from clickmend.refinement.top_k import most_active_channels


def test_channels_are_those_with_the_highest_means_in_ascending_order() -> None:
    means = torch.tensor([3.0, -9.0, 5.0, 0.0, 4.0])
    m = torch.randn(1, 5, 6, 6)
    m += (means - m.mean(dim=(0, 2, 3)))[:, None, None]

    assert most_active_channels(m, 3).tolist() == [0, 2, 4]


def test_equal_means_are_settled_by_the_order_of_the_channels() -> None:
    assert most_active_channels(torch.ones(1, 6, 2, 2), 2).tolist() == [0, 1]


def test_all_channels_are_taken_when_there_are_fewer() -> None:
    assert most_active_channels(torch.randn(1, 4, 2, 2), 256).tolist() == [0, 1, 2, 3]


def test_only_the_chosen_channels_change_and_as_the_layer_alone_would() -> None:
    m = torch.randn(1, 4, 3, 3) + torch.tensor([0.0, 9.0, 0.0, 9.0])[:, None, None]
    layer = TopK("sb", k=2)
    layer(m)
    alone = LAYERS["sb"]()
    alone(m[:, [1, 3]])
    with torch.no_grad():
        layer.layer.s.mul_(2)
        alone.s.mul_(2)

    out = layer(m)

    assert torch.equal(out[:, [0, 2]], m[:, [0, 2]])
    assert torch.equal(out[:, [1, 3]], alone(m[:, [1, 3]]))


def test_channels_are_chosen_once() -> None:
    m = torch.randn(1, 4, 3, 3) + torch.tensor([0.0, 9.0, 0.0, 9.0])[:, None, None]
    layer = TopK("sb", k=2)
    layer(m)

    layer(-m)

    assert layer.channels.tolist() == [1, 3]


def test_a_layer_object_is_taken_as_well_as_a_name() -> None:
    assert isinstance(TopK(LAYERS["bmconv"]()).layer, LAYERS["bmconv"])


def test_no_channels_are_refused() -> None:
    with pytest.raises(OptionError, match=r"k is 0. It is a number of channels, 1 or more"):
        TopK("sb", k=0)
