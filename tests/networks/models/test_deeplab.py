"""Tests of DeepLabV3+ as the paper of probabilistic attention has it, over a small backbone."""

import pytest
import torch
from timm.models.resnet import Bottleneck
from torch import nn

from clickmend.core.errors import OptionError
from clickmend.networks import set_online
from clickmend.networks.models.deeplab import DeepLabV3Plus


def small(backbone: str = "botnet14t", **options: object) -> DeepLabV3Plus:
    network = DeepLabV3Plus(backbone=backbone, width=16, kind="disk", radius_px=4, **options)
    for part in network.modules():
        if isinstance(part, Bottleneck):  # its branch begins at 0
            nn.init.constant_(part.bn3.weight, 0.5)
    return network


def inputs(batch: int = 1, height: int = 64, width: int = 96) -> tuple[torch.Tensor, torch.Tensor]:
    marks = torch.zeros(batch, 4, height, width)
    marks[0, 0, 20:29, 20:29] = 1
    marks[0, 2, 10:50, 10:50] = 1
    return torch.rand(batch, 3, height, width), marks


@pytest.mark.parametrize("kind", ["full", "axial"])
@pytest.mark.parametrize("classifier", ["pointwise", "axial"])
def test_gradients_reach_every_weight(kind: str, classifier: str) -> None:
    attention = {"kind": kind, "side": 4}
    network = small("probbotnet14t", attention=attention, classifier=classifier).train()
    if classifier == "axial":
        set_online(network, propagate=1)
    logits = network(*inputs(batch=2))
    assert logits.shape == (2, 1, 64, 96)
    logits.square().mean().backward()
    assert [key for key, p in network.named_parameters() if p.grad is None] == []
    assert all(p.grad.isfinite().all() for p in network.parameters())


def test_disks_and_box_are_channels_beside_the_photos_and_the_previous_mask_is_not() -> None:
    network = small().eval()
    assert network.backbone.conv1[0].in_channels == 6
    assert DeepLabV3Plus(backbone="botnet14t", width=16, kind="disk").encoding.radius_px == 8.0
    assert not network.encoding.previous
    image, marks = inputs()
    with torch.no_grad():
        before = network(image, marks)
        for channel in range(4):
            other = marks.clone()
            other[:, channel, 20:30, 20:30] = 1 - other[:, channel, 20:30, 20:30]
            assert torch.equal(network(image, other), before) == (channel == 3)


def test_with_everything_off_adaptive_and_plain_are_one_bit_for_bit() -> None:
    plain, adaptive = small(classifier="axial").eval(), small("probbotnet14t", classifier="axial")
    adaptive.eval().load_state_dict(plain.state_dict())
    with torch.no_grad():
        before = plain(*(given := inputs()))
        assert not torch.equal(adaptive(*given), before)
        set_online(adaptive, adapt_keys=0)
        assert torch.equal(adaptive(*given), before)
        set_online(adaptive, propagate=5, value_prior_precision=0.1)
        assert not torch.equal(adaptive(*given), before)


def test_corrective_self_attention_takes_disks() -> None:
    with pytest.raises(OptionError, match=r'Take kind="disk", or classifier="pointwise"'):
        DeepLabV3Plus(backbone="resnet34", classifier="axial")
