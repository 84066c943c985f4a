"""No later mark takes a pixel of a class that is protected, whatever comes to be of it."""

import numpy as np
import pytest
from made_sessions import CLASSES, TASKS, mark_on, opened, shown

import clickmend as cm
from clickmend.core.errors import ClickError, OptionError

MAPS = [seed for seed in range(60) if TASKS[seed % 4] == "semantic"]


def give(session, rng, count):
    """Marks by chance; yields the map before and after each that was taken."""
    for _ in range(count):
        before = shown(session).copy()
        try:
            session.add(mark_on(session, rng))
        except ClickError:  # in a pixel that is protected
            continue
        yield before, shown(session)


@pytest.mark.parametrize("seed", MAPS)
def test_a_protected_class_loses_no_pixel_and_nothing_changes_beyond_the_reach(seed):
    session, rng = opened(seed), np.random.default_rng(seed)
    label = int(rng.integers(len(CLASSES)))
    session.protect_class(label)
    for before, after in give(session, rng, 6):
        assert (after[before == label] == label).all()
        np.testing.assert_array_equal(after[~session.reach], before[~session.reach])


@pytest.mark.parametrize("seed", MAPS[:5])
def test_undo_redo_and_a_removed_mark_give_what_the_marks_give_anew(seed):
    session, rng = opened(seed), np.random.default_rng(seed)
    session.click(3.5, 3.5, label=1)
    session.protect_class(CLASSES[2])
    list(give(session, rng, 4))
    last = shown(session).copy()
    while session.can_undo:
        session.undo()
    while session.can_redo:
        session.redo()
    np.testing.assert_array_equal(shown(session), last)
    again = opened(seed)
    first, *others = session.feedback
    again.add(first)
    again.protect_class(2)
    for mark in others:
        again.add(mark)
    np.testing.assert_array_equal(shown(again), last)
    assert again.protected_classes == session.protected_classes == (2,)


def test_a_class_is_set_free_by_itself_or_with_all_that_is_protected():
    session = opened(MAPS[0])
    there = session.prediction.labels == session.prediction.labels[0, 0]
    label = int(session.prediction.labels[0, 0])
    other = next(index for index in range(len(CLASSES)) if index != label)
    for free in (lambda: session.protect_class(label, False), lambda: session.protect(None)):
        session.protect_class(label)
        with pytest.raises(ClickError, match="is protected"):
            session.click(0.5, 0.5, label=other)
        free()
        assert session.protected_classes == ()
        assert (session.click(0.5, 0.5, label=other).labels[there] == other).any()
        session.undo()
    session.protect_class(label)
    session.protect(~there)
    assert (session.protected_classes, session.protected.sum()) == ((label,), (~there).sum())
    session.reset()
    assert session.protected_classes == (label,)


def test_a_protected_class_may_gain_pixels_and_keeps_these_too():
    session = opened(MAPS[0])
    label = int(session.prediction.labels[-1, -1])
    other = next(index for index in range(len(CLASSES)) if index != label)
    session.protect_class(label)
    session.stroke([(5.5, 5.5)], label=label, exact=True, radius_px=3)
    with pytest.raises(ClickError, match="is protected"):
        session.click(5.5, 5.5, label=other)
    session.stroke([(5.5, 5.5)], label=other, exact=True, radius_px=9)
    assert session.prediction.labels[5, 5] == label


def test_a_class_that_is_not_there_and_a_task_without_classes_are_refused():
    session = opened(MAPS[0])
    with pytest.raises(OptionError, match="There is no class 'cheese' to protect"):
        session.protect_class("cheese")
    with pytest.raises(OptionError, match=r"There is no class \['road'\] to protect"):
        session.protect_class(["road"])
    with pytest.raises(OptionError, match="none in the task 'interactive'"):
        cm.Session(session.photo, task="interactive").protect_class(0)
    assert not session.can_undo
