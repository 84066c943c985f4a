"""Tests of the network refinement of masks from points."""

import numpy as np
import pytest
import torch

from clickmend.networks import load
from clickmend.networks.features import extract_features
from clickmend.parts import find_instances
from clickmend.tasks.instances.from_points import class_numbers
from clickmend.tasks.instances.network_refinement import NetworkRefinement
from clickmend.tasks.patches import Patch
from clickmend.tasks.refine import NO_REFINEMENT, Refine

POINTS = [(20.5, 25.5), (60.5, 25.5), (100.5, 25.5)]


@pytest.fixture
def photo(rng):
    """Three bright squares on dark noise."""
    photo = rng.integers(0, 40, (80, 120, 3)).astype(np.uint8)
    for x, y in POINTS:
        photo[int(y) - 14 : int(y) + 14, int(x) - 14 : int(x) + 14] += 180
    return photo


@pytest.fixture(scope="module")
def model():
    return load("interactive-s", device="cpu")


def found_in(photo, points, model):
    return find_instances(
        extract_features(photo, points, model).features, torch.tensor(points), size=(80, 120)
    )


def test_classes_are_numbered_as_they_appear():
    assert class_numbers(["b", "a", "b"]).tolist() == [0, 1, 0]


def test_a_look_whose_neighbours_stay_is_kept_and_the_masks_are_the_same(photo, model, monkeypatch):
    refinement = NetworkRefinement(photo, model, Refine(NO_REFINEMENT))
    found = found_in(photo, POINTS, model)
    index, scores = refinement.refined(found, POINTS)
    monkeypatch.setattr(refinement._engine, "seen", None)  # a further question would fail
    again, same = refinement.refined(found, POINTS)
    np.testing.assert_array_equal(again, index)
    assert same == scores
    with pytest.raises(TypeError):
        refinement.refined(found_in(photo, POINTS[:2], model), POINTS[:2])


def test_what_is_sure_has_the_pixel_and_every_object_its_own_point(photo, model):
    index, scores = NetworkRefinement(photo, model, Refine(NO_REFINEMENT)).refined(
        found_in(photo, POINTS, model), POINTS
    )
    assert [index[int(y), int(x)] for x, y in POINTS] == [1, 2, 3]
    assert all(0.5 < score <= 1 for score in scores)


def test_a_look_that_claims_everything_leaves_the_others_their_points(photo, model, monkeypatch):
    refinement = NetworkRefinement(photo, model, Refine(NO_REFINEMENT))
    claims = {POINTS[0][0]: 1.0, POINTS[1][0]: 50.0, POINTS[2][0]: 1.0}

    def seen(told, within=None):
        everywhere = np.full((80, 120), claims[told[-1].x], np.float32)
        return Patch(slice(0, 80), slice(0, 120), everywhere), None

    monkeypatch.setattr(refinement._engine, "seen", seen)
    index, _ = refinement.refined(found_in(photo, POINTS, model), POINTS)
    assert np.bincount(index.ravel()).tolist() == [0, 1, 80 * 120 - 2, 1]
    assert [index[int(y), int(x)] for x, y in POINTS] == [1, 2, 3]
