"""Tests of who is on top where masks overlap."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.tasks.instances import composing
from clickmend.tasks.instances.composing import compose, recomposed
from clickmend.tasks.instances.entries import Entry
from clickmend.tasks.patches import Patch

SIZE = (9, 12)
NOTHING = np.zeros(SIZE, np.int32)


def patch(rng):
    """Some pixels of a rectangle; maybe none."""
    mask = np.zeros(SIZE, np.bool_)
    top, left = rng.integers(0, SIZE)
    height, width = rng.integers(0, 6, 2)
    mask[top : top + height, left : left + width] = True
    return Patch.where(mask & (rng.random(SIZE) < 0.8))


def entry(key, rng):
    """An object of a mask that was given, perhaps mended or protected since."""
    mended = patch(rng) if rng.random() < 0.4 else None
    turn = int(rng.integers(0, 9)) if mended else 0
    finished = bool(rng.random() < 0.2)
    return Entry(key, (1.5, 1.5), None, turn, patch(rng), mended, protected=finished)


@given(st.integers(0, 2**32 - 1))
def test_objects_of_which_some_are_mended_or_protected_are_composed_as_all_anew(seed):
    rng = np.random.default_rng(seed)
    entries = [entry(key, rng) for key in range(3, 3 + int(rng.integers(1, 9)))]
    index = compose(entries, NOTHING)
    for _ in range(4):
        before, old, kept = list(entries), index, index.copy()
        for at in rng.permutation(len(entries))[: rng.integers(0, 3)]:
            entries[at] = entry(entries[at].key, rng)
        index = recomposed(entries, before, old)
        np.testing.assert_array_equal(index, compose(entries, NOTHING))
        np.testing.assert_array_equal(old, kept)


@pytest.mark.parametrize("pointed", ["before", "since", "another"])
def test_where_points_find_a_mask_everything_is_composed_anew(pointed, rng):
    before = [entry(1, rng), entry(2, rng)]
    entries = [before[0], entry(2, rng)]
    point = Entry(1 if pointed == "another" else 2, (1.5, 1.5), None, 0)
    if pointed == "another":
        before[0] = entries[0] = point
    else:
        (before if pointed == "before" else entries)[1] = point
    assert recomposed(entries, before, NOTHING) is None


def test_other_numbers_are_composed_anew(rng):
    one, two, three = (entry(key, rng) for key in (1, 2, 3))
    assert recomposed([one, two], [one], NOTHING) is None
    assert recomposed([one, three], [one, two], NOTHING) is None


def test_of_hundreds_of_objects_only_those_near_a_mask_that_differs_are_looked_at(monkeypatch):
    shape = (30, 300)
    masks = np.zeros((300, *shape), np.bool_)
    for at, mask in enumerate(masks):
        mask[10:20, at] = True
    before = [
        Entry(at + 1, (at + 0.5, 15.5), None, 0, Patch.where(m)) for at, m in enumerate(masks)
    ]
    index = compose(before, np.zeros(shape, np.int32))
    looked = []
    height = composing._height
    monkeypatch.setattr(composing, "_height", lambda one: looked.append(one.key) or height(one))
    entries = list(before)
    entries[99] = replace(before[99], turn=1, mask=Patch.where(masks[99] | masks[100]))
    index = recomposed(entries, before, index)
    assert looked == [100, 101]
    assert (index[15, 99], index[15, 100], index[15, 101]) == (100, 100, 102)
