"""Tests of IndexNet's pooling and upsampling, and of the whole at small width."""

import pytest
import torch
import torch.nn.functional as F

from clickmend.core.errors import ModelError
from clickmend.networks import parameter_count
from clickmend.networks.models.indexnet import IndexNet, IndexNetwork, index_pool, index_upsample


@pytest.fixture(scope="module")
def small() -> IndexNet:
    torch.manual_seed(0)
    return IndexNet(backbone="mobilenetv2_035").eval().requires_grad_(False)


def test_with_indices_of_the_maxima_it_is_max_pooling_and_unpooling() -> None:
    x = torch.randn(2, 3, 6, 8)
    pooled, where = F.max_pool2d(x, 2, return_indices=True)
    weights = F.max_unpool2d(torch.ones_like(pooled), where, 2)
    torch.testing.assert_close(index_pool(x, weights), pooled)
    torch.testing.assert_close(index_upsample(pooled, weights), F.max_unpool2d(pooled, where, 2))


def test_with_equal_indices_it_is_the_mean_and_repetition() -> None:
    x = torch.randn(1, 3, 4, 4)
    torch.testing.assert_close(index_pool(x, torch.full_like(x, 0.25)), F.avg_pool2d(x, 2))
    twice = x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    torch.testing.assert_close(index_upsample(x, torch.ones_like(twice)), twice)


def test_the_shares_of_each_region_add_up_to_one() -> None:
    shares, _ = IndexNetwork(5).eval()(torch.randn(1, 5, 8, 6))
    torch.testing.assert_close(4 * F.avg_pool2d(shares, 2), torch.ones(1, 5, 4, 3))


def test_the_shares_are_the_softmax_of_the_decoders_map_over_each_region() -> None:
    shares, indices = IndexNetwork(2).eval()(torch.randn(1, 2, 4, 4))
    assert ((indices > 0) & (indices < 1)).all()
    for row in (0, 2):
        for column in (0, 2):
            region = (..., slice(row, row + 2), slice(column, column + 2))
            expected = indices[region].flatten(2).softmax(dim=2).reshape(1, 2, 2, 2)
            torch.testing.assert_close(shares[region], expected)


def test_every_position_has_its_own_branch() -> None:
    network = IndexNetwork(1).eval()
    with torch.no_grad():
        for i, position in enumerate(network.positions):
            position[-1].weight.fill_(0.0)
            position.register_forward_hook(lambda _m, _x, y, i=i: y + float(i))
        _, indices = network(torch.randn(1, 1, 2, 2))
    torch.testing.assert_close(indices[0, 0], torch.tensor([[0.0, 1.0], [2.0, 3.0]]).sigmoid())


def test_a_photo_and_a_trimap_give_alpha_between_0_and_1(small: IndexNet) -> None:
    trimap = torch.randint(0, 3, (1, 1, 64, 96)) / 2
    alpha = small(torch.rand(1, 3, 64, 96), trimap)
    assert alpha.shape == (1, 1, 64, 96)
    assert alpha.min() >= 0
    assert alpha.max() <= 1


def test_the_trimap_changes_the_answer(small: IndexNet) -> None:
    image = torch.rand(1, 3, 32, 32)
    unknown = torch.full((1, 1, 32, 32), 0.5)
    assert not torch.equal(small(image, unknown), small(image, torch.ones_like(unknown)))


def test_the_decoders_maps_have_the_size_and_channels_of_what_they_weigh(small: IndexNet) -> None:
    shapes = []
    parts = dict(small.named_modules())
    hooks = [
        parts[place].register_forward_hook(lambda _m, _x, y: shapes.append(tuple(y.shape[2:])))
        for place in small.PLACES
    ]
    small(torch.rand(1, 3, 64, 32), torch.rand(1, 1, 64, 32))
    for hook in hooks:
        hook.remove()
    assert shapes == [(64, 32), (32, 16), (16, 8), (8, 4), (4, 2)]


def test_a_size_that_does_not_halve_five_times_is_refused(small: IndexNet) -> None:
    with pytest.raises(ModelError, match="64×50 pixels"):
        small(torch.rand(1, 3, 50, 64), torch.rand(1, 1, 50, 64))


def test_gradients_reach_every_weight() -> None:
    network = IndexNet(backbone="mobilenetv2_035").train()
    network(torch.rand(2, 3, 32, 32), torch.rand(2, 1, 32, 32)).square().mean().backward()
    assert [key for key, p in network.named_parameters() if p.grad is None] == []


def test_it_is_about_as_large_as_the_published_one() -> None:
    """The authors state 8.15 million parameters."""
    assert parameter_count(IndexNet()) == pytest.approx(8.15e6, rel=0.05)
