"""Tests of sessions on class maps, mattes and depth: marks, priors, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from dense_sessions import SIZE, TASKS, click, made_prior, model, numbers, open_session

import clickmend as cm
from clickmend.core.types import RGB
from clickmend.tasks import inference


@pytest.mark.parametrize("task", TASKS)
def test_undo_restores_the_prediction_bit_for_bit(
    task: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap)
    shown = [numbers(session).copy()]
    for x, y in [(45, 32), (10, 40), (80, 30)]:
        click(session, x, y)
        shown.append(numbers(session).copy())
    for earlier in reversed(shown[:-1]):
        session.undo()
        np.testing.assert_array_equal(numbers(session), earlier)
    for later in shown[1:]:
        session.redo()
        np.testing.assert_array_equal(numbers(session), later)
    session.undo()
    session.undo()
    click(session, 10, 40)
    np.testing.assert_array_equal(numbers(session), shown[2])


@pytest.mark.parametrize("task", TASKS)
def test_without_refinement_clicks_change_nothing(
    task: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine="none")
    before = numbers(session).copy()
    click(session, 45, 32)
    np.testing.assert_array_equal(numbers(session), before)
    assert session.report is None


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("refine", ["region", "bmsb"])
def test_every_click_holds_at_its_pixel_whatever_comes_later(
    task: str, refine: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine=refine)
    for x, y in [(45.5, 32.5), (10.5, 40.5), (80.5, 30.5), (50.5, 34.5)]:
        click(session, x, y, radius_px=20)
    for asked in session.feedback:
        here = numbers(session)[int(asked.y), int(asked.x)]
        wanted = asked.label if task == "semantic" else asked.value
        assert here == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("task", TASKS)
def test_the_prior_comes_out_bit_for_bit_and_changes_only_within_the_radii(
    task: str, photo: RGB, trimap: np.ndarray, rng: np.random.Generator
) -> None:
    prior, options = made_prior(task, rng)
    session = open_session(task, photo, trimap, prior=prior, **options)
    np.testing.assert_array_equal(numbers(session), prior)
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]] + 0.5
    outside = np.ones(prior.shape, bool)
    for x, y in [(45.5, 32.5), (12.5, 40.5)]:
        click(session, x, y)
        outside &= np.hypot(columns - x, rows - y) > 12
        assert (numbers(session) != prior).any()
        np.testing.assert_array_equal(numbers(session)[outside], prior[outside])
        if task == "semantic":
            assert numbers(session)[int(y), int(x)] == session.feedback[-1].label


def test_what_a_class_map_does_not_know_stays_unknown_until_it_is_clicked(
    photo: RGB, trimap: np.ndarray
) -> None:
    prior = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    prior[20:40, 20:60] = 255
    session = open_session("semantic", photo, trimap, prior=prior)
    np.testing.assert_array_equal(numbers(session), prior)
    session.click(40, 30, label="car", radius_px=8)
    assert numbers(session)[30, 40] == 1
    assert (numbers(session)[20:40, 20:25] == 255).all()


def test_what_a_depth_map_does_not_know_is_filled_around_a_click(
    photo: RGB, trimap: np.ndarray
) -> None:
    prior = np.full((SIZE[1], SIZE[0]), 2.0, np.float32)
    prior[20:40, 20:60] = np.nan
    session = open_session("depth", photo, trimap, prior=prior, depth_scale=1.0)
    np.testing.assert_array_equal(numbers(session), prior)
    session.click(40.5, 30.5, value=1.5, radius_px=6)
    assert numbers(session)[30, 40] == pytest.approx(1.5, rel=0.1)
    assert np.isnan(numbers(session)[21, 22])


@pytest.mark.parametrize("task", ["matting", "depth"])
@pytest.mark.parametrize(("direction", "sign"), [("up", 1), ("down", -1)])
def test_a_push_moves_its_pixel_by_about_a_tenth_and_says_by_how_much(
    task: str, direction: str, sign: int, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine="bmsb")
    before = numbers(session)[32, 45]
    session.push(45.5, 32.5, direction)
    moved = numbers(session)[32, 45] - before
    assert sign * moved == pytest.approx(0.1, abs=0.03)
    assert session.report.moved == pytest.approx(moved, abs=0.01)


def test_a_push_stops_at_the_limits(photo: RGB, trimap: np.ndarray) -> None:
    session = open_session("matting", photo, trimap)
    for _ in range(12):
        session.push(45.5, 32.5, "up")
    assert numbers(session)[32, 45] == pytest.approx(1.0, abs=0.05)
    assert numbers(session).max() <= 1


def test_before_any_click_the_known_part_of_the_trimap_stands(
    photo: RGB, trimap: np.ndarray
) -> None:
    alpha = numbers(open_session("matting", photo, trimap))
    assert (alpha[:10] == 0).all()
    assert (alpha[-10:] == 1).all()
    assert ((alpha[10:-10] > 0) & (alpha[10:-10] < 1)).all()


@pytest.mark.parametrize(
    ("task", "arguments", "words"),
    [
        ("semantic", {}, "has no label"),
        ("semantic", {"label": "raod"}, "not a class.*mean 'road'"),
        ("semantic", {"label": 4}, "not a class.*0 to 3"),
        ("semantic", {"label": "car", "value": 1.0}, "a class and no value"),
        ("matting", {}, "has no value"),
        ("matting", {"value": 1.5}, "value 1.5.*0 to 1"),
        ("matting", {"value": float("nan")}, "value nan"),
        ("matting", {"label": "foreground"}, "has the label"),
        ("depth", {"value": -1.0}, "metres from"),
        ("depth", {}, "has no value"),
    ],
)
def test_a_click_without_sense_is_refused_and_changes_nothing(
    task: str, arguments: dict[str, object], words: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap)
    with pytest.raises(cm.errors.ClickError, match=words):
        session.click(5, 5, **arguments)
    assert session.feedback == ()


def test_marks_of_another_task_are_refused(photo: RGB, trimap: np.ndarray) -> None:
    semantic = open_session("semantic", photo, trimap)
    with pytest.raises(cm.errors.ClickError, match="is a push"):
        semantic.push(5, 5, "up")
    with pytest.raises(cm.errors.ClickError, match="is a box"):
        semantic.box(1, 1, 9, 9)
    with pytest.raises(cm.errors.ClickError, match="is a box"):
        open_session("depth", photo, trimap).box(1, 1, 9, 9)
    with pytest.raises(cm.errors.ClickError, match=r"stroke 1 has the label 1.*'erase'"):
        open_session("depth", photo, trimap).stroke([(5, 5)], label=1)
    with pytest.raises(cm.errors.ClickError, match=r"stroke 1 has the value -2.*metres from"):
        open_session("depth", photo, trimap).stroke([(5, 5)], value=-2.0)
    with pytest.raises(cm.errors.ClickError, match=r"stroke 1 has the value '2'.*metres from"):
        open_session("depth", photo, trimap).stroke([(5, 5)], value="2")
    with pytest.raises(cm.errors.OptionError, match=r"There is no mark 'first'. There are 0"):
        open_session("depth", photo, trimap).remove("first")
    with pytest.raises(cm.errors.ClickError, match=r"stroke 1 has the value 2.0.*a class and no"):
        semantic.stroke([(5, 5)], label="car", value=2.0)


def test_options_of_another_task_are_refused(photo: RGB, trimap: np.ndarray) -> None:
    with pytest.raises(cm.errors.OptionError, match="trimap is an option of the task 'matting'"):
        cm.Session(photo, model=model("depth"), trimap=trimap)
    with pytest.raises(cm.errors.OptionError, match="neither a trimap nor a prior"):
        cm.Session(photo, model=model("matting"))
    with pytest.raises(cm.errors.OptionError, match="optimises click maps"):
        cm.Session(photo, model=model("depth"), refine="distmap-brs")
    with pytest.raises(cm.errors.OptionError, match="is for the task 'depth'"):
        cm.Session(photo, model=model("depth"), task="semantic")


def test_what_the_trimap_knows_changes_only_where_a_click_reaches(
    photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session("matting", photo, trimap, refine=cm.Refine("sb", energy="clicks"))
    click(session, 45.5, 32.5, radius_px=6)
    alpha = numbers(session)
    assert (alpha[:10] == 0).all()
    assert (alpha[-10:] == 1).all()
    session.click(45.5, 3.5, value=1.0, radius_px=8)
    assert numbers(session)[3, 45] > 0


def test_what_a_session_made_ready_is_not_made_again_and_changes_nothing(
    photo: RGB, trimap: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, insert = [], inference._Inserted
    monkeypatch.setattr(inference, "_Inserted", lambda *given: made.append(1) or insert(*given))
    ready, plain = (open_session("semantic", photo, trimap) for _ in range(2))
    ready.prepare()
    count = len(made)
    assert count > 0
    for one in (ready, plain):
        one.click(45, 32, label=2)
    ready.settle()
    assert len(made) == count
    for one in (ready, plain):
        one.click(80, 10, label=2)
    assert np.array_equal(numbers(ready), numbers(plain))
