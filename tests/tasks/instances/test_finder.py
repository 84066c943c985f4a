"""Tests of the masks of points that come one after another."""

from threading import Barrier

import numpy as np
import pytest

from clickmend import instances
from clickmend.feedback.pointing import clicks_of
from clickmend.networks import load
from clickmend.networks.weights import graph
from clickmend.tasks.instances.claims import Claim
from clickmend.tasks.instances.finder import Finder, Pointed
from clickmend.tasks.instances.from_points import FINDER
from clickmend.tasks.instances.network_refinement import NetworkRefinement
from clickmend.tasks.interactive.engine import InteractiveEngine
from clickmend.tasks.patches import Patch
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
    """The clicks of every question to the network from now on, and the view that it was given."""
    asked, seen = [], finder._refinement._engine.seen

    def asking(clicks, *, within=None):
        asked.append((clicks, within))
        return seen(clicks, within=within)

    monkeypatch.setattr(finder._refinement._engine, "seen", asking)
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


def test_a_point_and_the_object_that_had_it_alone_are_looked_at_in_its_view(finder, monkeypatch):
    first = finder._claims(Pointed(POINTS[:1]), finder._refinement)
    outside, inside = (112.5, 70.5), (28.5, 30.5)
    assert [one.at(outside) > 0 for one in first] == [False]
    assert [one.at(inside) > 0 for one in first] == [True]
    asked = asked_of(finder, monkeypatch)
    finder.index(Pointed(POINTS[:1], (outside,)))
    assert asked == [(clicks_of(outside, (POINTS[0], outside)), None)]
    asked.clear()
    finder.index(Pointed(POINTS[:1], (inside,)))
    assert len(asked) == 2
    assert set(asked) == {
        (clicks_of(inside, (POINTS[0], inside)), first[0].crop),
        (clicks_of(POINTS[0], (POINTS[0], inside)), first[0].crop),
    }


def test_of_two_that_claim_the_point_the_surer_one_is_asked_again(finder, monkeypatch):
    (first,) = finder._claims(Pointed(POINTS[:1]), finder._refinement)
    surer = Claim(2, POINTS[1], Patch(slice(0, 80), slice(0, 120), np.full((80, 120), 50.0)))
    asked = asked_of(finder, monkeypatch)
    inside = (28.5, 30.5)
    points = (*POINTS[:2], inside)
    kept, *_ = finder._with((first, surer), points, finder._refinement)
    assert kept is first
    assert sorted(clicks[-1].x for clicks, _ in asked) == sorted([inside[0], POINTS[1][0]])


def test_two_objects_are_looked_at_side_by_side_and_seen_as_one_after_another(finder, monkeypatch):
    inside, engine = (28.5, 30.5), finder._refinement._engine
    finder.index(Pointed(POINTS[:1]))
    monkeypatch.setattr(graph, "_chosen", 2)
    seen, together = engine.seen, Barrier(2)

    def seen_together(clicks, *, within=None):
        together.wait(timeout=60)
        return seen(clicks, within=within)

    monkeypatch.setattr(engine, "seen", seen_together)
    found = finder.index(Pointed(POINTS[:1], (inside,)))
    monkeypatch.undo()
    finder._refinement._kept.clear()
    finder.index.cache_clear()
    finder._claimed.clear()
    monkeypatch.setattr(graph, "_chosen", 1)
    np.testing.assert_array_equal(finder.index(Pointed(POINTS[:1], (inside,))), found)


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


def test_a_point_after_undo_asks_nothing_of_the_objects_that_stay(finder, monkeypatch):
    finder.index(Pointed(POINTS[:1], POINTS[1:3]))
    refinement = finder._refinement
    refinement._kept.clear()
    asked = asked_of(finder, monkeypatch)
    finder.index(Pointed(POINTS[:1], (POINTS[1], (112.5, 70.5))))
    assert {clicks[-1].x for clicks, _ in asked} <= {112.5}


def test_of_points_in_one_pixel_the_first_has_the_mask(finder):
    found = finder.index(Pointed(POINTS[:1], (POINTS[0], POINTS[1])))
    assert set(np.unique(found)) - {0} == {1, 3}


def test_an_object_that_the_network_does_not_see_has_the_mask_of_its_features(
    photo, model, finder, monkeypatch
):
    monkeypatch.setattr(NetworkRefinement, "asked", lambda _, numbers, __: [None] * len(numbers))
    found = finder.index(Pointed(POINTS[:1], POINTS[1:2]))
    assert (found == 2)[25, 60]
    assert (found == 2).sum() > 100


def test_without_a_refinement_all_points_are_looked_at_together(photo, model):
    finder = Finder(photo, model, None, method="shift", seed=0)
    np.testing.assert_array_equal(
        finder.index(Pointed(POINTS[:1], POINTS[1:])), instances(photo, POINTS, finish="none").index
    )
