"""Runs that begin with a box, on sessions that are known and on a small network."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from disk_scenes import PaintSession, open_disks

from clickmend.evaluation.boxes import around, click_after_box
from clickmend.evaluation.measures import IOU, of_box
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.runs import ClickRuns, Run
from clickmend.evaluation.sessions import Sessions
from clickmend.evaluation.subjects import ObjectSubject, Start
from clickmend.feedback import Box, Click
from clickmend.networks import OnlineInference, load

SETTING = Setting("none", "default", weights="small", adapt_keys=1, propagate=0)


class BoxedSession(PaintSession):
    """Fills the box; the photos it is begun with are kept in ``seen``."""

    seen: ClassVar[list] = []

    def __init__(self, start, setting):
        super().__init__(SimpleNamespace(prior=np.zeros(start.image.shape[:2], bool)), setting)
        self.seen.append(start.image)

    def add(self, mark):
        if isinstance(mark, Click):
            return super().add(mark)
        rows, columns = np.indices(self.shown.shape) + 0.5
        self.shown = (mark.x0 < columns) & (columns < mark.x1)
        self.shown &= (mark.y0 < rows) & (rows < mark.y1)
        return self.prediction


@pytest.fixture
def make():
    """Makes runs of the made scenes by view and seed."""
    BoxedSession.seen = []
    clicked = ClickRuns("interactive", open_disks, BoxedSession, 3)
    return lambda run, seed=0, view="crop": click_after_box(clicked, run, seed=seed, view=view)


def run_of(trial, image="scene-05", setting=SETTING):
    return Run("made", image, 1, setting, trial)


def test_a_curve_begins_with_the_box_and_each_trial_has_one_of_its_own(make):
    records = [make(run_of(trial)) for trial in range(3)]
    assert [record["trial"] for record in records] == [0, 1, 2]
    assert len({tuple(record["box"]) for record in records}) == 3
    for record in records:
        assert len(record["iou"]) == 4
        assert 0.2 < record["iou"][0] < 0.95
        assert record["weights"] == "small"


def test_all_settings_meet_the_same_boxes_and_another_seed_others(make):
    other = Setting("none", "default", weights="small", adapt_keys=0, propagate=5)
    box = make(run_of(1))["box"]
    assert make(run_of(1, setting=other))["box"] == box
    assert make(run_of(1), seed=1)["box"] != box


def test_both_views_score_alike_for_the_object_is_seen_whole(make):
    cropped, whole = (make(run_of(0), view=view) for view in ("crop", "session"))
    assert cropped["iou"][0] == whole["iou"][0]
    small, large = BoxedSession.seen
    assert small.shape[0] < large.shape[0] == 24
    assert small.shape[1] < large.shape[1] == 32


def test_the_crop_pads_a_box_and_ends_with_the_photo():
    image = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)
    truth, ignore = image[..., 0] > 100, image[..., 1] > 200
    subject, left, top = around(Box(10.5, 2, 18.5, 10), ObjectSubject(image, truth, ignore))
    assert (left, top) == (8, 0)
    np.testing.assert_array_equal(subject.image, image[0:12, 8:21])
    np.testing.assert_array_equal(subject.truth, truth[0:12, 8:21])
    np.testing.assert_array_equal(subject.ignore, ignore[0:12, 8:21])
    bare, _, _ = around(Box(10.5, 2, 18.5, 10), ObjectSubject(image, truth))
    assert bare.ignore is None


def test_a_noisy_box_never_cuts_an_object_off(make):
    for trial in range(40):
        record = make(run_of(trial))
        run = run_of(trial)
        subject = ClickRuns("interactive", open_disks, BoxedSession, 3).subject(run)
        seen, _, _ = around(Box(*record["box"]), subject)
        assert seen.truth.sum() == subject.truth.sum()


@pytest.fixture
def begun(monkeypatch):
    """What sessions are begun with; the weights are the shipped ones."""
    made = []
    monkeypatch.setattr("clickmend.session.Session", lambda *a, **k: made.append((a, k)))
    return made


def test_a_session_infers_what_its_setting_says_and_nothing_else(begun):
    begin = Sessions("interactive", {"small": "interactive-s"}, "cpu")
    begin(Start(np.zeros((40, 60, 3), np.uint8)), SETTING)
    begin(Start(np.zeros((40, 60, 3), np.uint8)), Setting("sb", "default", weights="small"))
    (_, adapting), (_, plain) = begun
    shipped = load("interactive-s", device="cpu")
    block = adapting["model"].network.context[0]
    assert (block.online.adapt_keys, block.online.prior_precision) == (1, 0.001)
    assert plain["model"].network.context[0].online.adapt_keys == OnlineInference().adapt_keys == 0
    assert adapting["model"].card == shipped.card
    assert (adapting["refine"], plain["refine"]) == ("none", "sb")


@pytest.mark.parametrize(("height", "width", "longer"), [(70, 100, 96), (120, 40, 128), (9, 5, 32)])
def test_a_crop_is_seen_at_its_own_size(begun, height, width, longer):
    begin = Sessions("interactive", {"small": "interactive-s"}, "cpu", whole=True)
    begin(Start(np.zeros((height, width, 3), np.uint8)), SETTING)
    card = begun[0][1]["model"].card
    assert card.view_px == card.overview_px == longer


def test_a_real_session_on_a_crop_looks_once_and_at_all_of_it():
    begin = Sessions("interactive", {"small": "interactive-s"}, "cpu", whole=True)
    session = begin(Start(np.full((64, 96, 3), 100, np.uint8)), SETTING)
    session.add(Box(40, 20, 60, 50))
    session.add(Click(50, 30, label="foreground"))
    crop = session._state.answer.crop
    assert (crop.x0, crop.y0, crop.x1, crop.y1) == (0, 0, 96, 64)
    assert (crop.out_w, crop.out_h) == (96, 64)


def test_a_curve_of_boxes_counts_clicks_from_none():
    assert of_box(IOU).first_click == 0
    assert of_box(IOU).counts_clicks
