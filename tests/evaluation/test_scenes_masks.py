"""Masks of made scenes by the shipped network, and how sure each is."""

import numpy as np
import pytest

import clickmend as cm
from clickmend.evaluation.scenes import PointSetting, Scene, find_masks
from clickmend.networks import load
from clickmend.networks.features import extract_features
from clickmend.tasks.instances.from_points import find_parts

POINTS = ((45.5, 60.5), (120.5, 62.5))
SHIFT = PointSetting(points="centre", method="shift", weights="interactive-s", box_rule="plain")
FINISHED = PointSetting(
    points="centre", method="shift", weights="interactive-s", box_rule="plain", finish="network"
)
CLICK = PointSetting(points="centre", method="click", weights="interactive-s")


@pytest.fixture
def scene(rng):
    """Two bright disks on dark noise."""
    rows, columns = np.mgrid[:120, :160]
    masks = tuple((columns - x) ** 2 + (rows - y) ** 2 < 26**2 for x, y in POINTS)
    photo = rng.integers(0, 40, (120, 160, 3)).astype(np.uint8)
    photo[masks[0]] += np.array([190, 60, 20], np.uint8)
    photo[masks[1]] += np.array([30, 90, 190], np.uint8)
    ignore = np.zeros((120, 160), bool)
    return Scene(photo, masks, ("cup", "ball"), ignore, (1, 2), "two")


@pytest.fixture(scope="module")
def model():
    return load("interactive-s", device="cpu")


@pytest.mark.parametrize("setting", [SHIFT, FINISHED], ids=["parts", "finished"])
def test_the_masks_are_those_that_are_shipped(setting, scene, model):
    found = find_masks(scene, POINTS, setting, model, seed=3)
    shipped = cm.instances(
        scene.image, POINTS, scene.classes, model=model, finish=setting.finish, seed=3
    )
    np.testing.assert_array_equal(np.stack(found.masks), shipped.masks)
    assert found.seconds > 0
    assert found.scores == list(shipped.scores)
    assert all(0.5 < score <= 1 for score in found.scores)


def test_a_click_is_a_session_of_its_own_and_as_sure_as_the_network(scene, model):
    found = find_masks(scene, POINTS, CLICK, model, seed=0)
    for (x, y), mask, score in zip(POINTS, found.masks, found.scores, strict=True):
        session = cm.Session(scene.image, model=model, refine="none")
        session.click(x, y)
        np.testing.assert_array_equal(mask, session.prediction.mask)
        assert score == pytest.approx(session.prediction.probability[mask].mean())


def test_steps_from_the_seeds_move_the_parts(scene, model):
    seen = extract_features(scene.image, POINTS, model)
    none, ten = (
        find_parts(seen, POINTS, scene.classes, size=(120, 160), seed=0, iterations=steps).parts
        for steps in (0, 10)
    )
    assert none.prototypes.shape == ten.prototypes.shape
    assert not np.array_equal(none.prototypes, ten.prototypes)
