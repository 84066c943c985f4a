"""Tests of the parts of transformers' vision transformers, against the models themselves."""

import pytest
import torch

from clickmend.networks.backbones.transformers_vit import TAKEN, TransformersViT, is_taken, sized
from clickmend.networks.backbones.vit import attention_weights

transformers = pytest.importorskip("transformers")

SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "image_size": 64,
    "patch_size": 16,
    "attn_implementation": "eager",
}
"""What says its attention, so that it can be compared."""


def made(name):
    config = getattr(transformers, name.replace("Model", "Config"))(**SMALL)
    return getattr(transformers, name)(config).eval()


@pytest.mark.parametrize("name", TAKEN)
@torch.no_grad()
def test_the_parts_say_what_the_whole_model_says(name):
    model, image = made(name), torch.rand(2, 3, 48, 80)
    asked = {"output_hidden_states": True, "output_attentions": True}
    said = model(image, **sized(model.forward), **asked)
    vit = TransformersViT(model)
    tokens = vit.embedded(image)
    for block, before, weights in zip(
        vit.blocks, said.hidden_states, said.attentions, strict=False
    ):
        torch.testing.assert_close(tokens, before)
        torch.testing.assert_close(attention_weights(block, tokens), weights.mean(dim=1))
        tokens = block(tokens)
    torch.testing.assert_close(tokens, said.hidden_states[-1])
    if name != "CLIPVisionModel":  # its norm comes after the pooling
        norm = model.post_layernorm if name == "SiglipVisionModel" else model.layernorm
        torch.testing.assert_close(norm(tokens), said.last_hidden_state)


@pytest.mark.parametrize("name", TAKEN)
@torch.no_grad()
def test_the_table_of_positions_is_what_is_added_to_the_patches_of_the_own_size(name):
    vit = TransformersViT(made(name))
    vit.norm_pre = torch.nn.Identity()
    black = vit.embedded(torch.zeros(1, 3, 64, 64))[0, -16:]
    away = black - vit.position_table().flatten(1).T
    torch.testing.assert_close(away, away[:1].expand(16, -1))


def test_others_are_not_taken():
    config = transformers.BeitConfig(**SMALL)
    assert is_taken(made("ViTModel"))
    assert not is_taken(transformers.BeitModel(config))
    assert not is_taken(torch.nn.Linear(1, 1))
