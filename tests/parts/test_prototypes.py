"""Prototype maps against the loops of step 3."""

import numpy as np
import parts_oracle
import pytest
import torch
import torch.nn.functional as F

from clickmend.parts.prototypes import prototype_maps, sampled

PATCHES = 60


def scene(*, objects, seed):
    torch.manual_seed(seed)
    centres = torch.randn(objects + 1, 5, dtype=torch.float64)
    owner = torch.randint(objects + 1, (PATCHES,))
    features = F.normalize(
        centres[owner] + 0.4 * torch.randn(PATCHES, 5, dtype=torch.float64), dim=1
    )
    maps = (owner == torch.arange(objects)[:, None]) * 0.7 + 0.3 * torch.rand(objects, PATCHES)
    inside = torch.rand(objects, PATCHES) > 0.3
    return features, maps.double(), inside, torch.rand(PATCHES, dtype=torch.float64)


@pytest.mark.parametrize("objects", [1, 2, 5])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_maps_are_those_of_the_loops(objects, seed):
    features, maps, inside, lots = scene(objects=objects, seed=seed)

    foreground, background = prototype_maps(features, maps, inside, lots)

    wanted = parts_oracle.prototype_maps(
        features.numpy(), maps.numpy(), inside.numpy(), lots.numpy()
    )
    np.testing.assert_allclose(foreground, wanted[0], atol=1e-9)
    np.testing.assert_allclose(background, wanted[1], atol=1e-9)


def test_a_patch_belongs_to_one_object_at_most_and_lies_in_its_box():
    features, maps, inside, lots = scene(objects=4, seed=3)

    foreground, background = prototype_maps(features, maps, inside, lots)

    assert ((foreground > 0).sum(dim=0) <= 1).all()
    assert not foreground[~inside].any()
    assert foreground.amax(dim=1) == pytest.approx(1)
    assert background.amax(dim=1) == pytest.approx(1)


def test_an_object_that_wins_nothing_has_an_empty_map_and_not_nan():
    features, maps, inside, lots = scene(objects=2, seed=4)
    inside[1] = False

    foreground, background = prototype_maps(features, maps, inside, lots)

    assert foreground[0].any()
    assert not foreground[1].any()
    assert background[1].eq(1).all()


def test_samples_are_the_eligible_patches_of_the_highest_lots():
    lots = torch.rand(30)
    eligible = torch.rand(3, 30) > 0.4
    eligible[2] = False
    eligible[2, [4, 9]] = True

    drawn = sampled(eligible, torch.rand(3, 30), lots, count=5)

    for row in range(3):
        wanted = sorted(eligible[row].nonzero().flatten().tolist(), key=lambda i: -lots[i])[:5]
        assert drawn[row].nonzero().flatten().tolist() == sorted(wanted)


def test_where_nothing_is_eligible_the_first_in_order_stand_in():
    order = torch.tensor([[0.1, 0.9, 0.3, 0.7]])

    drawn = sampled(torch.zeros(1, 4, dtype=torch.bool), order, torch.rand(4), count=2)

    assert drawn.tolist() == [[False, True, False, True]]


def test_all_patches_may_be_drawn_when_they_are_few():
    every = torch.ones(1, 3, dtype=torch.bool)

    assert sampled(every, torch.zeros(1, 3), torch.rand(3)).all()
