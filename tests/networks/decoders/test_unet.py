"""Tests of the U-Net that our small networks share."""

import pytest
import torch

from clickmend.core.errors import ModelError, OptionError
from clickmend.networks import ARCHITECTURES
from clickmend.networks.blocks import enlarged
from clickmend.networks.decoders.unet import UNet

TINY = {"widths": (8, 8, 8, 8), "blocks": (0, 1, 1, 1), "attention_blocks": 1}


def test_the_finest_map_has_half_the_resolution() -> None:
    features = UNet(**TINY).eval().features(torch.rand(1, 3, 64, 96))
    assert features.shape == (1, 8, 32, 48)


def test_without_marks_nothing_is_there_for_them() -> None:
    assert not any("marks" in key or "similarity" in key for key in UNet(**TINY).state_dict())


def test_similarity_compares_with_the_first_two_mark_channels() -> None:
    torch.manual_seed(0)
    network = UNet(**TINY, marks=3, similarity=True).eval()
    with torch.no_grad():
        network.stem_marks.weight.zero_()  # the marks now reach the answer by similarity alone
        image, without = torch.rand(1, 3, 64, 64), torch.zeros(1, 3, 64, 64)
        plain = network.features(image, without)
        for channel, matters in enumerate((True, True, False)):
            marks = without.clone()
            marks[:, channel, :32] = 1
            assert torch.equal(network.features(image, marks), plain) != matters


@pytest.mark.parametrize("name", ["semantic-unet", "depth-unet", "matting-unet"])
def test_the_small_networks_can_start_from_the_trunk_of_interactive_s(name: str) -> None:
    widths, blocks = (16, 48, 96, 160, 224), (0, 2, 2, 2, 1)
    trunk = ARCHITECTURES["interactive-unet"](widths=widths, blocks=blocks).state_dict()
    shared = ("stem_image", "stages", "context", "lateral.", "decoder")
    for key, value in ARCHITECTURES[name]().state_dict().items():
        if key.startswith(shared):
            assert trunk[key].shape == value.shape


def test_behind_a_pretrained_encoder_marks_change_nothing_at_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch.manual_seed(0)
    network = UNet(marks=3, encoder="tf_efficientnet_lite0").eval()
    taken = []
    monkeypatch.setattr(network.encoder, "load_pretrained", taken.append)
    network.load_encoder("imagenet")
    assert taken == ["imagenet"]
    image, marks = torch.rand(1, 3, 64, 64), torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        plain = network.features(image, torch.zeros_like(marks))
        assert plain.shape == (1, 16, 32, 32)
        assert torch.equal(network.features(image, marks), plain)
        network.stem_marks.weight.fill_(1)
        assert not torch.equal(network.features(image, marks), plain)


def test_an_encoder_of_its_own_has_no_pretrained_weights() -> None:
    with pytest.raises(ModelError, match="no weights 'imagenet' for a network whose encoder"):
        UNet(**TINY).load_encoder("imagenet")


def test_a_width_for_each_map_of_the_encoder_is_needed() -> None:
    with pytest.raises(OptionError, match="4 widths are given for 5 maps"):
        UNet(widths=(8, 8, 8, 8), encoder="tf_efficientnet_lite0")


def test_enlarging_to_the_same_size_changes_nothing() -> None:
    x = torch.rand(1, 2, 6, 4)
    assert torch.equal(enlarged(x, like=torch.zeros(1, 1, 6, 4)), x)
