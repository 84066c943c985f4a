"""A session and its log: what a reset lets go comes back from the log, bit for bit."""

from datetime import UTC, datetime

import numpy as np
import pytest

import clickmend as cm
from clickmend.projects.opening import Options, Start
from clickmend.projects.work import Work

CLICKS = [(12.5, 9.5), (30.5, 20.5), (20.5, 30.5), (40.5, 11.5), (9.5, 33.5), (33.5, 8.5)]


class Event:
    by = ""
    at = datetime(2026, 1, 1, tzinfo=UTC)

    def __init__(self, kind, body):
        self.kind, self.body = kind, body


class Desk:
    """Works on one photo, counts the sessions that it begins and keeps the log."""

    def __init__(self):
        self.photo = np.random.default_rng(3).integers(0, 256, (40, 48, 3), np.uint8)
        self.begun = 0
        self.log = []
        self.blobs: dict[str, bytes] = {}
        self.work = self.made()

    def factory(self, photo, options, start):
        self.begun += 1
        return cm.Session(photo, task=options.task, refine="none")

    def made(self):
        return Work(
            self.photo,
            Options(refine="none"),
            Start(),
            factory=self.factory,
            blob=self.blobs.__getitem__,
            events=self.log,
        )

    def do(self, kind, body=None):
        self.work.do(kind, body or {})
        self.log.append(Event(kind, body or {}))

    def click(self, number):
        x, y = CLICKS[number]
        label = ("foreground", "background")[number % 2]
        self.do("mark", {"type": "click", "x": x, "y": y, "label": label})

    def shown(self):
        return self.work.session.prediction.logits.tobytes(), self.work.session.feedback


@pytest.fixture
def desk():
    return Desk()


def test_what_was_done_before_the_last_reset_but_one_comes_back_from_the_log(desk):
    seen = [desk.shown()]
    for what in (0, 1, "reset", 2, 3, "reset", 4):
        desk.do(what) if what == "reset" else desk.click(what)
        seen.append(desk.shown())
    assert desk.begun == 1
    for before in seen[-2::-1]:
        desk.do("undo")
        assert desk.shown() == before
    assert not desk.work.can_undo
    for after in seen[1:]:
        desk.do("redo")
        assert desk.shown() == after
    assert not desk.work.can_redo


def test_a_reset_is_undone_without_a_new_session(desk):
    for what in (0, "reset", 1, "reset"):
        desk.do(what) if what == "reset" else desk.click(what)
    desk.do("undo")
    desk.do("undo")
    assert desk.begun == 1
    assert desk.work.session.feedback == ()


def test_a_session_lets_go_of_what_was_done_before_the_last_reset_but_one(desk):
    for _ in range(5):
        desk.click(0)
        desk.click(1)
        desk.do("reset")
    held = 0
    while desk.work.session.can_undo:
        desk.work.session.undo()
        held += 1
    assert held == 3


def test_a_session_made_again_does_nothing_that_a_reset_took_away(desk, monkeypatch):
    desk.click(0)
    desk.do("reset")
    desk.click(1)
    before = desk.shown()
    added = []
    add = cm.Session.add
    monkeypatch.setattr(cm.Session, "add", lambda self, mark: added.append(mark) or add(self, mark))
    desk.work = desk.made()
    assert desk.work.makers() == {}
    assert [(mark.x, mark.y) for mark in added] == [CLICKS[1]]
    assert desk.shown() == before
    desk.do("undo")
    desk.do("undo")
    assert len(desk.work.session.feedback) == 1


def test_what_is_protected_outlasts_two_resets_and_a_restart(desk):
    desk.click(0)
    mask = {"size": [40, 48], "counts": [0, 160, 40 * 48 - 160]}
    desk.do("protect", {"mask": mask})
    for _ in range(2):
        desk.click(2)
        desk.do("reset")
    desk.click(4)
    before = desk.shown()
    desk.work = desk.made()
    assert desk.shown() == before


def test_no_more_can_be_forgotten_than_was_done(desk):
    desk.click(0)
    with pytest.raises(cm.ClickmendError, match="Allowed are 0 to 1"):
        desk.work.session.forget(2)


@pytest.mark.parametrize("way", ["undo", "redo"])
def test_where_no_session_can_be_started_undo_and_redo_change_nothing(desk, monkeypatch, way):
    prior = {"sha256": "prior", "depth_scale": None}
    desk.blobs["prior"] = b""
    desk.click(0)
    before = desk.shown()
    desk.do("prior", prior)
    begun = desk.shown()
    if way == "redo":
        desk.do("undo")
    there = desk.shown()

    def refused(*_):
        raise cm.ClickmendError("No memory.")

    with monkeypatch.context() as patch:
        patch.setattr(desk.work, "_factory", refused)
        with pytest.raises(cm.ClickmendError, match="No memory"):
            desk.work.do(way, {})
    assert desk.shown() == there
    desk.do(way)
    assert desk.shown() == (before if way == "undo" else begun)
