"""Tests of what a detector is told, on features and attention whose objects are known."""

import pytest
import torch

from clickmend.training.instances.supervision import (
    Candidates,
    Rules,
    candidates,
    gate_of,
    supervise,
)

GRID = (12, 16)
PATCH = 8
AREAS = ((slice(1, 7), slice(1, 7)), (slice(4, 11), slice(9, 15)))
POINTS = torch.tensor([[4.0, 4.0], [12.0, 7.5]])


@pytest.fixture
def masks():
    masks = torch.zeros(2, *GRID, dtype=torch.bool)
    for mask, area in zip(masks, AREAS, strict=True):
        mask[area] = True
    return masks


@pytest.fixture
def features(masks):
    """One direction for each object and one for the background, with a little noise."""
    kinds = torch.stack([~masks.any(dim=0), *masks]).float()
    directions = torch.eye(8)[:3]
    return torch.einsum("khw,kc->chw", kinds, directions) + 0.02 * torch.randn(8, *GRID)


@pytest.fixture
def found(masks):
    """The second map of each object is right, the first one says everything."""
    boxes = torch.tensor([[[1.0, 1, 7, 7], [9, 4, 15, 11]]])
    everything = torch.tensor([[[0.0, 0, 16, 12]] * 2])
    maps = torch.stack([torch.ones(2, *GRID), masks.float()])
    return Candidates(maps, torch.cat([everything, boxes]))


def told(features, found, rules, *, seed=0):
    return supervise(
        features,
        found,
        torch.tensor([1, 1]),
        POINTS,
        patch_px=PATCH,
        rules=rules,
        generator=torch.Generator().manual_seed(seed),
    )


@pytest.mark.parametrize("method", ["shift", "k-means", "k-means*", None])
def test_positives_lie_in_their_object_and_negatives_do_not(method, features, found, masks):
    found_out = told(features, found, Rules(method=method, points=12))
    assert found_out.points.shape == (2, 12, 2)
    for mask, points, inside in zip(masks, found_out.points, found_out.inside, strict=True):
        column, row = (points / PATCH).long().unbind(dim=1)
        assert torch.equal(mask[row, column], inside)
        assert inside.tolist() == [True] * 6 + [False] * 6


def test_boxes_are_those_of_the_chosen_maps_in_pixels(features, found):
    boxes = told(features, found, Rules()).boxes
    assert boxes.tolist() == [[8, 8, 56, 56], [72, 32, 120, 88]]


def test_the_instance_map_made_binary_is_the_object(features, found, masks):
    shown = told(features, found, Rules()).masks((GRID[0] * PATCH, GRID[1] * PATCH))
    truth = masks.repeat_interleave(PATCH, dim=1).repeat_interleave(PATCH, dim=2)
    iou = (shown & truth).sum(dim=(1, 2)) / (shown | truth).sum(dim=(1, 2))
    assert iou.min() > 0.85


def test_key_points_stand_before_the_drawn_positives(features, found):
    """Key points are centres of patches, drawn ones those of pixels."""
    keys = (told(features, found, Rules(points=12)).points % 1 == 0).all(dim=2)
    assert keys[:, 0].all()
    assert not keys[:, 5:].any()
    assert not (told(features, found, Rules(method=None)).points % 1 == 0).any()


def test_the_instance_map_of_the_baseline_is_the_chosen_map(features, found):
    maps = torch.rand(2, 2, *GRID)
    baseline = told(features, Candidates(maps, found.boxes), Rules(method=None))
    chosen = maps[1] - maps[1].amin(dim=(1, 2), keepdim=True)
    torch.testing.assert_close(baseline.foreground, chosen / chosen.amax(dim=(1, 2), keepdim=True))


def test_one_seed_draws_the_same_points_and_another_draws_others(features, found):
    rules = Rules(method=None)
    first = told(features, found, rules)
    assert torch.equal(first.points, told(features, found, rules).points)
    assert not torch.equal(first.points, told(features, found, rules, seed=1).points)


@pytest.mark.parametrize("prefix", [0, 1, 5])
@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_maps_and_boxes_come_in_the_order_of_the_points_not_of_the_tokens(order, prefix, masks):
    """Token 0 looks at the second object, token 2 at the first one."""
    patches = GRID[0] * GRID[1]
    count = prefix + patches + 3
    attention = torch.eye(count)
    for token, mask in ((2, masks[0]), (0, masks[1])):
        attention[prefix + patches + token, prefix : prefix + patches] = 10 * mask.flatten().float()
    attention /= attention.sum(dim=1, keepdim=True)
    tokens = torch.tensor([2, 0])[order]
    found = candidates(
        [attention, attention],
        tokens,
        POINTS[order],
        first_token=prefix + patches,
        gate=None,
        grid=GRID,
        rules=Rules(box_rule="plain"),
    )
    assert found.maps.shape == (2, 2, *GRID)
    wanted = torch.tensor([[1.0, 1, 7, 7], [9, 4, 15, 11]])[order]
    assert torch.equal(found.boxes, wanted.expand(2, -1, -1))


def test_attention_is_not_gated_unless_it_is_asked_for(features):
    assert gate_of(features, POINTS, torch.tensor([0, 1]), maps="attention") is None


def test_gated_maps_are_the_geometric_mean_of_attention_and_gate():
    patches = GRID[0] * GRID[1]
    attention = torch.rand(1 + patches + 2, 1 + patches + 2).softmax(dim=1)
    tokens, gate = torch.tensor([1, 0]), torch.rand(2, *GRID)
    asked = {"first_token": 1 + patches, "grid": GRID, "rules": Rules(box_rule="plain")}
    plain = candidates([attention], tokens, POINTS, gate=None, **asked)
    gated = candidates([attention], tokens, POINTS, gate=gate, **asked)
    torch.testing.assert_close(gated.maps, (plain.maps * gate) ** 0.5)


def test_a_gate_is_open_where_patches_are_like_that_under_the_point(features, masks):
    gate = gate_of(features, POINTS, torch.tensor([0, 1]), maps="gated")
    assert gate[masks].min() > 0.8
    assert gate[~masks].max() < 0.2


def test_among_objects_of_one_class_the_gate_is_open_near_the_own_point_alone(masks):
    alike = torch.zeros(8, *GRID)
    alike[0] = (~masks.any(dim=0)).float()
    alike[1] = masks.any(dim=0).float()
    gate = gate_of(alike, POINTS, torch.tensor([3, 3]), maps="gated")
    own = (gate * masks).sum(dim=(1, 2))
    assert (own > 10 * (gate * masks.flip(0)).sum(dim=(1, 2))).all()
