"""The attention of timm's and transformers' networks replaced in place."""

import pytest
import timm
import torch
import torch.nn.functional as F
from torch import nn
from transformers import BeitConfig, BeitModel, Dinov2Config, Dinov2Model, ViTConfig, ViTModel

from clickmend.attention import Online, probabilistic_attention, replace_attention
from clickmend.core.errors import ModelError, NotAvailableError

SMALL = {
    "vit_tiny_patch16_224": {"img_size": 32, "depth": 2, "embed_dim": 24, "num_heads": 2},
    "deit3_small_patch16_224": {"img_size": 32, "depth": 2, "embed_dim": 24, "num_heads": 2},
    "beit_base_patch16_224": {"img_size": 32, "depth": 2, "embed_dim": 24, "num_heads": 2},
    "eva02_tiny_patch14_224": {"img_size": 28, "depth": 2, "embed_dim": 24, "num_heads": 2},
    "swin_tiny_patch4_window7_224": {
        "img_size": 28,
        "depths": (1, 1),
        "embed_dim": 12,
        "num_heads": (2, 2),
    },
}


def awake(network):
    """In evaluation mode, its weights such that attention does something."""
    for parameter in network.parameters():  # those of a new network hardly attend to anything
        nn.init.normal_(parameter, std=0.3)
    return network.eval()


def small(name):
    network = awake(timm.create_model(name, pretrained=False, num_classes=3, **SMALL[name]))
    side = SMALL[name]["img_size"]
    return network, torch.randn(2, 3, side, side)


@pytest.mark.parametrize("name", SMALL)
def test_outputs_are_the_same_until_adaptation_is_switched_on(name):
    network, images = small(name)
    weights = dict(network.state_dict())
    with torch.no_grad():
        before = network(images)
        replaced = replace_attention(network)
        assert torch.equal(network(images), before)
        assert list(network.state_dict()) == list(weights)
        replaced.online.adapt_keys = 1
        assert not torch.isclose(network(images), before).all()
        assert replaced.calls >= 2
        replaced.online.prior_precision = 1e9
        torch.testing.assert_close(network(images), before, rtol=1e-3, atol=1e-4)
        replaced.remove()
        assert torch.equal(network(images), before)


@pytest.mark.parametrize(
    ("make", "configure"),
    [(ViTModel, ViTConfig), (Dinov2Model, Dinov2Config), (BeitModel, BeitConfig)],
)
def test_outputs_of_transformers_are_the_same_until_adaptation_is_switched_on(make, configure):
    config = configure(
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        image_size=32,
        patch_size=8,
    )
    network, images = awake(make(config)), torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        before = network(images).last_hidden_state
        replaced = replace_attention(network)
        assert torch.equal(network(images).last_hidden_state, before)
        replaced.online.adapt_keys = 1
        assert not torch.isclose(network(images).last_hidden_state, before).all()
        assert replaced.calls == 4
        replaced.online.prior_precision = 1e9
        after = network(images).last_hidden_state
        torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-4)
        replaced.remove()
        assert torch.equal(network(images).last_hidden_state, before)


def test_one_block_alone_can_be_replaced():
    network, images = small("vit_tiny_patch16_224")
    replaced = replace_attention(network, at=["blocks.1"])
    network(images)
    assert replaced.calls == 1


class Bare(nn.Module):
    """Calls the library's attention with the arguments it is given."""

    def forward(self, *tokens, **options):
        return F.scaled_dot_product_attention(*tokens, **options)


def test_masks_terms_scales_and_causality_mean_what_they_do_in_the_library():
    tokens, network = torch.randn(3, 2, 2, 5, 4), Bare()
    mask = torch.rand(5, 5) < 0.7
    for options in (
        {"attn_mask": mask, "scale": 0.3},
        {"attn_mask": torch.randn(2, 1, 5, 5)},
        {"is_causal": True},
    ):
        expected = network(*tokens, **options)
        online = Online(adapt_keys=1, prior_precision=1e9)
        replaced = replace_attention(network, online=online)
        torch.testing.assert_close(network(*tokens, **options), expected)
        replaced.remove()


def test_keys_adapt_as_in_the_function():
    tokens, network = torch.randn(3, 2, 2, 5, 4), Bare()
    replace_attention(network, online=Online(adapt_keys=2, prior_precision=0.1))
    expected = probabilistic_attention(*tokens, adapt_keys=2, prior_precision=0.1)
    torch.testing.assert_close(network(*tokens), expected)


def test_after_an_error_inside_the_network_the_library_is_as_it_was():
    tokens, network = torch.randn(3, 2, 2, 5, 4), Bare()
    replaced = replace_attention(network, online=Online(adapt_keys=1))
    with pytest.raises(TypeError):
        network(*tokens, nothing=1)
    calls = replaced.calls
    F.scaled_dot_product_attention(*tokens)
    assert replaced.calls == calls


def test_dropout_of_weights_is_refused_while_adapting():
    tokens, network = torch.randn(3, 2, 2, 5, 4), Bare()
    replace_attention(network, online=Online(adapt_keys=1))
    with pytest.raises(NotAvailableError, match=r"dropout 0\.5, .* call eval\(\) first or replace"):
        network(*tokens, dropout_p=0.5)


def test_a_module_that_is_not_there_is_refused_with_those_that_are():
    network, _ = small("vit_tiny_patch16_224")
    with pytest.raises(ModelError, match=r"no module 'stages'\. Its own are 'patch_embed', .*name"):
        replace_attention(network, at=["stages"])


def test_a_network_that_does_not_call_the_library_is_refused_once_it_is_to_adapt():
    network = nn.Linear(3, 3)
    replaced = replace_attention(network)
    network(torch.randn(2, 3))
    replaced.online.adapt_keys = 1
    with pytest.raises(ModelError, match="ran without a call of scaled_dot_product_attention"):
        network(torch.randn(2, 3))
