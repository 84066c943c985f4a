"""Tests of the options of our interactive network."""

import numpy as np
import pytest
import torch

from clickmend.core.errors import OptionError
from clickmend.feedback.crop import Crop
from clickmend.feedback.encoding import distance_map
from clickmend.feedback.marks import Click
from clickmend.networks import set_online
from clickmend.networks.heads.csa import ClassifierKind
from clickmend.networks.models.interactive_unet import InteractiveUNet

CROP = Crop(0, 0, 64, 64, 64, 64)


def test_the_papers_kind_is_told_distances_and_no_previous_mask() -> None:
    network = InteractiveUNet(kind="distance", radius_px=40, previous=False, similarity=False)
    previous = np.ones((64, 64), np.float32)
    marks = torch.from_numpy(network.encoding((Click(20, 30, "foreground"),), None, previous, CROP))
    expected = distance_map([(20, 30)], height=64, width=64, limit_px=40)
    assert torch.equal(marks[0, 0], torch.from_numpy(expected))
    assert not marks[0, 3].any()
    assert network.eval()(torch.rand(1, 3, 64, 64), marks).shape == (1, 1, 64, 64)


def test_similarity_to_a_distance_map_is_refused() -> None:
    with pytest.raises(OptionError, match=r"no similarity.*similarity=False"):
        InteractiveUNet(kind="distance")


def small(classifier: ClassifierKind = "pointwise") -> InteractiveUNet:
    return InteractiveUNet(
        widths=(8, 8, 8, 8), blocks=(0, 1, 1, 1), attention_blocks=1, classifier=classifier
    )


def test_with_corrective_self_attention_all_weights_but_the_heads_are_the_same() -> None:
    plain, corrective = (set(small(kind).state_dict()) for kind in ("pointwise", "axial"))
    assert plain - corrective == {"head.weight", "head.bias"}
    head = small("axial").head
    assert head.values.weight.shape == small().head.weight.shape
    assert (head.kind, head.radius_px, head.stride) == ("axial", 5.0, 2)


@pytest.mark.parametrize("classifier", ["axial", "full"])
def test_keys_adapt_and_clicks_spread_when_switched_on_and_not_before(
    classifier: ClassifierKind,
) -> None:
    network = small(classifier).eval()
    marks = torch.zeros(2, 4, 64, 64)
    marks[0, 0, 20:31, 20:31] = 1
    image = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        before = network(image, marks)
        set_online(network, propagate=1, value_prior_precision=0.01)
        spread = network(image, marks)
        assert (spread - before)[0].mean() > 0
        torch.testing.assert_close(spread[1], before[1])
        set_online(network, propagate=0, adapt_keys=1)
        assert not torch.equal(network(image, marks), before)
        set_online(network, adapt_keys=0)
        assert torch.equal(network(image, marks), before)


def test_the_corrective_step_alone_can_be_told_of_clicks() -> None:
    torch.manual_seed(0)
    network = InteractiveUNet(
        widths=(8, 8, 8, 8), blocks=(0, 1, 1, 1), attention_blocks=1, corrective=True
    ).eval()
    assert network.corrective is not None
    torch.nn.init.ones_(network.corrective.tell.weight)
    set_online(network, propagate=5, value_prior_precision=0.05)
    image, marks = torch.rand(2, 3, 64, 64), torch.zeros(2, 4, 64, 64)
    clicks = torch.zeros(2, 2, 64, 64)
    clicks[0, 0, 20:31, 20:31] = 1
    with torch.no_grad():
        without, told = network(image, marks), network(image, marks, clicks)
        torch.testing.assert_close(without[1], told[1])
        assert not torch.allclose(without[0], told[0], atol=1e-3)
        seen = torch.cat((clicks, marks[:, 2:]), 1)
        assert torch.equal(network(image, seen), network(image, seen, clicks))


def test_corrective_distance_maps_are_refused() -> None:
    with pytest.raises(OptionError, match=r"none can propagate.*corrective=False"):
        InteractiveUNet(kind="distance", similarity=False, corrective=True)


def test_gradients_reach_every_weight_through_all_that_is_inferred_online() -> None:
    network = small("axial").train()
    set_online(network, adapt_keys=1, propagate=1)
    marks = torch.zeros(2, 4, 64, 64)
    marks[0, 0, 20:31, 20:31] = 1
    network(torch.rand(2, 3, 64, 64), marks).square().mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


def test_a_coarse_classifier_with_a_share_of_0_begins_as_the_pointwise_one() -> None:
    plain = small().eval()
    coarse = InteractiveUNet(
        widths=(8, 8, 8, 8),
        blocks=(0, 1, 1, 1),
        attention_blocks=1,
        classifier="axial",
        classifier_stride=4,
        classifier_share=0.0,
    ).eval()
    coarse.load_state_dict(plain.state_dict(), strict=False)
    set_online(coarse, propagate=5)
    image, marks = torch.rand(1, 3, 64, 96), torch.zeros(1, 4, 64, 96)
    marks[0, 0, 20:31, 20:31] = 1
    with torch.no_grad():
        assert torch.equal(coarse(image, marks), plain(image, marks))
        coarse.head.share.fill_(1.0)
        assert not torch.equal(coarse(image, marks), plain(image, marks))
    assert coarse.head.stride == 4


def test_a_classifier_where_the_decoder_has_no_map_is_refused() -> None:
    with pytest.raises(OptionError, match=r"stride is 3, and the decoder has maps of 2, 4, 8\."):
        InteractiveUNet(classifier="axial", classifier_stride=3)
