"""A session or its copy may go on by itself, and neither knows of the other."""

import copy
import pickle

import numpy as np
import pytest
from made_sessions import TASKS, opened, shown

import clickmend as cm


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("seed", range(len(TASKS)))
def test_a_copy_goes_its_own_way(copied, seed):
    said = [{"label": "foreground"}, {"label": "car"}, {"value": 0.3}, {"value": 2.0}][seed]
    session = opened(seed)
    session.click(20, 20, **said)
    before = shown(session).copy()
    twin = copied(session)
    twin.click(40, 30, **said)
    np.testing.assert_array_equal(shown(session), before)
    assert not session.can_redo
    session.click(40, 30, **said)
    np.testing.assert_array_equal(shown(session), shown(twin))
    twin.undo()
    np.testing.assert_array_equal(shown(twin), before)


def test_a_session_of_shipped_weights_and_objects_can_be_copied():
    photo = np.random.default_rng(0).integers(0, 255, (40, 60, 3)).astype(np.uint8)
    session = cm.Session(photo)
    session.click(30, 20)
    assert (copy.deepcopy(session).prediction.mask == session.prediction.mask).all()
    masks = np.zeros((2, 40, 60), bool)
    masks[0, 5:15, 5:15] = masks[1, 25:35, 30:50] = True
    crowd = cm.Objects(photo, prior=masks)
    twin = copy.deepcopy(crowd)
    twin.remove(1)
    assert len(crowd.entries) == 2


def test_a_session_with_a_thousand_marks_can_be_copied():
    session = opened(1)
    for n in range(1000):
        session.stroke([(n % 60 + 0.5, 9.5)], label=n % 4, radius_px=1, exact=True)
    assert (shown(copy.deepcopy(session)) == shown(session)).all()


def test_pickling_is_refused_with_what_can_be_kept():
    session = opened(1)
    session.click(20, 20, label="car")
    with pytest.raises(cm.ClickmendError, match=r"A Session cannot be pickled.*its feedback"):
        pickle.dumps(session)
    again = opened(1)
    for mark in pickle.loads(pickle.dumps(session.feedback)):
        again.add(mark)
    assert (shown(again) == shown(session)).all()
