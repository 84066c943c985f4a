"""One mark removed or moved: the answer is that of a fresh session with the marks that are left."""

import numpy as np
import pytest
from made_sessions import TASKS, opened, shown

import clickmend as cm
from clickmend.core.errors import ClickError, OptionError

SEEDS = {"interactive": 0, "semantic": 1, "matting": 2, "depth": 3}
SAID = {"interactive": "foreground", "semantic": 2}


def click(task, x, y, value=0.7, radius_px=None):
    label = SAID.get(task)
    return cm.Click(x, y, label, None if label is not None else value, radius_px)


def marks(task):
    stroke = cm.Stroke(((12, 30), (30, 34)), SAID.get(task), 3, exact=True)
    if task not in SAID:
        stroke = cm.Stroke(stroke.points, None, 3, exact=True, value=0.2)
    return [
        click(task, 20.5, 20.5),
        stroke,
        click(task, 40.5, 12.5, 0.9, 9),
        click(task, 41.5, 12.5, 0.4, 12),
    ]


def given(task, some):
    session = opened(SEEDS[task])
    for mark in some:
        session.add(mark)
    return session


@pytest.mark.parametrize("task", TASKS)
def test_an_outline_paints_what_is_inside_and_nothing_else_and_holds_until_it_is_erased(task):
    def now():
        return shown(session) > 0 if task == "interactive" else shown(session).copy()

    session = opened(SEEDS[task])
    first = now()
    says = {"label": SAID[task]} if task in SAID else {"value": 0.2}
    corners = [(10.0, 12.0), (30.0, 12.0), (30.0, 25.0), (10.0, 25.0)]
    session.stroke(corners, exact=True, filled=True, **says)
    inside = np.zeros(first.shape, bool)
    inside[12:25, 10:30] = True
    painted = now()
    np.testing.assert_array_equal(painted[~inside], first[~inside])
    assert len(np.unique(painted[inside])) == 1
    session.add(click(task, 50.5, 30.5))
    np.testing.assert_array_equal(now()[inside], painted[inside])
    session.stroke(corners, label="erase", filled=True)
    np.testing.assert_array_equal(now()[inside], first[inside])


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_without_a_mark_the_session_is_that_of_the_others_and_undo_brings_it_back(task, n):
    session = given(task, marks(task))
    before, feedback = shown(session).copy(), session.feedback
    session.remove(n)
    oracle = given(task, [mark for at, mark in enumerate(marks(task), start=1) if at != n])
    np.testing.assert_array_equal(shown(session), shown(oracle))
    assert session.feedback == oracle.feedback
    session.undo()
    np.testing.assert_array_equal(shown(session), before)
    assert session.feedback == feedback
    session.redo()
    session.add(click(task, 8.5, 8.5))
    oracle.add(click(task, 8.5, 8.5))
    np.testing.assert_array_equal(shown(session), shown(oracle))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("n", [1, 3])
def test_a_mark_that_is_moved_gives_what_it_would_have_given_there(task, n):
    session = given(task, marks(task))
    moved = click(task, 50.5, 40.5, 0.8)
    session.replace(n, moved)
    wanted = marks(task)
    wanted[n - 1] = moved
    oracle = given(task, wanted)
    np.testing.assert_array_equal(shown(session), shown(oracle))
    assert session.feedback == oracle.feedback
    assert session.can_undo


def test_the_last_mark_that_goes_leaves_the_first_prediction():
    session = given("depth", marks("depth")[:1])
    session.remove(1)
    np.testing.assert_array_equal(shown(session), session.initial.depth_m)
    assert (session.feedback, session.reach) == ((), None)


def test_what_was_protected_when_a_mark_came_still_is_when_others_go():
    session = given("interactive", [])
    kept = np.zeros(shown(session).shape, bool)
    kept[:, 30:] = True
    session.stroke([(5, 5)], label="foreground", radius_px=3, exact=True)
    session.protect(kept)
    session.stroke([(20, 20), (50, 20)], label="foreground", radius_px=4, exact=True)
    session.protect(None)
    session.stroke([(50, 40)], label="foreground", radius_px=4, exact=True)
    session.remove(1)
    mask = session.prediction.mask
    assert mask[20, 25]
    assert mask[40, 50]
    np.testing.assert_array_equal(mask[16:25, 30:], session.initial.mask[16:25, 30:])
    session.click(50, 20)


def test_a_box_goes_singly_too():
    session = given("interactive", [cm.Box(8, 8, 40, 40), click("interactive", 20, 20)])
    session.box(10, 10, 50, 40)
    session.remove(2)
    oracle = given("interactive", [click("interactive", 20, 20)])
    np.testing.assert_array_equal(shown(session), shown(oracle))
    assert len(session.feedback) == 1


@pytest.mark.parametrize("n", [0, 5, -1])
def test_a_mark_that_is_not_there_is_neither_removed_nor_moved(n):
    session = given("depth", marks("depth"))
    with pytest.raises(OptionError, match=rf"no mark {n}\. There are 4, numbered from 1"):
        session.remove(n)
    with pytest.raises(OptionError, match=rf"no mark {n}\."):
        session.replace(n, click("depth", 1, 1))
    assert len(session.feedback) == 4


def test_a_mark_without_sense_takes_no_others_place():
    session = given("depth", marks("depth"))
    before = shown(session).copy()
    with pytest.raises(ClickError, match="outside the 64×48 image"):
        session.replace(2, click("depth", 70, 1))
    with pytest.raises(ClickError, match="has no value"):
        session.replace(2, cm.Click(5, 5))
    np.testing.assert_array_equal(shown(session), before)


def test_without_a_mark_nothing_is_in_reach():
    assert given("semantic", []).reach is None
