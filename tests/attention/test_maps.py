"""Attention over maps against attention over their pixels, and along one axis at a time."""

import pytest
import torch

from clickmend.attention import AxialAttention, MapAttention, Online, probabilistic_attention

KINDS = ["full", "factored", "none"]
SIZE = {"height": 3, "width": 4}


@pytest.mark.parametrize("kind", KINDS)
def test_attention_over_a_map_is_that_over_its_pixels(kind):
    module = MapAttention(6, 2, positions=kind, value_channels=4, **SIZE)
    features = torch.randn(2, 6, 3, 4)
    pixels = torch.einsum("oc,bchw->bohw", module.qkv.weight[:, :, 0, 0], features)
    q, keys, values = (
        t.reshape(2, 2, -1, 12).mT for t in (pixels[:, :6], pixels[:, 6:12], pixels[:, 12:])
    )
    v = probabilistic_attention(q, keys, values, positions=module.positions(3, 4))
    torch.testing.assert_close(module(features), v.mT.reshape(2, 4, 3, 4))


def axis_alone(module, features, dim):
    """What a module says to every line by itself."""
    lines = [module(line[..., None])[..., 0] for line in features.unbind(dim)]
    return torch.stack(lines, dim=dim)


@pytest.mark.parametrize("kind", KINDS)
def test_axial_attention_is_that_of_every_column_then_of_every_row(kind):
    module = AxialAttention(6, 2, positions=kind, value_channels=4, **SIZE)
    features = torch.randn(2, 6, 3, 4)
    after_columns = axis_alone(module.along_height, features, 3)
    expected = axis_alone(module.along_width, after_columns, 2)
    out = module(features)
    assert out.shape == (2, 4, 3, 4)
    torch.testing.assert_close(out, expected)


def test_without_positions_a_map_may_have_any_size():
    module = AxialAttention(6, 2, positions="none", **SIZE)
    assert module(torch.randn(1, 6, 7, 5)).shape == (1, 6, 7, 5)


def test_a_click_spreads_over_the_map_along_both_axes():
    module = AxialAttention(
        6, 2, value_channels=2, online=Online(propagate=1, value_prior_precision=0.1), **SIZE
    )
    features, fixed = torch.randn(2, 6, 3, 4), torch.zeros(2, 3, 4, dtype=torch.bool)
    fixed[0, 1, 2] = True
    clicks = {"fixed": fixed, "fixed_values": torch.full((2, 2, 3, 4), 5.0)}
    before, after = module(features), module(features, **clicks)
    assert not torch.isclose(after[0], before[0], atol=1e-5).any()
    torch.testing.assert_close(after[1], before[1])


@pytest.mark.parametrize("module", [MapAttention, AxialAttention])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_all_weights(module, kind):
    made = module(6, 2, positions=kind, online=Online(adapt_keys=1), **SIZE)
    made(torch.randn(1, 6, 3, 4)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in made.parameters())
