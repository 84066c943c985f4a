"""Filtering, merging, order and key points against loops over parts and patches."""

import numpy as np
import parts_oracle
import pytest
import torch
import torch.nn.functional as F

from clickmend.parts import Parts, key_point_filtering, key_points, largest, merged

WIDTH, PATCHES, OBJECTS, COUNT = 8, 48, 6, 7


@pytest.fixture(params=range(4))
def scene(request):
    """Parts near some of the features, so that areas above 0.8 and 0.9 are neither 0 nor all."""
    torch.manual_seed(request.param)
    centres = torch.randn(5, 6, dtype=torch.float64)
    features = F.normalize(
        centres[torch.randint(5, (PATCHES,))] + 0.35 * torch.randn(PATCHES, 6).double(), dim=1
    )
    prototypes = features[torch.randint(PATCHES, (OBJECTS, COUNT))]
    alive = torch.rand(OBJECTS, COUNT) > 0.2
    alive[:, 3] = True
    within = torch.rand(OBJECTS, PATCHES) > 0.3
    inside = within & (torch.rand(OBJECTS, PATCHES) > torch.rand(OBJECTS, 1) / 2)
    return Parts(prototypes, alive), features, within, inside


def test_parts_are_kept_of_which_85_percent_lie_inside(scene):
    parts, features, within, inside = scene

    kept = key_point_filtering(parts, features, within, inside)

    assert torch.equal(kept.prototypes, parts.prototypes)
    for k in range(OBJECTS):
        wanted = parts_oracle.filtered(
            parts.prototypes[k].numpy(),
            parts.alive[k],
            features.numpy(),
            within[k],
            inside[k],
            share=0.85,
        )
        assert kept.alive[k].nonzero().flatten().tolist() == wanted


def test_an_object_keeps_its_best_part_when_none_lies_inside(scene):
    parts, features, within, _ = scene

    kept = key_point_filtering(parts, features, within, torch.zeros_like(within))

    assert kept.alive.sum(dim=1).tolist() == [1] * OBJECTS
    assert (kept.alive & parts.alive).any(dim=1).all()


def test_like_parts_become_one_from_the_largest_core_down(scene):
    parts, features, within, _ = scene

    one = merged(parts, features, within)

    for k in range(OBJECTS):
        wanted = parts_oracle.merged(
            parts.prototypes[k].numpy(), parts.alive[k], features.numpy(), within[k]
        )
        np.testing.assert_allclose(one.prototypes[k][one.alive[k]], wanted, atol=1e-9)


@pytest.mark.parametrize("count", [1, 5, 20])
def test_the_parts_with_the_largest_cores_come_first(scene, count):
    parts, features, within, _ = scene

    first = largest(parts, features, within, count=count)

    for k in range(OBJECTS):
        order = parts_oracle.by_core(
            parts.prototypes[k].numpy(), parts.alive[k], features.numpy(), within[k]
        )[:count]
        assert torch.equal(first.prototypes[k][first.alive[k]], parts.prototypes[k][order])
        assert first.alive[k].tolist() == sorted(first.alive[k].tolist(), reverse=True)


def test_five_parts_are_kept(scene):
    parts, features, within, _ = scene

    assert largest(parts, features, within).alive.shape == (OBJECTS, 5)


def test_key_points_are_centres_x_before_y_of_patches_in_the_box(scene):
    parts, features, within, _ = scene

    points = key_points(parts, features, within, width=WIDTH)

    for k, j in np.ndindex(OBJECTS, COUNT):
        if parts.alive[k, j]:
            wanted = parts_oracle.key_point(
                parts.prototypes[k, j].numpy(), features.numpy(), within[k], width=WIDTH
            )
            assert tuple(points[k, j].tolist()) == wanted
        else:
            assert points[k, j].isnan().all()
