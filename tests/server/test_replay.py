"""Feedback given again: every kind of mark reaches the other session as it was."""

import numpy as np
import pytest

from clickmend.core.errors import ClickError
from clickmend.feedback import Box, Click, Push, Stroke
from clickmend.server.replay import give_again
from clickmend.session.objects import Objects


class Written:
    """A session that writes down what it is given."""

    def __init__(self, *feedback):
        self.feedback = feedback

    def add(self, mark):
        self.feedback += (mark,)


class Refusing(Written):
    def add(self, mark):
        raise ClickError("no")


MARKS = (
    Box(1, 2, 30, 40),
    Click(3, 4, "foreground", radius_px=5),
    Click(3, 4, value=0.5),
    Push(5, 6, "up"),
    Stroke(((1, 1), (2, 2)), 0, 4.5),
)


def test_every_mark_is_given_again_in_order():
    after = Written()
    give_again(Written(*MARKS), after)
    assert after.feedback == MARKS


def test_a_mark_that_is_refused_is_told():
    with pytest.raises(ClickError, match="no"):
        give_again(Written(*MARKS), Refusing())


def test_objects_come_again_with_labels_and_clicks_numbered_from_1(rng):
    photo = rng.integers(0, 255, (48, 64, 3)).astype(np.uint8)
    before = Objects(photo, [(5, 5), (30, 20), (50, 40)], ["a", "b", None], refine="none")
    before.click(3, 40, 30, label="background")
    before.click(2, 35, 25, radius_px=4)
    before.remove(1)
    after = Objects(photo, refine="none")
    give_again(before, after)
    assert [(e.key, e.point, e.label) for e in after.entries] == [
        (1, (30.0, 20.0), "b"),
        (2, (50.0, 40.0), None),
    ]
    assert [e.marks for e in after.entries] == [e.marks for e in before.entries]
    assert after.entries[1].turn < after.entries[0].turn
