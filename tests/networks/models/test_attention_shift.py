"""Tests of AttentionShift's whole network."""

import torch

from clickmend.networks import ARCHITECTURES
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
