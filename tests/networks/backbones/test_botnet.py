"""Tests of ResNets whose last stage attends."""

import pytest
import torch
import torch.nn.functional as F
from timm.models.resnet import Bottleneck, ResNet
from torch import nn

from clickmend.attention import MapAttention, Online
from clickmend.core.errors import ModelError
from clickmend.networks import set_online
from clickmend.networks.backbones.botnet import (
    BottleneckAttention,
    attend_in_last_stage,
    resnet_features,
)

KINDS = [
    (kind, positions) for kind in ("full", "axial") for positions in ("full", "factored", "none")
]


def small_resnet() -> ResNet:
    """With two blocks in its last stage, the first of which halves the map."""
    return ResNet(Bottleneck, (1, 1, 1, 2), channels=(4, 4, 8, 8), num_classes=3)


def test_exactly_the_3x3_convolutions_of_the_last_stage_become_attention() -> None:
    before, network = small_resnet(), small_resnet()
    attend_in_last_stage(network)
    changed = {
        name
        for name, part in network.named_modules()
        if isinstance(part, BottleneckAttention)
        and isinstance(before.get_submodule(name), nn.Conv2d)
    }
    assert changed == {"layer4.0.conv2", "layer4.1.conv2"}
    others = {key for key in before.state_dict() if ".conv2." not in key or "layer4" not in key}
    assert {key for key in network.state_dict() if ".attention." not in key} == others


@pytest.mark.parametrize(("kind", "positions"), KINDS)
def test_gradients_reach_every_weight_through_adapted_keys_at_any_size(
    kind: str, positions: str
) -> None:
    network = small_resnet()
    attend_in_last_stage(network, kind=kind, positions=positions, heads=2, side=2, adapt_keys=1)
    answer = network(torch.rand(2, 3, 96, 160))
    assert answer.shape == (2, 3)
    answer.square().mean().backward()
    assert [key for key, p in network.named_parameters() if p.grad is None] == []
    assert all(p.grad.isfinite().all() for p in network.parameters())


def test_a_block_that_halves_the_map_pools_what_it_attended_to() -> None:
    x = torch.randn(1, 8, 6, 4)
    whole, halved = (BottleneckAttention(8, heads=2, side=6, stride=stride) for stride in (1, 2))
    halved.load_state_dict(whole.state_dict())
    torch.testing.assert_close(halved(x), F.avg_pool2d(whole(x), 2))


@pytest.mark.parametrize(("kind", "positions"), KINDS)
def test_on_the_map_it_was_made_for_it_is_the_attention_bit_for_bit(
    kind: str, positions: str
) -> None:
    module = BottleneckAttention(8, kind=kind, positions=positions, heads=2, side=5)
    x = torch.randn(2, 8, 5, 5)
    assert torch.equal(module(x), module.attention(x))


@pytest.mark.parametrize("positions", ["full", "factored"])
@pytest.mark.parametrize("size", [(2, 3), (6, 4), (4, 7)])
def test_on_another_map_offsets_are_those_known_or_the_farthest(
    positions: str, size: tuple[int, int]
) -> None:
    side = 4
    module = BottleneckAttention(6, positions=positions, heads=2, side=side)
    exact = MapAttention(6, 2, height=size[0], width=size[1], positions=positions)
    exact.qkv.load_state_dict(module.attention.qkv.state_dict())
    with torch.no_grad():
        tables = zip(exact.positions.tables, module.attention.positions.tables, strict=True)
        for i, (table, known) in enumerate(tables):
            reaches = [min(s, side) - 1 for s in (size if positions == "full" else size[i % 2 :])]
            if positions == "full":
                for dy in range(1 - size[0], size[0]):
                    for dx in range(1 - size[1], size[1]):
                        y, x = max(-3, min(dy, 3)), max(-3, min(dx, 3))
                        table[0, dy + size[0] - 1, dx + size[1] - 1] = known[0, y + 3, x + 3]
            else:
                for d in range(1 - size[i % 2], size[i % 2]):
                    near = max(-reaches[0], min(d, reaches[0]))
                    table[0, d + size[i % 2] - 1] = known[0, near + side - 1]
    x = torch.randn(2, 6, *size)
    torch.testing.assert_close(module(x), exact(x))


def test_without_positions_and_adaptation_it_is_the_librarys_attention() -> None:
    module = BottleneckAttention(6, heads=2, positions="none")
    x = torch.randn(2, 6, 3, 5)
    q, k, v = module.attention.qkv(x).flatten(2).reshape(2, 3, 2, 3, 15).mT.unbind(1)
    expected = F.scaled_dot_product_attention(q, k, v).mT.reshape(2, 6, 3, 5)
    torch.testing.assert_close(module(x), expected, atol=1e-6, rtol=1e-5)


def test_a_probabilistic_backbone_with_adaptation_off_is_the_plain_one_bit_for_bit() -> None:
    plain, adaptive = resnet_features("botnet14t").eval(), resnet_features("probbotnet14t").eval()
    for part in plain.modules():
        if isinstance(part, Bottleneck):  # its branch begins at 0
            nn.init.constant_(part.bn3.weight, 0.5)
    adaptive.load_state_dict(plain.state_dict())
    image = torch.rand(1, 3, 64, 96)
    with torch.no_grad():
        low, high = plain(image)
        assert low.shape[2:] == (16, 24)
        assert high.shape[2:] == (4, 6)
        assert not torch.equal(adaptive(image)[1], high)
        set_online(adaptive, adapt_keys=0)
        assert torch.equal(adaptive(image)[1], high)
        set_online(plain, adapt_keys=1, prior_precision=1e8)
        torch.testing.assert_close(plain(image)[1], high, atol=1e-4, rtol=1e-4)


def test_what_is_inferred_is_kept_by_each_block_alone() -> None:
    network = small_resnet()
    attend_in_last_stage(network, kind="axial", adapt_keys=2)
    places = [p.online for p in network.modules() if isinstance(p, MapAttention)]
    assert places == [Online(adapt_keys=2)] * 4
    assert len({id(online) for online in places}) == 2


def test_a_resnet_without_bottlenecks_is_refused() -> None:
    with pytest.raises(ModelError, match=r"no stage layer4 of bottleneck blocks.*resnet50"):
        resnet_features("botnet18")
    with pytest.raises(ModelError, match="This Sequential has no stage layer4"):
        attend_in_last_stage(nn.Sequential())
