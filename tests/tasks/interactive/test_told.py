"""Which marks an interactive network is told."""

import numpy as np

from clickmend.feedback import Box, Click, Stroke
from clickmend.tasks.engine import Placed
from clickmend.tasks.interactive.told import clicks_of, still_held


def held(*marks: object) -> list[object]:
    placed = tuple(Placed(mark, 9.0) for mark in marks)
    return [one.mark for one in still_held(placed, shape=(50, 60))]


def test_a_click_is_itself_and_a_box_is_no_click() -> None:
    click = Click(3, 4, "foreground")
    assert clicks_of(click) == (click,)
    assert clicks_of(Box(0, 0, 5, 5)) == ()


def test_a_stroke_stands_for_clicks_from_end_to_end_and_a_dab_for_one() -> None:
    clicks = clicks_of(Stroke(((2, 5), (22, 5)), "background", 2.5))
    np.testing.assert_allclose([c.x for c in clicks], [2, 7, 12, 17, 22])
    assert {(c.y, c.label) for c in clicks} == {(5, "background")}
    assert [(c.x, c.y) for c in clicks_of(Stroke(((9, 8),), "foreground"))] == [(9, 8)]
    assert len(clicks_of(Stroke(((0, 0), (50, 40)), "foreground", 0.5))) == 8


def test_an_outline_stands_for_one_click_deepest_inside() -> None:
    corners = ((4, 6), (24, 6), (24, 17), (4, 17))
    (click,) = clicks_of(Stroke(corners, "background", exact=True, filled=True))
    assert (click.y, click.label) == (11.5, "background")
    assert 9 < click.x < 19


def test_what_is_erased_stands_for_no_click() -> None:
    assert clicks_of(Stroke(((2, 2), (9, 2)), "erase")) == ()


def test_a_click_is_no_longer_held_where_a_later_mark_says_otherwise() -> None:
    yes, no = Click(10.5, 10.5, "foreground"), Click(11.9, 10.5, "background")
    assert held(yes, no) == [no]
    assert held(no, yes) == [yes]
    far = Click(12.5, 10.5, "background")
    assert held(yes, far) == [yes, far]
    assert held(yes, Click(10.5, 10.5, "foreground")) == [yes, Click(10.5, 10.5, "foreground")]
    over, beside = Stroke(((8, 10), (14, 10)), "erase"), Stroke(((8, 20), (14, 20)), "erase")
    assert held(yes, over, beside) == [over, beside]
