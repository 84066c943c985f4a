"""Tests of the building blocks against what they are said to compute."""

import torch
import torch.nn.functional as F

from clickmend.networks.blocks import (
    AttentionBlock,
    ClickSimilarity,
    ResidualBlock,
    straight_clamp,
)


def test_similarity_is_the_cosine_to_the_mean_embedding_under_the_clicks() -> None:
    torch.manual_seed(0)
    block = ClickSimilarity(6, width=4, stride=2)
    x = torch.randn(1, 6, 8, 8)
    clicks = torch.zeros(1, 2, 16, 16)
    clicks[0, 0, 4:8, 4:8] = 1
    with torch.no_grad():
        found = block(x, clicks)
        embedding = F.normalize(block.embed(x), dim=1)[0]
    prototype = embedding[:, 2:4, 2:4].mean(dim=(1, 2))
    expected = (embedding * F.normalize(prototype, dim=0)[:, None, None]).sum(dim=0)
    torch.testing.assert_close(found[0, 0], expected)
    assert not found[0, 1].any()


def test_attention_does_not_care_where_far_pixels_are() -> None:
    torch.manual_seed(0)
    block = AttentionBlock(8, heads=2).eval()
    with torch.no_grad():
        block.position.weight.zero_()
        block.position.bias.zero_()
        x = torch.randn(1, 8, 4, 6)
        order = torch.randperm(24)
        moved = x.flatten(2)[:, :, order].unflatten(2, (4, 6))
        expected = block(x).flatten(2)[:, :, order].unflatten(2, (4, 6))
        torch.testing.assert_close(block(moved), expected, atol=1e-5, rtol=1e-5)


def test_attention_that_adapts_its_keys_and_holds_them_fast_is_attention() -> None:
    block = AttentionBlock(8, heads=2).eval()
    x = torch.randn(1, 8, 4, 6)
    with torch.no_grad():
        plain = block(x)
        block.online.adapt_keys = 1
        assert not torch.allclose(block(x), plain, atol=1e-4)
        block.online.prior_precision = 1e8
        torch.testing.assert_close(block(x), plain, atol=1e-5, rtol=1e-5)


def test_a_head_that_learned_to_hold_its_keys_fast_adapts_none() -> None:
    torch.manual_seed(0)
    block = AttentionBlock(8, heads=2, learned_hold=True).eval()
    block.online.adapt_keys, block.online.prior_precision = 2, 0.05
    x = torch.randn(1, 8, 4, 6)
    with torch.no_grad():
        adapted = block(x)
        block.hold.fill_(30)
        fast = block(x)
        block.online.adapt_keys = 0
        torch.testing.assert_close(fast, block(x), atol=1e-5, rtol=1e-5)
        assert not torch.allclose(adapted, fast, atol=1e-4)
    block.hold.data.zero_()
    block.online.adapt_keys = 2
    block(x).square().sum().backward()
    assert block.hold.grad.abs().min() > 0


def test_a_residual_block_halves_only_when_told() -> None:
    x = torch.rand(1, 4, 8, 8)
    assert ResidualBlock(4, 4)(x).shape == (1, 4, 8, 8)
    assert ResidualBlock(4, 6, stride=2)(x).shape == (1, 6, 4, 4)


def test_a_straight_clamp_is_a_clamp_whose_gradient_is_one() -> None:
    x = torch.tensor([-1e6, -2.7, 0.0, 0.3, 1.0, 2.7, 1e6], requires_grad=True)
    clamped = straight_clamp(x, 0.0, 1.0)
    assert torch.equal(clamped, x.clamp(0, 1))
    clamped.sum().backward()
    assert torch.equal(x.grad, torch.ones(7))
