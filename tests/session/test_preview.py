"""A preview is what the mark would give, and changes nothing."""

import numpy as np
import pytest
from made_sessions import mark_on, opened, shown

import clickmend as cm
from clickmend.core.errors import ClickError


@pytest.mark.parametrize("seed", range(24))
def test_previews_before_each_mark_leave_every_prediction_as_it_is_without_them(seed):
    rng = np.random.default_rng([seed, 2])
    plain, previewed = opened(seed), opened(seed)
    for _ in range(3):
        mark, other = mark_on(plain, rng), mark_on(plain, rng)
        before = shown(previewed).copy()
        previewed.preview(other)
        ahead = previewed.preview(mark)
        np.testing.assert_array_equal(shown(previewed), before)
        assert len(previewed.feedback) == len(plain.feedback)
        plain.add(mark)
        previewed.add(mark)
        np.testing.assert_array_equal(shown(previewed), shown(plain))
        np.testing.assert_array_equal(ahead.pixels, previewed.prediction.pixels)


def test_the_mark_of_a_preview_asks_the_network_nothing(monkeypatch):
    session = opened(0)
    click = cm.Click(20, 20, "foreground")
    session.preview(click)
    monkeypatch.setattr(session._engine, "answer", None)
    session.add(cm.Click(20, 20, "foreground"))
    assert session.prediction.mask[20, 20]


def test_a_preview_from_before_another_change_is_not_taken():
    session, plain = opened(0), opened(0)
    click, between = cm.Click(20, 20, "foreground"), cm.Click(40, 30, "background")
    session.preview(click)
    for one in (session, plain):
        one.add(between)
        one.add(click)
    np.testing.assert_array_equal(shown(session), shown(plain))


def test_a_mark_that_makes_no_sense_has_no_preview():
    session = opened(0)
    with pytest.raises(ClickError, match="outside"):
        session.preview(cm.Click(9000, 1))
    assert session.feedback == ()
