"""Tests of the masks of points that come one after another."""

import numpy as np
import pytest

from clickmend import instances
from clickmend.feedback.pointing import clicks_of
from clickmend.networks import load
from clickmend.tasks.instances.finder import Finder, Pointed
from clickmend.tasks.instances.from_points import FINDER
from clickmend.tasks.instances.network_refinement import NetworkRefinement
from clickmend.tasks.interactive.engine import InteractiveEngine
from clickmend.tasks.refine import Refine

POINTS = ((20.5, 25.5), (60.5, 25.5), (100.5, 25.5), (62.5, 60.5))


@pytest.fixture
def photo(rng):
    """Three bright squares on dark noise."""
    photo = rng.integers(0, 40, (80, 120, 3)).astype(np.uint8)
    for x, y in POINTS[:3]:
        photo[int(y) - 14 : int(y) + 14, int(x) - 14 : int(x) + 14] += 180
    return photo


@pytest.fixture(scope="module")
def model():
    return load(FINDER, device="cpu")


@pytest.fixture
def finder(photo, model):
    refinement = NetworkRefinement(photo, model, Refine("none"))
    return Finder(photo, model, refinement, method="shift", seed=0)


def asked_of(finder, monkeypatch):
    """The clicks of every question to the network from now on."""
    asked, answer = [], finder._refinement._engine.answer
    monkeypatch.setattr(
        finder._refinement._engine, "answer", lambda c, last: asked.append(c) or answer(c, last)
    )
    return asked


def test_points_of_one_action_are_found_as_by_instances(photo, finder):
    found = finder.index(Pointed(POINTS[:2], (), ("cat", "dog")))
    np.testing.assert_array_equal(found, instances(photo, POINTS[:2], ["cat", "dog"]).index)


def test_a_later_point_has_what_the_network_says_of_it_where_nobody_is_surer(photo, model, finder):
    found = finder.index(Pointed(POINTS[:1], POINTS[1:2]))
    engine = InteractiveEngine(photo, model, Refine("none"))
    claimed = engine.show(engine.answer(clicks_of(POINTS[1], POINTS[:2]), None)).mask
    assert claimed[25, 60]
    assert found[25, 60] == 2
    assert not (found == 2)[~claimed].any()
    assert ((found == 1) | (found == 2))[claimed].all()


def test_of_the_objects_before_those_alone_are_asked_again_that_claim_the_point(
    finder, monkeypatch
):
    before = finder.index(Pointed(POINTS[:1]))
    inside = next(
        (x + 0.5, y + 0.5)
        for y, x in np.argwhere(before == 1)[10:]
        if abs(x - 20) + abs(y - 25) > 8
    )
    outside = (112.5, 70.5)
    assert before[70, 112] == 0
    asked = asked_of(finder, monkeypatch)
    finder.index(Pointed(POINTS[:1], (outside,)))
    assert asked == [clicks_of(outside, (POINTS[0], outside))]
    asked.clear()
    finder.index(Pointed(POINTS[:1], (inside,)))
    assert set(asked) == {
        clicks_of(POINTS[0], (POINTS[0], inside)),
        clicks_of(inside, (POINTS[0], inside)),
    }


def test_what_is_found_depends_on_the_points_alone(photo, model, finder):
    kept = [finder.index(Pointed(POINTS[:1], POINTS[1:n])) for n in range(1, 5)]
    refinement = NetworkRefinement(photo, model, Refine("none"))
    again = Finder(photo, model, refinement, method="shift", seed=0)
    for n in (4, 2, 3, 1):
        np.testing.assert_array_equal(again.index(Pointed(POINTS[:1], POINTS[1:n])), kept[n - 1])


def test_after_undo_nothing_is_asked_that_was_answered(finder, monkeypatch):
    for n in range(1, 5):
        finder.index(Pointed(POINTS[:1], POINTS[1:n]))
    finder.index.cache_clear()
    asked = asked_of(finder, monkeypatch)
    finder.index(Pointed(POINTS[:1], POINTS[1:2]))
    assert asked == []


def test_of_points_in_one_pixel_the_first_has_the_mask(finder):
    found = finder.index(Pointed(POINTS[:1], (POINTS[0], POINTS[1])))
    assert set(np.unique(found)) - {0} == {1, 3}


def test_an_object_that_the_network_does_not_see_has_the_mask_of_its_features(
    photo, model, finder, monkeypatch
):
    monkeypatch.setattr(NetworkRefinement, "claim", lambda *_: None)
    found = finder.index(Pointed(POINTS[:1], POINTS[1:2]))
    assert (found == 2)[25, 60]
    assert (found == 2).sum() > 100


def test_without_a_refinement_all_points_are_looked_at_together(photo, model):
    finder = Finder(photo, model, None, method="shift", seed=0)
    np.testing.assert_array_equal(
        finder.index(Pointed(POINTS[:1], POINTS[1:])), instances(photo, POINTS, finish="none").index
    )
