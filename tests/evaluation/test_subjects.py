"""What each task clicks and scores, against the annotators and metrics themselves."""

from types import SimpleNamespace

import numpy as np
import pytest
from disk_scenes import DATASETS, EMPTY, FIELDS

from clickmend.evaluation.subjects import TASKS
from clickmend.feedback.annotator import next_click, next_label_click, next_value_click
from clickmend.metrics import depth_scores, intersection_over_union, mean_squared_error

EVERY_TASK = pytest.mark.parametrize("task", list(TASKS))


def subject_of(task, number=3):
    (subject, *_) = TASKS[task].subjects(DATASETS[task]()[number]).values()
    return subject


@EVERY_TASK
def test_a_prediction_is_read_from_the_field_of_its_task(task):
    subject, shown = subject_of(task), EMPTY[task]
    assert subject.pixels(SimpleNamespace(**{FIELDS[task]: shown})) is shown


@EVERY_TASK
def test_the_truth_is_perfect_and_never_clicked(task):
    subject = subject_of(task)
    truth = np.where(np.isnan(subject.truth), 1, subject.truth).astype(subject.truth.dtype)
    assert subject.score(truth) == subject.measure.perfect
    assert subject.next_click(truth) is None
    assert not subject.changed(truth, truth).any()


@EVERY_TASK
def test_ignored_pixels_are_neither_clicked_nor_scored(task):
    subject, shown = subject_of(task), EMPTY[task]
    spoilt = np.where(subject.ignore, 1, shown).astype(shown.dtype)
    assert subject.ignore.any()
    assert subject.next_click(spoilt) == subject.next_click(shown)
    assert subject.score(spoilt) == subject.score(shown)


@EVERY_TASK
def test_a_session_begins_with_the_photo_and_the_prior(task):
    subject = subject_of(task)
    start = subject.start(EMPTY[task])
    assert start.image is subject.image
    assert start.prior is EMPTY[task]
    assert (start.trimap is not None) == (task == "matting")


@EVERY_TASK
def test_a_corruption_is_another_prediction_of_the_same_kind_and_the_same_for_a_seed(task):
    subject = subject_of(task)
    one, again = (subject.corrupted(np.random.default_rng(4)) for _ in range(2))
    assert (one.dtype, one.shape) == (subject.truth.dtype, subject.truth.shape)
    np.testing.assert_array_equal(one, again)
    assert subject.measure.better(subject.measure.perfect, subject.score(one))


def test_the_clicks_are_those_of_the_annotators():
    for task, annotator in (
        ("interactive", next_click),
        ("semantic", next_label_click),
        ("matting", next_value_click),
        ("depth", next_value_click),
    ):
        subject, shown = subject_of(task), EMPTY[task]
        assert subject.next_click(shown) == annotator(shown, subject.truth, subject.ignore)


def test_classes_are_scored_over_those_that_the_truth_has():
    subject = subject_of("semantic", 1)
    shown = EMPTY["semantic"].copy()
    shown[:, :16] = 1
    shown[0, -1] = 5
    expected = np.mean(
        [
            intersection_over_union(shown == label, subject.truth == label, subject.ignore)
            for label in (0, 1)
        ]
    )
    assert subject.score(shown) == pytest.approx(expected)


def test_mattes_are_scored_where_the_trimap_is_unknown():
    subject = subject_of("matting")
    shown = EMPTY["matting"]
    assert subject.score(shown) == mean_squared_error(shown, subject.truth, subject.trimap)
    assert list(subject.others(shown)) == ["SAD", "Grad", "Conn"]
    click = subject.next_click(shown)
    assert subject.trimap[int(click.y), int(click.x)] == 128


def test_a_corrupted_matte_is_what_the_trimap_says_where_it_knows():
    subject = subject_of("matting")
    poor = subject.corrupted(np.random.default_rng(0))
    assert (poor[subject.trimap == 255] == 1).all()
    assert (poor[subject.trimap == 0] == 0).all()
    assert poor.min() >= 0
    assert poor.max() <= 1


def test_depth_is_scored_by_delta_1_and_its_further_measures_are_the_others():
    subject, shown = subject_of("depth"), EMPTY["depth"]
    scores = depth_scores(shown, subject.truth)
    assert subject.score(shown) == scores.delta_1
    assert subject.others(shown)["rmse_m"] == scores.rmse_m
    assert "delta_1" not in subject.others(shown)


def test_a_corrupted_depth_is_known_everywhere_and_positive():
    subject = subject_of("depth")
    assert np.isnan(subject.truth).any()
    poor = subject.corrupted(np.random.default_rng(1))
    assert np.isfinite(poor).all()
    assert (poor > 0).all()


@pytest.mark.parametrize(
    ("task", "step", "seen"),
    [
        ("matting", 0.4 / 255, False),
        ("matting", 0.6 / 255, True),
        ("depth", 0.0004, False),
        ("depth", 0.0006, True),
    ],
)
def test_a_change_counts_from_half_a_step_of_the_written_file_on(task, step, seen):
    subject, shown = subject_of(task), EMPTY[task]
    moved = shown.copy()
    moved[2, 3] += step
    assert subject.changed(shown, moved).sum() == seen
