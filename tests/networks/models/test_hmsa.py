"""Tests of hierarchical multi-scale attention, at small width."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from clickmend.core.errors import ModelError
from clickmend.networks.models.hmsa import MultiScaleAttention, fused


@pytest.fixture(scope="module")
def small() -> MultiScaleAttention:
    torch.manual_seed(0)
    network = MultiScaleAttention(
        classes=4, backbone="hrnet_w18_small", width=16, keys=8, attention_width=8
    )
    return network.eval().requires_grad_(False)


def test_the_low_scale_counts_as_much_as_it_is_trusted() -> None:
    logits, low = torch.randn(1, 3, 8, 8), torch.randn(1, 3, 4, 4)
    enlarged = F.interpolate(low, size=(8, 8), mode="bilinear", align_corners=False)
    torch.testing.assert_close(fused(logits, low, torch.zeros(1, 1, 4, 4)), logits)
    torch.testing.assert_close(fused(logits, low, torch.ones(1, 1, 4, 4)), enlarged)
    half = fused(logits, low, torch.full((1, 1, 4, 4), 0.5))
    torch.testing.assert_close(half, (logits + enlarged) / 2)


def test_trust_is_weighed_before_it_is_enlarged() -> None:
    logits, low = torch.zeros(1, 1, 4, 4), torch.tensor([[[[2.0, 4.0], [6.0, 8.0]]]])
    trust = torch.tensor([[[[0.0, 1.0], [1.0, 0.0]]]])
    expected = F.interpolate(low * trust, size=(4, 4), mode="bilinear", align_corners=False)
    torch.testing.assert_close(fused(logits, low, trust), expected)


@pytest.mark.parametrize("size", [(64, 64), (32, 96)])
def test_a_photo_gives_a_logit_per_class_and_pixel(
    small: MultiScaleAttention, size: tuple[int, int]
) -> None:
    logits = small(torch.rand(1, 3, *size))
    assert logits.shape == (1, 4, *size)
    assert logits.isfinite().all()


def test_a_size_that_does_not_halve_five_times_is_refused(small: MultiScaleAttention) -> None:
    with pytest.raises(ModelError, match="100×64 pixels"):
        small(torch.rand(1, 3, 64, 100))


def test_both_scales_share_the_backbone(small: MultiScaleAttention) -> None:
    seen = []
    hook = small.backbone.conv1.register_forward_hook(lambda _m, x, _y: seen.append(x[0].shape))
    small(torch.rand(1, 3, 128, 64))
    hook.remove()
    assert seen == [(1, 3, 128, 64), (1, 3, 64, 32)]


def test_the_places_are_the_three_finest_branches_of_stage_4_the_deepest_first() -> None:
    network = MultiScaleAttention(classes=4, backbone="hrnet_w18", width=16, keys=8).eval()
    parts = dict(network.named_modules())
    sizes = []
    for place in network.PLACES:
        parts[place].register_forward_hook(lambda _m, _x, y: sizes.append(tuple(y.shape[1:])))
    network(torch.rand(1, 3, 128, 64))
    finest_first = [(18, 32, 16), (36, 16, 8), (72, 8, 4)]
    at_half = [(18, 16, 8), (36, 8, 4), (72, 4, 2)]
    assert sizes == finest_first + at_half
    assert [network.PLACES[i][-1] for i in range(3)] == ["2", "1", "0"]


def test_the_backbone_enlarges_bilinearly(small: MultiScaleAttention) -> None:
    modes = {part.mode for part in small.backbone.modules() if isinstance(part, nn.Upsample)}
    assert modes == {"bilinear"}


def test_the_head_that_tells_the_trust_is_named_as_published(small: MultiScaleAttention) -> None:
    names = [name for name, _ in small.scale_attn.named_children()]
    assert names == ["conv0", "bn0", "re0", "conv1", "bn1", "re1", "conv2", "sig"]


def test_gradients_reach_every_weight() -> None:
    network = MultiScaleAttention(
        classes=4, backbone="hrnet_w18_small", width=16, keys=8, attention_width=8
    ).train()
    network(torch.rand(2, 3, 64, 64)).square().mean().backward()
    assert [key for key, p in network.named_parameters() if p.grad is None] == []
