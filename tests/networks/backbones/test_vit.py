"""Tests of our small transformer and of the attention that is read beside the blocks."""

import pytest
import timm
import torch
from timm.layers import set_fused_attn
from timm.models.vision_transformer import ResPostBlock, VisionTransformer
from torch import nn

from clickmend.core.errors import ModelError
from clickmend.networks.backbones.vit import (
    accepted,
    accepted_of_timm,
    attention_weights,
    sine_positions,
    small_vit,
    take_tensors,
)

SMALL = {"width": 32, "depth": 3, "heads": 2, "patch_px": 8, "view_px": 48}


def test_the_small_transformer_takes_pictures_of_any_multiple_of_its_patch():
    vit = small_vit(**SMALL).eval()
    for height, width in ((48, 48), (32, 64), (8, 8)):
        tokens = vit.forward_features(torch.rand(2, 3, height, width))
        assert tokens.shape == (2, 1 + height * width // 64, 32)


def test_the_attention_beside_a_block_is_the_one_inside_it():
    set_fused_attn(enable=False)
    try:
        block = timm.create_model("vit_tiny_patch16_224", pretrained=False).blocks[3].eval()
    finally:
        set_fused_attn(enable=True)
    inside = []
    block.attn.attn_drop.register_forward_hook(
        lambda _part, _given, weights: inside.append(weights)
    )
    tokens = torch.randn(2, 7, 192)
    with torch.no_grad():
        block(tokens)
    found = attention_weights(block, tokens)
    torch.testing.assert_close(found, inside[0].mean(dim=1))
    torch.testing.assert_close(found.sum(dim=2), torch.ones(2, 7))


def test_the_position_most_like_a_position_is_itself_and_then_a_neighbour():
    table = sine_positions(6, 9, width=64)
    alike = table @ table.T
    assert torch.equal(alike.argmax(dim=1), torch.arange(54))
    second = alike.fill_diagonal_(-torch.inf).argmax(dim=1)
    index = torch.arange(54)
    away = (second % 9 - index % 9).abs() + (second // 9 - index // 9).abs()
    assert away.max() == 1


def test_what_is_no_transformer_is_refused_and_told_which_are_taken():
    with pytest.raises(ModelError, match=r"a Linear was given.*timm.create_model.*Dinov2Model"):
        accepted(nn.Linear(3, 3))


@pytest.mark.parametrize("options", [{"pos_embed": "none"}, {"block_fn": ResPostBlock}])
def test_a_transformer_without_positions_or_with_other_blocks_is_refused(options):
    with pytest.raises(ModelError, match=r"no table of positions, or blocks.*Make it with"):
        accepted(timm.create_model("vit_tiny_patch16_224", pretrained=False, depth=1, **options))


def test_a_transformer_whose_patches_are_for_one_size_is_refused():
    vit = timm.create_model("vit_tiny_r_s16_p8_224", pretrained=False)
    with pytest.raises(ModelError, match=r"a HybridEmbed.*dynamic_img_size=True"):
        accepted(vit)


def test_a_transformer_of_one_size_takes_any_and_says_the_same_of_its_own():
    vit = timm.create_model("vit_tiny_patch16_224", pretrained=False, depth=1, img_size=64).eval()
    image = torch.rand(1, 3, 64, 64)
    before = vit.forward_features(image)
    assert accepted_of_timm(vit) is vit
    assert torch.equal(vit.forward_features(image), before)
    assert vit.forward_features(torch.rand(1, 3, 32, 48)).shape == (1, 7, 192)


def test_a_pretrained_transformer_keeps_its_positions_and_is_resized_to_another_size() -> None:
    options = {"patch_size": 8, "embed_dim": 8, "depth": 1, "num_heads": 2, "num_classes": 0}
    given, same, finer = (
        VisionTransformer(img_size=side, dynamic_img_size=True, **options) for side in (32, 32, 64)
    )
    for vit in (same, finer):
        vit.norm = torch.nn.Identity()
        take_tensors(vit, list(given.state_dict().values()))
    assert torch.equal(same.pos_embed, given.pos_embed)
    assert torch.equal(finer.pos_embed[:, 0], given.pos_embed[:, 0])
    assert torch.equal(finer.blocks[0].mlp.fc1.weight, given.blocks[0].mlp.fc1.weight)
    coarse = given.pos_embed[0, 1:].T.reshape(1, 8, 4, 4)
    wanted = torch.nn.functional.interpolate(coarse, scale_factor=2, mode="bicubic")
    torch.testing.assert_close(finer.pos_embed[0, 1:].T.reshape(1, 8, 8, 8), wanted)
