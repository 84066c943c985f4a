"""The click protocol on sessions that answer in a known way."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from disk_scenes import disk

from clickmend.evaluation.protocol import Setting, simulate
from clickmend.evaluation.subjects import ObjectSubject
from clickmend.feedback import Click
from clickmend.feedback.annotator import next_click
from clickmend.metrics import intersection_over_union


class DiskSession:
    """Each click paints a disk of its radius, or of 4 pixels, and remembers how it was called."""

    def __init__(self, start):
        self.mask = start.copy()
        self.calls = []

    @property
    def prediction(self):
        return SimpleNamespace(mask=self.mask)

    def add(self, click):
        self.calls.append((click.x, click.y, click.label, click.radius_px))
        painted = disk(click.x, click.y, click.radius_px or 4, self.mask.shape)
        self.mask = self.mask | painted if click.is_foreground else self.mask & ~painted
        return self.prediction


class OracleSession(DiskSession):
    """Knows the truth after the first click."""

    def __init__(self, truth):
        super().__init__(np.zeros_like(truth))
        self.truth = truth

    def add(self, click):
        self.mask = self.truth
        return self.prediction


SHAPE = (40, 50)
TRUTH = disk(20, 18, 11, SHAPE) | disk(38, 30, 6, SHAPE)
EMPTY = np.zeros_like(TRUTH)
PHOTO = np.zeros((*SHAPE, 3), np.uint8)
SUBJECT = ObjectSubject(PHOTO, TRUTH)


@pytest.mark.parametrize("radius", ["annotator", "default"])
def test_a_trace_equals_the_loop_written_out(radius):
    oracle = DiskSession(EMPTY)
    expected = [intersection_over_union(oracle.mask, TRUTH)]
    for _ in range(6):
        click = next_click(oracle.mask, TRUTH)
        r = click.radius_px if radius == "annotator" else None
        oracle.add(Click(click.x, click.y, label=click.label, radius_px=r))
        expected.append(intersection_over_union(oracle.mask, TRUTH))

    session = DiskSession(EMPTY)
    trace = simulate(session, SUBJECT, clicks=6, radius=radius)
    assert list(trace.scores) == expected
    assert session.calls == oracle.calls


@pytest.mark.parametrize(("similar", "spread"), [(True, "similar"), (False, None)])
def test_clicks_mend_all_that_is_wrong_alike_only_where_that_is_asked_for(similar, spread):
    session, given = DiskSession(EMPTY), []
    session.add = lambda click: given.append(click.spread) or DiskSession.add(session, click)
    simulate(session, SUBJECT, clicks=2, similar=similar)
    assert given == [spread, spread]


@pytest.mark.parametrize(
    ("setting", "holds"),
    [
        (Setting("none", "default"), False),
        (Setting("brush", "default"), False),
        (Setting("region", "default"), True),
        (Setting("bmsb", "default"), True),  # as a session has it
        (Setting("bmsb", "default", "consistency"), False),
        (Setting("bmsb", "default", "consistency", spread=True), True),
    ],
)
def test_marks_hold_over_regions_unless_a_layer_is_run_as_printed(setting, holds):
    assert setting.holds_over_regions == holds


def test_the_annotators_radius_is_passed_only_where_it_is_asked_for():
    with_radius, without = DiskSession(EMPTY), DiskSession(EMPTY)
    simulate(with_radius, SUBJECT, clicks=2, radius="annotator")
    simulate(without, SUBJECT, clicks=2, radius="default")
    assert [r for *_, r in with_radius.calls] == [
        click.radius_px
        for click in simulate(DiskSession(EMPTY), SUBJECT, clicks=2, radius="annotator").clicks
    ]
    assert [r for *_, r in without.calls] == [None, None]


def test_a_perfect_prediction_gets_no_more_clicks_and_its_score_is_held():
    trace = simulate(OracleSession(TRUTH), SUBJECT, clicks=5)
    assert len(trace.clicks) == len(trace.seconds) == 1
    assert trace.scores == (0.0, *(1.0,) * 5)


def test_a_prior_that_is_right_is_never_clicked():
    trace = simulate(DiskSession(TRUTH), SUBJECT, clicks=3)
    assert trace.clicks == trace.seconds == ()
    assert trace.scores == (1.0, 1.0, 1.0, 1.0)


def test_ignored_pixels_are_neither_clicked_nor_scored():
    ignore = disk(38, 30, 7, SHAPE)
    session = DiskSession(EMPTY)
    trace = simulate(session, ObjectSubject(PHOTO, TRUTH, ignore), clicks=4)
    assert not any(ignore[int(click.y), int(click.x)] for click in trace.clicks)
    assert trace.scores[-1] == intersection_over_union(session.mask, TRUTH, ignore)


def test_background_clicks_follow_an_excess():
    session = DiskSession(np.ones_like(TRUTH))
    trace = simulate(session, SUBJECT, clicks=1)
    assert trace.clicks[0].label == "background"


def test_seconds_are_those_of_the_click_alone():
    ticks = itertools.count(step=0.25)
    trace = simulate(DiskSession(EMPTY), SUBJECT, clicks=3, clock=lambda: next(ticks))
    assert trace.seconds == (0.25, 0.25, 0.25)
