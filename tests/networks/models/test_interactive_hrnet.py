"""Tests of the interactive HRNet, at small width."""

import pytest
import torch

from clickmend.core.errors import ModelError
from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import Box, Click
from clickmend.networks import set_online
from clickmend.networks.backbones.hrnet import side_by_side
from clickmend.networks.heads.csa import ClassifierKind
from clickmend.networks.models.interactive_hrnet import InteractiveHRNet


def small(classifier: ClassifierKind) -> InteractiveHRNet:
    return InteractiveHRNet(
        backbone="hrnet_w18_small", width=16, keys=8, radius_px=4, classifier=classifier
    )


@pytest.mark.parametrize("classifier", ["pointwise", "axial", "full"])
def test_gradients_reach_every_weight(classifier: ClassifierKind) -> None:
    network = small(classifier).train()
    if classifier != "pointwise":
        set_online(network, propagate=1)
    marks = torch.zeros(2, 4, 64, 64)
    marks[0, 0, 20:29, 20:29] = 1
    logits = network(torch.rand(2, 3, 64, 64), marks)
    assert logits.shape == (2, 1, 64, 64)
    logits.square().mean().backward()
    assert [key for key, p in network.named_parameters() if p.grad is None] == []
    assert all(p.grad.isfinite().all() for p in network.parameters())


def test_it_is_told_clicks_as_disks_and_the_box_but_no_previous_mask() -> None:
    network = small("pointwise").eval()
    encoding = InteractiveHRNet(backbone="hrnet_w18_small", width=16, keys=8).encoding
    assert (encoding.kind, encoding.radius_px, encoding.previous) == ("disk", 8.0, False)
    crop = whole_image(64, 96, long_side=96)
    drawn = network.encoding((Click(20, 30, "foreground"),), Box(5, 5, 60, 90), None, crop)
    marks = torch.from_numpy(drawn)
    image = torch.rand(1, 3, 96, 64)
    with torch.no_grad():
        before = network(image, marks)
        assert before.shape == (1, 1, 96, 64)
        for channel in range(4):
            other = marks.clone()
            other[:, channel, 20:30, 20:30] = 1 - other[:, channel, 20:30, 20:30]
            assert torch.equal(network(image, other), before) == (channel == 3)


def test_a_click_spreads_only_when_switched_on() -> None:
    network = small("axial").eval()
    marks = torch.zeros(1, 4, 64, 64)
    marks[0, 0, 20:29, 20:29] = 1
    image = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        before = network(image, marks)
        set_online(network, propagate=1, value_prior_precision=0.01)
        assert (network(image, marks) - before).mean() > 0
        set_online(network, propagate=0)
        assert torch.equal(network(image, marks), before)


def test_a_size_that_does_not_halve_five_times_is_refused() -> None:
    with pytest.raises(ModelError, match="100×64 pixels"):
        small("pointwise")(torch.rand(1, 3, 64, 100), torch.zeros(1, 4, 64, 100))


def test_maps_side_by_side_are_as_large_as_the_first() -> None:
    first, second = torch.rand(1, 2, 8, 4), torch.rand(1, 3, 4, 2)
    both = side_by_side([first, second])
    assert both.shape == (1, 5, 8, 4)
    assert torch.equal(both[:, :2], first)
