"""What corruptions keep and what they spoil."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from clickmend.core.errors import OptionError
from clickmend.feedback.corruption import (
    SPOILS,
    corrupt_labels,
    corrupt_mask,
    corrupt_values,
    ellipse,
    filled,
    spoil_mask,
)

SHAPE = (60, 80)


def disk(x, y, radius, shape=SHAPE):
    rows, columns = np.indices(shape)
    return np.hypot(columns + 0.5 - x, rows + 0.5 - y) <= radius


LABELS = np.zeros(SHAPE, np.int32)
LABELS[30:] = 3
LABELS[disk(40, 30, 14, SHAPE)] = 7


@pytest.mark.parametrize("seed", range(8))
def test_a_class_map_loses_something_and_gains_no_class(seed):
    poor = corrupt_labels(LABELS, np.random.default_rng(seed))
    assert set(np.unique(poor)) <= {0, 3, 7}
    assert 0.01 < (poor != LABELS).mean() < 0.95


def test_the_truth_is_left_alone():
    before = LABELS.copy()
    corrupt_labels(LABELS, np.random.default_rng(0))
    np.testing.assert_array_equal(LABELS, before)


def test_the_class_under_ignored_pixels_is_never_seen():
    labels, ignore = LABELS.copy(), disk(10, 10, 6, SHAPE)
    labels[ignore] = 99
    assert 99 not in corrupt_labels(labels, np.random.default_rng(2), ignore=ignore)


def test_one_class_alone_cannot_be_mistaken():
    single = np.ones(SHAPE, np.int32)
    np.testing.assert_array_equal(corrupt_labels(single, np.random.default_rng(0)), single)


@pytest.mark.parametrize("seed", range(4))
def test_values_have_a_hole_and_a_region_that_is_off(seed):
    truth = np.tile(np.linspace(1, 3, 80, dtype=np.float32), (60, 1))
    poor = corrupt_values(truth, np.random.default_rng(seed), hole=9.0)
    assert poor.dtype == np.float32
    assert 0 < (poor == 9).mean() < 0.2
    assert (np.abs(poor - truth)[poor != 9] > 0.1).any()


@pytest.mark.parametrize("seed", range(10))
def test_an_ellipse_is_somewhere_in_the_image_and_not_all_of_it(seed):
    drawn = ellipse(SHAPE, np.random.default_rng(seed), least=0.05, most=0.2)
    assert 0 < drawn.mean() < 0.3


def test_unknown_depth_gets_that_of_the_nearest_known_pixel():
    rng = np.random.default_rng(0)
    depth_m = rng.uniform(1, 4, (9, 12)).astype(np.float32)
    known = rng.uniform(size=depth_m.shape) < 0.3
    holed = np.where(known, depth_m, np.nan).astype(np.float32)
    complete = filled(holed)
    places = np.argwhere(known)
    for row, column in np.argwhere(~known):
        nearest = cKDTree(places).query((row, column))[0]
        distances = np.hypot(*(places - (row, column)).T)
        candidates = depth_m[tuple(places[np.isclose(distances, nearest)].T)]
        assert complete[row, column] in candidates
    assert (filled(np.full((2, 3), np.nan, np.float32)) == 0).all()


@pytest.mark.parametrize("seed", range(6))
def test_each_spoil_is_what_it_is_called(seed):
    truth = disk(40, 30, 22, SHAPE)
    spoilt = {spoil: spoil_mask(truth, spoil, np.random.default_rng(seed)) for spoil in SPOILS}
    for name in ("hole", "part"):
        assert not (spoilt[name] & ~truth).any()
    assert not (truth & ~spoilt["blob"]).any()
    assert 0.1 <= 1 - spoilt["part"].sum() / truth.sum() <= 0.34
    wide = spoilt["contour"]
    assert not (truth & ~wide).any() or not (wide & ~truth).any()
    for poor in spoilt.values():
        assert poor.any()
        assert (poor != truth).any()


def test_the_same_seed_spoils_alike_and_an_unknown_way_is_refused():
    truth = disk(40, 30, 22, SHAPE)
    one, again = (spoil_mask(truth, "blob", np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one, again)
    with pytest.raises(OptionError, match=r"no corruption 'scratch'\. Available: hole, blob, part"):
        spoil_mask(truth, "scratch", np.random.default_rng(0))


def test_of_an_object_of_few_pixels_something_is_spoilt_too():
    for spoil in SPOILS:
        truth = disk(5, 5, 1.5, (12, 12))
        assert (spoil_mask(truth, spoil, np.random.default_rng(0)) != truth).any()


def test_corruption_changes_the_mask_and_keeps_its_size(rng):
    truth = disk(40, 30, 15)
    made = [corrupt_mask(truth, rng) for _ in range(40)]
    assert all(m.shape == truth.shape and m.dtype == np.bool_ for m in made)
    assert sum((m != truth).any() for m in made) >= 38
