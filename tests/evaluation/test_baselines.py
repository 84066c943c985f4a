"""What the baselines show, against the same written out."""

import numpy as np
import pytest
from disk_scenes import DATASETS, disk

from clickmend.core.errors import OptionError
from clickmend.evaluation.baselines import BASELINES, FIELD_WIDTH
from clickmend.evaluation.protocol import simulate
from clickmend.evaluation.subjects import TASKS, DepthSubject, MatteSubject, ObjectSubject
from clickmend.feedback import Click

SHAPE = (24, 32)
PHOTO = np.zeros((*SHAPE, 3), np.uint8)


def begin(name, subject, prior=None, network=None):
    return BASELINES[name](subject, subject.start(prior), lambda: network)


def test_a_brush_paints_the_inscribed_circle_of_what_is_wrong():
    truth = disk(16, 12, 8)
    session = begin("brush", ObjectSubject(PHOTO, truth), prior=np.zeros_like(truth))
    shown = session.add(Click(16.5, 12.5, label="foreground")).mask
    assert 0.8 < shown.sum() / truth.sum() < 1
    assert not (shown & ~truth).any()


@pytest.mark.parametrize("task", list(TASKS))
@pytest.mark.parametrize("name", ["brush", "fill"])
def test_painting_what_is_wrong_never_makes_it_worse(name, task):
    (subject, *_) = TASKS[task].subjects(DATASETS[task]()[3]).values()
    poor = subject.corrupted(np.random.default_rng(0))
    trace = simulate(begin(name, subject, poor), subject, clicks=5)
    signed = [subject.measure.sign * score for score in trace.scores]
    # One value for a whole part may overshoot where the truth is a slope.
    assert signed == sorted(signed) or (name == "fill" and task in ("matting", "depth"))
    assert signed[-1] > signed[0]


def test_fill_takes_the_whole_connected_wrong_part_and_no_other():
    truth = disk(8, 12, 5) | disk(24, 12, 5)
    session = begin("fill", ObjectSubject(PHOTO, truth), prior=np.zeros_like(truth))
    shown = session.add(Click(8.5, 12.5, label="foreground")).mask
    np.testing.assert_array_equal(shown, disk(8, 12, 5))


ROOM = DepthSubject(PHOTO, np.tile(np.linspace(2, 4, 32, dtype=np.float32), (24, 1)))
MARKS = [Click(4.5, 4.5, value=2.0), Click(20.5, 16.5, value=3.0), Click(30.5, 3.5, value=5.0)]


def distances():
    rows, columns = np.indices(SHAPE) + 0.5
    return np.array([np.hypot(columns - mark.x, rows - mark.y) for mark in MARKS])


def test_nearest_is_the_value_of_the_nearest_mark():
    session = begin("nearest", ROOM, network=ROOM.truth)
    assert session.prediction.depth_m is ROOM.truth
    for mark in MARKS:
        shown = session.add(mark).depth_m
    values = np.array([mark.value for mark in reversed(MARKS)])  # Of two as near, the newer.
    np.testing.assert_allclose(shown, values[distances()[::-1].argmin(axis=0)])


def test_a_smooth_field_is_a_weighted_mean_of_log_ratios_and_one_mark_scales_the_room():
    network = 0.5 * ROOM.truth
    session = begin("smooth-field", ROOM, network=network)
    shown = session.add(MARKS[0]).depth_m
    np.testing.assert_allclose(shown, network * 2.0 / network[4, 4], rtol=1e-6)
    for mark in MARKS[1:]:
        shown = session.add(mark).depth_m
    weights = np.exp(-((distances() / (FIELD_WIDTH * 24)) ** 2) / 2)
    logs = [np.log(mark.value / network[int(mark.y), int(mark.x)]) for mark in MARKS]
    expected = network * np.exp(np.tensordot(logs, weights, 1) / weights.sum(axis=0))
    np.testing.assert_allclose(shown, expected, rtol=1e-4)


def test_scaled_has_the_true_median_whatever_the_marks():
    session = begin("scaled", ROOM, network=0.5 * ROOM.truth)
    for mark in MARKS:
        shown = session.add(mark).depth_m
    np.testing.assert_allclose(shown, ROOM.truth, rtol=1e-6)


def test_a_baseline_of_another_task_is_refused():
    truth = disk(8, 12, 5)
    with pytest.raises(OptionError, match=r"makes no mask\. It makes depth_m"):
        begin("nearest", ObjectSubject(PHOTO, truth), prior=truth)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["closed-form", "knn"])
def test_solvers_hold_to_the_trimap_and_to_marks(name):
    pytest.importorskip("pymatting", reason="pymatting is not installed")
    rng = np.random.default_rng(0)
    truth = disk(16, 12, 8).astype(np.float32)
    photo = (truth[:, :, None] * 180 + rng.uniform(0, 40, (*SHAPE, 3))).astype(np.uint8)
    trimap = np.full(SHAPE, 128, np.uint8)
    trimap[disk(16, 12, 4)], trimap[~disk(16, 12, 11)] = 255, 0
    subject = MatteSubject(photo, truth, trimap != 128, trimap=trimap)
    session = begin(name, subject)
    assert subject.score(session.prediction.alpha) < 0.05
    shown = session.add(Click(16.5, 6.5, value=0.25)).alpha
    assert shown[6, 16] == pytest.approx(0.25, abs=0.05)
    assert (shown[trimap == 255] > 0.95).all()


@pytest.mark.slow
def test_a_photo_that_is_solved_smaller_holds_to_the_trimap_and_to_marks_at_full_size(monkeypatch):
    pytest.importorskip("pymatting", reason="pymatting is not installed")
    monkeypatch.setattr(BASELINES["knn"], "longest_px", 16)
    truth = disk(16, 12, 8).astype(np.float32)
    trimap = np.full(SHAPE, 128, np.uint8)
    trimap[disk(16, 12, 4)], trimap[~disk(16, 12, 11)] = 255, 0
    photo = np.repeat((truth[:, :, None] * 180).astype(np.uint8), 3, axis=2)
    session = begin("knn", MatteSubject(photo, truth, trimap != 128, trimap=trimap))
    shown = session.add(Click(16.5, 6.5, value=0.25)).alpha
    assert shown.shape == SHAPE
    assert shown.dtype == np.float32
    assert shown[6, 16] == 0.25
    assert (shown[trimap == 255] == 1).all()
    assert (shown[trimap == 0] == 0).all()
