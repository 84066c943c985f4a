"""What is shown while a refinement moves variables; the answer is the same with and without it."""

from dataclasses import replace

import numpy as np
import pytest
from made_sessions import TASKS, mark_on, model, opened, shown, some_protected
from test_made_sessions import same

import clickmend as cm
from clickmend.core.errors import ClickError

SLOW = cm.Refine("bmsb", iterations=2)


def test_a_plain_session_has_nothing_to_show_meanwhile():
    for seed in range(4):
        session, told = opened(seed, refine="region" if seed else "none"), []
        session.add(mark_on(session, np.random.default_rng(seed)), meanwhile=told.append)
        assert told == []


@pytest.mark.parametrize("seed", range(32))
def test_the_answer_is_the_same_to_the_bit_whoever_looks_meanwhile(seed):
    rng, told = np.random.default_rng([seed, 5]), []
    plain, looked = opened(seed, refine=SLOW), opened(seed, refine=SLOW)
    for step in range(5):
        if step == 2:
            mask = some_protected(rng)
            plain.protect(mask)
            looked.protect(mask)
        mark = mark_on(plain, rng)
        try:
            plain.add(mark)
        except ClickError:  # on what is protected
            continue
        looked.add(mark, meanwhile=told.append)
        same(shown(plain), shown(looked))
        assert plain.report == looked.report
    for one in (plain, looked):
        one.undo()
        one.undo()
    same(shown(plain), shown(looked))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_class_map_a_matte_and_depth_show_what_a_click_gives_that_does_not_wait(seed):
    session = opened(seed, refine=SLOW)
    sparing = opened(seed, refine=replace(SLOW, sparing=True))
    label, value = (2, None) if TASKS[seed] == "semantic" else (None, 0.75)
    click, told = cm.Click(20.0, 12.0, label, value), []
    refined = session.add(click, meanwhile=told.append)
    (early,) = told
    np.testing.assert_array_equal(early.pixels, sparing.add(click).pixels)
    same(refined.pixels, shown(session))


def test_an_object_mask_shows_what_the_network_says_before_it_is_refined():
    asked = cm.Refine("bmsb", iterations=6)
    marks = [
        cm.Click(x, y, label)
        for x, y, label in (
            (20.0, 12.0, "foreground"),
            (40.0, 30.0, "background"),
            (8.0, 40.0, "foreground"),
        )
    ]
    session, plain, told = opened(4, refine=asked), opened(4, refine="none"), []
    for mark in marks:
        before = len(told)
        after = session.add(mark, meanwhile=told.append)
        if mark is marks[0]:
            alone = plain.add(mark)
            shown_first = told[0] if told else after
            np.testing.assert_array_equal(shown_first.logits, alone.logits)
        if len(told) == before:  # granted as it is, so that nobody had to wait
            assert session.report.iterations == 0
    assert told


def test_what_is_protected_stays_meanwhile_too():
    session = opened(1, refine=SLOW)
    before = shown(session).copy()
    mask = np.zeros(before.shape, bool)
    mask[:, :20] = True
    session.protect(mask)
    told = []
    session.add(cm.Click(30.0, 12.0, 2), meanwhile=told.append)
    np.testing.assert_array_equal(told[0].labels[mask], before[mask])


def squares(rng):
    """Two bright squares on dark noise, one of them cut off by its prior."""
    photo = rng.integers(0, 40, (60, 80, 3)).astype(np.uint8)
    photo[18:44, 10:34] += np.array([190, 60, 20], np.uint8)
    photo[18:44, 46:70] += np.array([30, 90, 190], np.uint8)
    prior = np.zeros((60, 80), np.int32)
    prior[18:44, 10:22], prior[18:44, 46:70] = 1, 2
    return photo, prior


def test_an_object_of_many_is_shown_before_it_is_refined_and_its_mask_is_the_same(rng):
    photo, prior = squares(rng)
    plain, looked = (
        cm.Objects(photo, prior=prior, refine=SLOW, model=model("interactive")) for _ in range(2)
    )
    marks = [
        cm.Click(28.5, 30.5, "foreground"),
        cm.Click(15.5, 30.5, "background", radius_px=5.0),
        cm.Click(40.5, 52.5, "foreground", radius_px=12.0),
        cm.Click(20.5, 22.5, "background"),
    ]
    told = []
    for mark in marks:
        before, count = looked.prediction.index.copy(), len(told)
        plain.mend(1, mark)
        looked.mend(1, mark, meanwhile=told.append)
        np.testing.assert_array_equal(looked.prediction.index, plain.prediction.index)
        for early in told[count:]:
            assert early.ids == (1, 2)
            np.testing.assert_array_equal(early.index == 2, before == 2)
    assert told
    for objects in (plain, looked):
        objects.undo()
    np.testing.assert_array_equal(looked.prediction.index, plain.prediction.index)


def test_an_object_of_many_has_nothing_to_show_where_nothing_moves(rng):
    photo, prior = squares(rng)
    objects, told = cm.Objects(photo, prior=prior, refine="none"), []
    objects.mend(1, cm.Click(28.5, 30.5, "foreground"), meanwhile=told.append)
    assert told == []
