"""Tests of AttentionShift's whole network."""

import pytest
import timm
import torch

from clickmend.core.errors import ModelError
from clickmend.networks import ARCHITECTURES
from clickmend.networks.models import attention_shift
from clickmend.networks.models.attention_shift import AttentionShiftNetwork, make_vit

OPTIONS = {
    "classes": 3,
    "vit": {"width": 32, "depth": 2, "heads": 2, "patch_px": 8, "view_px": 64},
    "tokens": 9,
    "detector": {"channels": 16, "units": 32, "mask_layers": 1, "proposals": 20},
}


def test_a_picture_in_objects_out_without_a_point():
    network = ARCHITECTURES["attentionshift"](**OPTIONS).eval()
    with torch.no_grad():
        answers = network(torch.rand(2, 3, 64, 96))
    assert [each.masks.shape[1:] for each in answers] == [(64, 96)] * 2


def test_the_state_of_the_network_is_all_there_is_to_it():
    first, second = (AttentionShiftNetwork(**OPTIONS).eval() for _ in range(2))
    second.load_state_dict(first.state_dict())
    image = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        one, other = first(image)[0], second(image)[0]
    assert torch.equal(one.boxes, other.boxes)
    assert torch.equal(one.masks, other.masks)


def test_a_transformer_of_timm_comes_by_name_without_weights_and_takes_any_size():
    vit = make_vit("vit_tiny_patch16_224")
    assert vit.forward_features(torch.rand(1, 3, 32, 64)).shape == (1, 1 + 8, 192)


def test_a_transformer_of_timm_starts_with_pretrained_weights(monkeypatch):
    torch.manual_seed(1)
    given = timm.create_model("vit_tiny_patch16_224", num_classes=0).state_dict()
    asked = []

    def state(*name):
        asked.append(name)
        return list(given.values())

    monkeypatch.setattr(attention_shift, "pretrained_state", state)
    named = {**OPTIONS, "vit": "vit_tiny_patch16_224", "tokens_from": 8}
    network = AttentionShiftNetwork(**named, vit_px=64)
    network.load_encoder("saliency")
    assert asked == [("vit_tiny_patch16_224", "saliency")]
    for name, value in network.vit.state_dict().items():
        assert name == "pos_embed" or torch.equal(value, given[name])
    assert network.vit.pos_embed.shape == (1, 1 + 16, 192)


def test_a_transformer_that_is_given_by_its_sizes_takes_no_pretrained_weights():
    with pytest.raises(ModelError, match=r"no weights 'saliency'.*given by its sizes.*Choose"):
        AttentionShiftNetwork(**OPTIONS).load_encoder("saliency")


def test_a_patch_of_14_pixels_wants_sides_that_are_multiples_of_56():
    assert AttentionShiftNetwork(**OPTIONS).multiple == 32
    other = {**OPTIONS, "vit": "vit_small_patch14_dinov2", "vit_px": 56}
    network = AttentionShiftNetwork(**other).eval()
    assert network.multiple == 56
    with torch.no_grad():
        found = network(torch.rand(1, 3, 56, 112))
    assert found[0].masks.shape[1:] == (56, 112)
