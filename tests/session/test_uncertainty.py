"""How much a network disagrees with what a session begins with; written-out sums are oracles."""

import numpy as np
import pytest
from made_sessions import HEIGHT, WIDTH, model

import clickmend as cm
from clickmend.objects.objects import Objects


@pytest.fixture
def photo(rng):
    return np.kron(rng.integers(0, 255, (6, 8, 3)), np.ones((8, 8, 1))).astype(np.uint8)


def opened(photo, task, **options):
    return cm.Session(photo, task=task, model=model(task), **options)


def test_a_mask_is_as_uncertain_as_it_is_far_from_what_the_network_makes_of_it(photo):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[8:40, 8:40] = True
    plain = opened(photo, "interactive")
    assert plain.uncertainty() is None
    found = opened(photo, "interactive", prior=mask).uncertainty()
    assert 0 < found < 1
    other = opened(photo, "interactive", prior=~mask).uncertainty()
    assert other != found


def test_two_soft_masks_are_apart_by_their_soft_jaccard_distance(rng):
    from clickmend.tasks.interactive.looks import soft_jaccard

    one, other = rng.random((2, 5, 7)).astype(np.float32)
    both = union = 0.0
    for p, m in zip(one.ravel(), other.ravel(), strict=True):
        both, union = both + min(p, m), union + max(p, m)
    assert soft_jaccard(one, other) == pytest.approx(1 - both / union, rel=1e-5)
    assert soft_jaccard(one, one) == 0
    assert soft_jaccard(0 * one, 0 * one) is None


def test_a_class_map_is_as_uncertain_as_the_network_believes_other_classes(photo):
    session = opened(photo, "semantic")
    own = session.initial.labels
    least = session.uncertainty()
    assert 0 < least < 1
    assert opened(photo, "semantic", prior=own).uncertainty() == pytest.approx(least, rel=1e-5)
    wrong = own.copy()
    wrong[:24] = (wrong[:24] + 1) % 4
    assert opened(photo, "semantic", prior=wrong).uncertainty() > least
    wrong[:24] = 255  # what has no class does not count
    below = opened(photo, "semantic", prior=wrong).uncertainty()
    assert below is not None
    assert opened(photo, "semantic", prior=np.full_like(own, 255)).uncertainty() is None


def test_depth_is_uncertain_where_ratios_differ_and_one_scale_of_all_is_none(photo):
    session = opened(photo, "depth")
    assert session.uncertainty() is None
    own = session.initial.depth_m
    assert opened(photo, "depth", prior=3 * own).uncertainty() == pytest.approx(0, abs=1e-4)
    half = own.copy()
    half[:12] *= 2  # a quarter is off by log 2
    half[20] = np.nan
    wanted = 12 / (HEIGHT - 1) * np.log(2)
    assert opened(photo, "depth", prior=half).uncertainty() == pytest.approx(wanted, rel=1e-3)
    nothing = np.full_like(own, np.nan)
    assert opened(photo, "depth", prior=nothing).uncertainty() is None


def test_a_matte_is_uncertain_by_the_mean_difference_of_alpha(photo):
    prior = np.full((HEIGHT, WIDTH), 0.25, np.float32)
    low = opened(photo, "matting", prior=prior).uncertainty()
    high = opened(photo, "matting", prior=prior + 0.5).uncertainty()
    assert 0 < low < 1
    assert low != high


def test_objects_are_as_uncertain_as_the_worst_of_them(photo):
    index = np.zeros((HEIGHT, WIDTH), np.int32)
    index[8:20, 8:40], index[30:44, 10:50] = 1, 2
    assert Objects(photo).uncertainty() is None
    each = [
        Objects(photo, prior=np.where(index == one, 1, 0).astype(np.int32)).uncertainty()
        for one in (1, 2)
    ]
    assert Objects(photo, prior=index).uncertainty() == max(each)
