"""Tests of the corrective self-attention classifier."""

import math
from typing import Literal

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from clickmend.attention import Online
from clickmend.core.errors import OptionError
from clickmend.feedback.encoding import disk_map
from clickmend.networks.blocks import enlarged
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.heads.csa import (
    WAVELENGTHS_PX,
    CorrectiveSelfAttention,
    classify,
    cores,
    make_classifier,
    waves,
)

Kind = Literal["axial", "full"]
KINDS: list[Kind] = ["axial", "full"]


def disks(
    *points: tuple[float, float], height: int = 16, width: int = 24, radius_px: float = 3.0
) -> Tensor:
    return torch.from_numpy(disk_map(points, height=height, width=width, radius_px=radius_px))


@pytest.mark.parametrize("radius_px", [0.5, 1, 2, 3, 5, 8, 12.5])
def test_every_disk_keeps_a_core_about_its_click(radius_px: float) -> None:
    generator = torch.Generator().manual_seed(0)
    for _ in range(50):
        x, y = (torch.rand(2, generator=generator) * torch.tensor([60.0, 48.0])).tolist()
        disk = disks((x, y), height=48, width=60, radius_px=radius_px)
        core = cores(disk[None, None], radius_px)[0, 0]
        assert core[int(y), int(x)] == 1
        far_y, far_x = core.nonzero().sub(torch.tensor([int(y), int(x)])).abs().amax(0).tolist()
        if radius_px < x < 60 - radius_px and radius_px < y < 48 - radius_px:
            assert max(far_y, far_x) <= max(2.0, 0.4 * radius_px)


def test_waves_say_sine_and_cosine_of_row_and_column() -> None:
    found = waves(5, 7, like=torch.zeros(1))
    assert found.shape == (1, 4 * len(WAVELENGTHS_PX), 5, 7)
    phase = torch.tensor(2 * torch.pi * 3 / 32)
    rows, columns = found[0].chunk(2)
    torch.testing.assert_close(rows[1, 3], phase.sin().expand(7))
    torch.testing.assert_close(columns[len(WAVELENGTHS_PX) + 1, :, 3], phase.cos().expand(5))


def lines(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attention along the last axis, every line of the one before it by itself."""
    q, k, v = (x.permute(0, 2, 3, 1) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v).permute(0, 3, 1, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_without_propagation_it_is_attention_to_the_logits_of_a_1x1_convolution(kind: Kind) -> None:
    head = CorrectiveSelfAttention(5, radius_px=3, kind=kind, width=4)
    features, clicks = torch.randn(2, 5, 6, 8), torch.zeros(2, 2, 6, 8)
    clicks[0, 1, 2:5, 3:6] = 1
    place = torch.cat((clicks, waves(6, 8, like=clicks).expand(2, -1, -1, -1)), dim=1)
    pairs = head.likeness(features) + head.place(place)
    logits = head.values(features)
    if kind == "full":
        q, k = pairs.flatten(2)[:, :, None].split(4, dim=1)
        expected = lines(q, k, logits.flatten(2)[:, :, None]).reshape(2, 1, 6, 8)
    else:
        q1, k1, q2, k2 = pairs.split(4, dim=1)
        expected = lines(q2, k2, lines(q1.mT, k1.mT, logits.mT).mT)
    torch.testing.assert_close(head(features, clicks), expected, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("heads", [1, 2])
def test_queries_and_keys_begin_as_one_projection(heads: int) -> None:
    head = CorrectiveSelfAttention(5, radius_px=3, width=4, heads=heads)
    for convolution in (head.likeness, head.place):
        q1, k1, q2, k2 = convolution.weight.split(4)
        assert torch.equal(q1, k1)
        assert torch.equal(q2, k2)
    assert head(torch.randn(1, 5, 4, 4), torch.zeros(1, 2, 8, 8)).shape == (1, 1, 8, 8)


@pytest.mark.parametrize("kind", KINDS)
def test_projecting_before_enlarging_is_projecting_after(kind: Kind) -> None:
    head = CorrectiveSelfAttention(5, radius_px=3, kind=kind)
    features, clicks = torch.randn(1, 5, 4, 6), disks((5, 5))[None, None].repeat(1, 2, 1, 1)
    large = enlarged(features, like=clicks)
    torch.testing.assert_close(head(features, clicks), head(large, clicks), atol=1e-5, rtol=1e-4)


def test_the_stride_is_that_of_the_map_that_attends() -> None:
    head = CorrectiveSelfAttention(5, radius_px=3, stride=4)
    clicks = torch.zeros(1, 2, 16, 24)
    assert head(torch.randn(1, 5, 8, 12), clicks).shape == (1, 1, 4, 6)
    marks = torch.zeros(1, 4, 16, 24)
    assert classify(head, torch.randn(1, 5, 8, 12), marks).shape == (1, 1, 16, 24)


def test_a_learned_hold_is_a_multiple_of_the_strength_shared_by_all_pixels() -> None:
    torch.manual_seed(0)
    online = Online(propagate=5, value_prior_precision=0.1)
    plain = CorrectiveSelfAttention(5, radius_px=3, kind="full", stride=2, online=online)
    learned = CorrectiveSelfAttention(
        5, radius_px=3, kind="full", stride=2, learned_hold=True, online=online
    )
    learned.load_state_dict(plain.state_dict(), strict=False)
    features = torch.randn(1, 5, 8, 12)
    clicks = torch.stack((disks((5, 5)), disks((20, 9))))[None]
    with torch.no_grad():
        spread = learned(features, clicks)
        assert not torch.allclose(spread, plain(features, clicks), atol=1e-3)
        learned.hold.fill_(math.log(8 * 12))
        torch.testing.assert_close(learned(features, clicks), plain(features, clicks))
    learned(features, clicks).sum().backward()
    assert learned.hold.grad.abs().min() > 0


def two_materials(kind: Kind) -> tuple[CorrectiveSelfAttention, Tensor]:
    """A head that compares features alone and says 0 to all, and a map of two materials."""
    head = CorrectiveSelfAttention(
        2, radius_px=3, kind=kind, width=2, online=Online(value_prior_precision=0.01)
    )
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.zero_()
        head.likeness.weight.view(-1, 2, 2).copy_(3 * torch.eye(2))
    features = torch.zeros(1, 2, 16, 24)
    features[:, 0, :, :12] = 1
    features[:, 1, :, 12:] = 1
    return head, features.expand(2, -1, -1, -1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("iterations", [1, 5])
@pytest.mark.parametrize("channel", [0, 1])
def test_a_clicks_value_spreads_to_pixels_like_it_and_to_no_other_photo(
    kind: Kind, iterations: int, channel: int
) -> None:
    head, features = two_materials(kind)
    clicks = torch.zeros(2, 2, 16, 24)
    clicks[0, channel] = disks((5.5, 7.5))
    with torch.no_grad():
        assert not head(features, clicks).any()
        head.online.propagate = iterations
        logits = head(features, clicks)[:, 0] * (1 if channel == 0 else -1)
    alike, other = logits[0, :, :12], logits[0, :, 12:]
    assert alike.min() > 5 * other.max() >= 0
    assert alike.max() <= head.certainty
    torch.testing.assert_close(logits[1], torch.zeros(16, 24))


def test_more_iterations_bring_pixels_nearer_to_the_click() -> None:
    head, features = two_materials("axial")
    clicks = torch.zeros(2, 2, 16, 24)
    clicks[0, 0] = disks((5.5, 7.5))
    means = []
    for iterations in (0, 1, 5):
        head.online.propagate = iterations
        with torch.no_grad():
            means.append(head(features, clicks)[0, 0, :, :12].mean().item())
    assert means[0] < means[1] < means[2]


def test_what_both_kinds_of_click_cover_is_not_fixed() -> None:
    head, features = two_materials("axial")
    head.online.propagate = 1
    both = disks((5.5, 7.5)).expand(2, 2, -1, -1)
    with torch.no_grad():
        assert not head(features, both).any()


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_every_weight_through_propagated_values(kind: Kind) -> None:
    head = CorrectiveSelfAttention(
        5, radius_px=3, kind=kind, online=Online(propagate=5, adapt_keys=1)
    )
    clicks = torch.zeros(2, 2, 16, 24)
    clicks[0, 0] = disks((5.5, 7.5))
    features = torch.randn(2, 5, 8, 12, requires_grad=True)
    head(features, clicks).square().mean().backward()
    for x in (features, *head.parameters()):
        assert x.grad is not None
        assert x.grad.isfinite().all()
        assert x.grad.any()


def test_a_classifier_is_a_1x1_convolution_or_attends() -> None:
    encoding = MarkEncoding("disk", 8.0)
    head = make_classifier("pointwise", 6, encoding=MarkEncoding("distance", 99.0))
    assert head.weight.shape == (1, 6, 1, 1)
    full = make_classifier("full", 6, encoding=encoding, stride=2)
    assert (full.kind, full.radius_px, full.stride) == ("full", 8.0, 2)


def test_classifiers_that_cannot_be_are_refused() -> None:
    with pytest.raises(OptionError, match=r"none can be held in the classifier 'axial'.*\"disk\""):
        make_classifier("axial", 6, encoding=MarkEncoding("distance", 99.0))
    with pytest.raises(OptionError, match="3 heads cannot share the width 32"):
        CorrectiveSelfAttention(6, radius_px=8, heads=3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_is_of_what_attention_changes_of_the_convolution(kind: Kind) -> None:
    plain = CorrectiveSelfAttention(5, radius_px=3, kind=kind, stride=4)
    shared = CorrectiveSelfAttention(5, radius_px=3, kind=kind, stride=4, share=0.25)
    shared.load_state_dict({**plain.state_dict(), "share": torch.full((1, 1, 1), 0.25)})
    features, clicks = torch.randn(1, 5, 8, 12), torch.zeros(1, 2, 16, 24)
    clicks[0, 0] = disks((5.5, 7.5))
    coarse = enlarged(plain.values(features), like=torch.zeros(1, 1, 4, 6))
    for iterations in (0, 2):
        plain.online.propagate = shared.online.propagate = iterations
        change = enlarged(plain(features, clicks) - coarse, like=features)
        expected = plain.values(features) + 0.25 * change
        torch.testing.assert_close(shared(features, clicks), expected)


def test_from_a_share_of_0_it_begins_as_the_convolution_whose_weights_it_is_given() -> None:
    convolution = torch.nn.Conv2d(5, 1, 1)
    head = CorrectiveSelfAttention(
        5, radius_px=3, stride=4, share=0.0, online=Online(propagate=5, adapt_keys=1)
    )
    missing, unexpected = head.load_state_dict(convolution.state_dict(), strict=False)
    assert not unexpected
    assert set(missing) == {"share", "likeness.weight", "likeness.bias", "place.weight"}
    features, clicks = torch.randn(1, 5, 8, 12), torch.zeros(1, 2, 16, 24)
    clicks[0, 0] = disks((5.5, 7.5))
    logits = head(features, clicks)
    assert torch.equal(logits, convolution(features))
    logits.square().mean().backward()
    assert head.share is not None
    assert head.share.grad is not None
    assert head.share.grad.any()


def test_pixels_are_compared_by_another_map_where_there_is_one() -> None:
    head = CorrectiveSelfAttention(5, radius_px=3, stride=2, compared=7)
    features, clicks = torch.randn(1, 5, 8, 12), torch.zeros(1, 2, 16, 24)
    ones, others = torch.ones(1, 7, 4, 6), torch.randn(1, 7, 4, 6)
    assert not torch.equal(head(features, clicks, ones), head(features, clicks, others))
