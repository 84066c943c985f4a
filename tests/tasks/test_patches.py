"""Large patches forget their values and make them again, to the bit."""

import numpy as np
import pytest

import clickmend as cm
from clickmend.tasks import patches
from clickmend.tasks.patches import KEPT, Large, Patch


def whole(number):
    return Patch(slice(0, 600), slice(0, 500), np.full((600, 500), number, np.float32))


def test_of_large_patches_the_newest_few_keep_their_values_and_the_others_make_them_again():
    large, made = Large(), []

    def how(patch):
        value = patch.values[0, 0]

        def make():
            made.append(value)
            return np.full(patch.shape, value, np.float32)

        return make

    all_of_them = [large.patch(whole(number), how) for number in range(KEPT + 2)]
    assert [patch.values[3, 4] for patch in all_of_them[2:]] == [2, 3, 4]
    assert made == []
    assert all_of_them[0].values[3, 4] == 0
    assert all_of_them[0].values[5, 6] == 0
    assert made == [0]


def test_a_small_patch_and_one_that_is_not_made_again_stay_as_they_are():
    large = Large()
    small = Patch(slice(0, 2), slice(0, 3), np.ones((2, 3), np.float32))
    assert large.patch(small, lambda patch: pytest.fail("asked")) is small
    big = whole(1)
    assert large.patch(big, lambda patch: None) is big
    assert large.patch(None, lambda patch: pytest.fail("asked")) is None


@pytest.mark.parametrize("task", ["interactive", "depth"])
def test_a_session_keeps_few_maps_whatever_the_marks_and_undoes_to_the_bit(task, monkeypatch):
    monkeypatch.setattr(patches, "LARGE_BYTES", 1)
    photo = np.full((120, 160, 3), 90, np.uint8)
    photo[30:90, 40:120] = (200, 60, 40)
    session = cm.Session(photo, task=task, refine="none" if task == "interactive" else "region")
    field = "logits" if task == "interactive" else "depth_m"
    seen = []
    for number in range(KEPT + 3):
        said = {} if task == "interactive" else {"value": 1.0 + number}
        session.click(60.5 + 8 * number, 60.5, **said)
        seen.append(getattr(session.prediction, field).copy())
    made = [answer.patch for answer in session._state.answer.chain()]
    assert all(isinstance(patch, patches.Remade) for patch in made)
    assert sum(patch._ready is not None for patch in made) == KEPT
    for earlier in reversed(seen[:-1]):
        session.undo()
        shown = getattr(session.prediction, field)
        np.testing.assert_array_equal(shown.view(np.uint32), earlier.view(np.uint32))
