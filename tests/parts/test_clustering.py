"""Key-point shift and K-Means against their steps written out, object by object."""

import numpy as np
import parts_oracle
import pytest
import torch
import torch.nn.functional as F

from clickmend.core.errors import OptionError
from clickmend.parts import METHODS, Parts, k_means, key_point_shift

WAYS = {key_point_shift: parts_oracle.shift, k_means: parts_oracle.k_means}
ways = pytest.mark.parametrize("cluster", WAYS)


def photo(*, patches=40, channels=4, objects=3, count=5):
    """Features in a few loose groups, seeds among them, and the patches of each object."""
    centres = torch.randn(6, channels, dtype=torch.float64)
    group = torch.randint(6, (patches,))
    features = F.normalize(
        centres[group] + 0.3 * torch.randn(patches, channels, dtype=torch.float64), dim=1
    )
    seeds = torch.stack([torch.randperm(patches)[:count] for _ in range(objects)])
    within = torch.rand(objects, patches) > 0.3
    return Parts(features[seeds], torch.ones(objects, count, dtype=torch.bool)), features, within


@ways
@pytest.mark.parametrize("iterations", [0, 1, 2, 10])
def test_the_parts_are_those_of_the_steps_written_out(cluster, iterations):
    parts, features, within = photo()

    moved = cluster(parts, features, within, iterations=iterations)

    for k in range(3):
        prototypes, owns = WAYS[cluster](
            parts.prototypes[k].numpy(), features.numpy(), within[k], iterations=iterations
        )
        np.testing.assert_allclose(moved.prototypes[k], prototypes, atol=1e-9)
        assert moved.alive[k].tolist() == (owns or [True] * 5)


@ways
def test_ten_steps_are_taken(cluster):
    parts, features, within = photo()

    moved, ten = cluster(parts, features, within), cluster(parts, features, within, iterations=10)

    assert torch.equal(moved.prototypes, ten.prototypes)


@ways
def test_a_place_without_a_part_owns_nothing_and_changes_nothing(cluster):
    parts, features, within = photo(objects=1)
    alive = torch.tensor([[True, False, True, True, False]])
    few = Parts(parts.prototypes[:, [0, 2, 3]], torch.ones(1, 3, dtype=torch.bool))

    moved = cluster(Parts(parts.prototypes, alive), features, within)
    alone = cluster(few, features, within)

    torch.testing.assert_close(moved.prototypes[:, [0, 2, 3]], alone.prototypes)
    assert not moved.alive[:, [1, 4]].any()
    assert torch.equal(moved.alive[:, [0, 2, 3]], alone.alive)


@ways
def test_of_two_equal_seeds_the_second_is_dropped(cluster):
    features = torch.eye(3)
    seeds = Parts(features[None, [0, 0, 1]], torch.ones(1, 3, dtype=torch.bool))

    moved = cluster(seeds, features, torch.tensor([[True, True, False]]))

    assert moved.alive.tolist() == [[True, False, True]]


@ways
def test_an_object_without_patches_has_no_parts_and_stays_finite(cluster):
    parts, features, within = photo()
    within[1] = False

    moved = cluster(parts, features, within)

    assert not moved.alive[1].any()
    assert moved.alive[0].any()
    assert moved.prototypes.isfinite().all()


def test_the_shift_settles_far_patches_whose_weights_are_zero_in_float32():
    near, far = [1.0, 0.0], [-0.7, -(0.51**0.5)]
    features = torch.tensor([near] * 10 + [far])
    seeds = Parts(torch.tensor([[near, [0.9, -(0.19**0.5)]]]), torch.ones(1, 2, dtype=torch.bool))

    moved = key_point_shift(seeds, features, torch.ones(1, 11, dtype=torch.bool), iterations=1)

    assert moved.alive.all()
    torch.testing.assert_close(moved.prototypes[0], torch.tensor([near, far]))


def test_a_part_of_one_patch_stays_on_it():
    features = F.normalize(torch.tensor([[1.0, 0.1], [1.0, 0.0], [0.0, 1.0]]), dim=1)
    seeds = Parts(features[None, [1, 2]], torch.ones(1, 2, dtype=torch.bool))

    moved = key_point_shift(seeds, features, torch.ones(1, 3, dtype=torch.bool), iterations=50)

    torch.testing.assert_close(moved.prototypes[0, 1], features[2])


def test_maps_are_the_cosines_and_minus_one_without_a_part():
    parts = Parts(torch.eye(2)[None], torch.tensor([[True, False]]))

    maps = parts.maps(torch.tensor([[0.6, 0.8]]))

    assert maps.tolist() == [[[pytest.approx(0.6)], [-1]]]


def test_the_ways_of_table_1_are_there_by_name():
    facts = {name: (METHODS[name].cluster, METHODS[name].filtered) for name in METHODS}

    assert facts == {
        "shift": (key_point_shift, True),
        "k-means": (k_means, False),
        "k-means*": (k_means, True),
    }


def test_an_unknown_way_is_refused():
    with pytest.raises(OptionError, match=r"There is no way to find parts 'kmeans'.*'k-means'"):
        METHODS["kmeans"]
