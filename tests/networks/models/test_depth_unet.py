"""Tests of what our depth network says of its range."""

import pytest
import torch

from clickmend.core.errors import OptionError
from clickmend.networks.models.depth_unet import DepthUNet

TINY = {"widths": (8, 8, 8, 8), "blocks": (0, 1, 1, 1), "attention_blocks": 1}


def says(head_bias: float) -> torch.Tensor:
    """The depths when the head says ``head_bias`` everywhere."""
    network = DepthUNet(range_m=(0.5, 8), **TINY).eval()
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.fill_(head_bias)
        return network(torch.rand(1, 3, 32, 64))


def test_a_silent_head_says_the_geometric_mean_of_the_range() -> None:
    torch.testing.assert_close(says(0.0), torch.full((1, 1, 32, 64), 2.0))


def test_the_head_speaks_in_logarithms() -> None:
    ratio = torch.full((1, 1, 32, 64), 0.5).exp()
    torch.testing.assert_close(says(0.5) / says(0.0), ratio)


@pytest.mark.parametrize(("head_bias", "end"), [(-100.0, 0.5), (100.0, 8.0)])
def test_no_head_leaves_the_range(head_bias: float, end: float) -> None:
    torch.testing.assert_close(says(head_bias), torch.full((1, 1, 32, 64), end))


@pytest.mark.parametrize("range_m", [(0, 10), (3, 3), (10, 0.3)])
def test_a_range_that_is_none_is_refused(range_m: tuple[float, float]) -> None:
    with pytest.raises(OptionError, match="which is no range of depths"):
        DepthUNet(range_m=range_m, **TINY)
