"""The modules beside those of timm and of the library, with the same weights."""

import pytest
import torch
from timm.layers.attention import Attention
from torch import nn

from clickmend.attention import (
    Online,
    ProbabilisticAttention,
    ProbabilisticMultiheadAttention,
)
from clickmend.core.errors import NotAvailableError, OptionError


@pytest.mark.parametrize("qkv_bias", [False, True])
def test_it_takes_the_place_of_timms_attention(qkv_bias):
    theirs = Attention(12, num_heads=3, qkv_bias=qkv_bias).eval()
    ours = ProbabilisticAttention(12, 3, qkv_bias=qkv_bias)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 7, 12)
    torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("heads_alike", [False, True])
def test_it_takes_the_place_of_the_librarys_attention(batch_first, bias, heads_alike):
    theirs = nn.MultiheadAttention(12, 3, bias=bias, batch_first=batch_first)
    ours = ProbabilisticMultiheadAttention(12, 3, bias=bias, batch_first=batch_first)
    ours.load_state_dict(theirs.state_dict())
    q, keys, values = torch.randn(2, 7, 12), torch.randn(2, 5, 12), torch.randn(2, 5, 12)
    masks = {
        "key_padding_mask": torch.tensor([[False] * 4 + [True], [False] * 5]),
        "attn_mask": torch.rand((7, 5) if heads_alike else (6, 7, 5)) < 0.2,
    }
    masks["attn_mask"][..., 0] = False
    tokens = [t if batch_first else t.transpose(0, 1) for t in (q, keys, values)]
    out, weights = ours(*tokens, need_weights=False, **masks)
    assert weights is None
    torch.testing.assert_close(out, theirs(*tokens, need_weights=False, **masks)[0])


def test_the_librarys_encoder_layer_calls_it_in_inference_too():
    layer = nn.TransformerEncoderLayer(12, 3, dim_feedforward=8, dropout=0.0, batch_first=True)
    ours = ProbabilisticMultiheadAttention(12, 3, batch_first=True)
    ours.load_state_dict(layer.self_attn.state_dict())
    x = torch.randn(2, 7, 12)
    with torch.no_grad():
        before = layer.eval()(x)
        layer.self_attn = ours
        torch.testing.assert_close(layer.eval()(x), before)
        ours.online.adapt_keys = 1
        assert not torch.isclose(layer(x), before).all()


def test_key_adaptation_and_propagation_are_switched_on_at_any_time():
    module = ProbabilisticAttention(12, 3, online=Online(prior_precision=0.1))
    x, fixed = torch.randn(2, 7, 12), torch.zeros(2, 7, dtype=torch.bool)
    fixed[0, 3] = True
    clicks = {"fixed": fixed, "fixed_values": torch.ones(2, 7, 12)}
    plain = module(x)
    assert torch.equal(module(x, **clicks), plain)
    module.online.propagate = 1
    assert torch.equal(module(x), plain)
    moved = module(x, **clicks)
    assert not torch.isclose(moved[0], plain[0]).all()
    torch.testing.assert_close(moved[1], plain[1])
    module.online.adapt_keys = 1
    assert not torch.isclose(module(x), plain).all()


def test_a_mask_of_the_module_says_what_to_ignore():
    module = ProbabilisticAttention(12, 3)
    x, ignored = torch.randn(2, 7, 12), torch.zeros(7, dtype=torch.bool)
    ignored[5:] = True
    torch.testing.assert_close(module(x, ignored)[:, :5], module(x[:, :5]))


def test_gradients_reach_all_weights_through_key_adaptation():
    module = ProbabilisticAttention(12, 3, qkv_bias=True, online=Online(adapt_keys=2))
    module(torch.randn(2, 7, 12)).square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in module.parameters())


@pytest.mark.parametrize("module", [ProbabilisticAttention, ProbabilisticMultiheadAttention])
def test_heads_that_do_not_divide_the_width_are_refused(module):
    with pytest.raises(
        OptionError, match=r"5 heads cannot share the width 12 evenly\. Give a divi"
    ):
        module(12, 5)


def test_weights_are_not_written_out():
    module = ProbabilisticMultiheadAttention(12, 3)
    x = torch.randn(7, 2, 12)
    with pytest.raises(
        NotAvailableError, match=r"writes no weights out\. Call it with need_weights"
    ):
        module(x, x, x, need_weights=True)


def test_a_mask_of_terms_to_add_is_refused():
    module = ProbabilisticMultiheadAttention(12, 3)
    x = torch.randn(7, 2, 12)
    with pytest.raises(NotAvailableError, match=r"float32. Here masks are of booleans"):
        module(x, x, x, attn_mask=torch.zeros(7, 7))
