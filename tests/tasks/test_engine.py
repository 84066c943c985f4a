"""What is shown after a mark is kept as a patch of what changed, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clickmend.tasks.engine import Answer, Drawn
from clickmend.tasks.patches import Patch

MAPS = arrays(np.float32, (5, 7), elements=st.sampled_from([0.0, -0.0, 1.5, np.nan]))


def bits(array):
    return array.view(np.uint32)


@given(MAPS, MAPS)
def test_a_patch_makes_one_map_of_another_bit_for_bit(before, after):
    patch = Patch.between(before, after)
    made = before.copy()
    if patch is not None:
        made[patch.place] = patch.values
    np.testing.assert_array_equal(bits(made), bits(after))


def test_a_patch_is_as_small_as_what_changed_and_none_where_nothing_did():
    before = np.zeros((6, 8), np.int32)
    after = before.copy()
    after[2, 3] = after[4, 5] = 1
    patch = Patch.between(before, after)
    assert patch.place == (slice(2, 5), slice(3, 6))
    within = Patch.between(before, after, within=(slice(1, 6), slice(2, 8)))
    assert within.place == patch.place
    assert Patch.between(before, before.copy()) is None


@pytest.mark.parametrize("asked", [(3, 1, 3, 0, 2), (0, 3, 2, 1)])
def test_a_map_is_the_same_whatever_was_asked_for_before(asked):
    maps = [np.zeros((4, 4), np.float32)]
    answers = [None]
    for number in range(1, 4):
        maps.append(maps[-1].copy())
        maps[-1][number, :number] = number
        patch = Patch.between(maps[-2], maps[-1])
        answers.append(Answer(marks=(), patch=patch, before=answers[-1]))
    drawn = Drawn(lambda answer: answer.patch)
    for number in asked:
        shown = drawn.after(answers[number], first=lambda: maps[0])
        np.testing.assert_array_equal(shown, maps[number])
