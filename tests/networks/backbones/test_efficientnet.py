"""Tests of EfficientNet-Lite as an encoder, beside timm's."""

import pytest
import timm
import torch
from torch import nn

from clickmend.core.errors import OptionError
from clickmend.networks.backbones.efficientnet import EfficientNetEncoder


def settled(network: nn.Module) -> nn.Module:
    """The network in eval mode, its statistics drawn, for those of a new one hide mistakes."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 2)
    return network.eval()


def test_the_maps_are_those_of_timm() -> None:
    encoder = settled(EfficientNetEncoder())
    theirs = timm.create_model("tf_efficientnet_lite0", features_only=True).eval()
    theirs.load_state_dict(encoder.state_dict())
    image = torch.rand(2, 3, 64, 96)
    with torch.no_grad():
        maps, wanted = encoder(image), theirs((image - 0.5) / 0.5)
    assert tuple(x.shape[1] for x in maps) == encoder.channels == (16, 24, 40, 112, 320)
    for stride, found, expected in zip((2, 4, 8, 16, 32), maps, wanted, strict=True):
        assert found.shape[2:] == (64 // stride, 96 // stride)
        torch.testing.assert_close(found, expected)


def test_what_comes_beside_is_added_behind_the_stem() -> None:
    encoder = settled(EfficientNetEncoder())
    image = torch.rand(1, 3, 32, 32)
    seen = []
    encoder.blocks[0].register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    beside = torch.rand(1, encoder.stem_channels, 16, 16)
    with torch.no_grad():
        encoder(image)
        encoder(image, beside)
    torch.testing.assert_close(seen[1], seen[0] + beside)


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(OptionError, match="no encoder 'resnet'"):
        EfficientNetEncoder("resnet")
