"""Tests of what is painted on class maps, mattes and depth, and of what is protected there."""

from __future__ import annotations

import numpy as np
import pytest
from dense_sessions import SIZE, TASKS, click, made_prior, numbers, open_session

import clickmend as cm
from clickmend.core.types import RGB


def test_a_stroke_paints_its_class(photo: RGB, trimap: np.ndarray) -> None:
    session = open_session("semantic", photo, trimap, refine=cm.Refine("bmsb", learning_rate=0.1))
    wanted = int((numbers(session)[32, 50] + 1) % 4)
    before = (numbers(session)[30:35, 30:70] == wanted).mean()
    session.stroke([(30.5, 32.5), (70.5, 32.5)], label=wanted, radius_px=2)
    assert (numbers(session)[30:35, 30:70] == wanted).mean() > before + 0.5


SAID = {"semantic": {"label": 2}, "matting": {"value": 0.25}, "depth": {"value": 3.5}}


def said(task: str) -> float:
    return next(iter(SAID[task].values()))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("refine", ["region", "bmsb", "none"])
@pytest.mark.parametrize("with_prior", [False, True])
def test_an_exact_stroke_paints_its_pixels_alone_and_erasing_gives_them_back(
    task: str,
    refine: str,
    with_prior: bool,
    photo: RGB,
    trimap: np.ndarray,
    rng: np.random.Generator,
) -> None:
    prior, options = made_prior(task, rng) if with_prior else (None, {})
    session = open_session(task, photo, trimap, refine=refine, prior=prior, **options)
    first = numbers(session).copy()
    session.stroke([(30.5, 30.5), (50.5, 30.5)], radius_px=4, exact=True, **SAID[task])
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    apart = np.hypot(columns - columns.clip(30, 50), rows - 30)
    np.testing.assert_array_equal(session.reach, apart <= 4)
    np.testing.assert_array_equal(numbers(session), np.where(apart <= 4, said(task), first))
    session.stroke([(40.5, 30.5)], label="erase", radius_px=2)
    dot = np.hypot(columns - 40, rows - 30) <= 2
    np.testing.assert_array_equal(
        numbers(session), np.where((apart <= 4) & ~dot, said(task), first)
    )


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("refine", ["region", "bmsb"])
def test_what_was_painted_exactly_holds_against_later_clicks_beside_it(
    task: str, refine: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine=refine)
    session.stroke([(30.5, 30.5), (60.5, 30.5)], radius_px=3, exact=True, **SAID[task])
    painted = session.reach
    for x, y in [(40.5, 36.5), (50.5, 24.5), (35.5, 37.5)]:
        click(session, x, y, radius_px=25)
    if task == "depth":
        session.click(10.5, 50.5, value=9.0)
    assert (numbers(session)[painted] == said(task)).all()
    click(session, 45.5, 30.5, radius_px=2)
    assert numbers(session)[30, 45] == pytest.approx(
        session.feedback[-1].label if task == "semantic" else session.feedback[-1].value
    )


@pytest.mark.parametrize("task", TASKS)
def test_protected_pixels_stay_in_every_task(
    task: str, photo: RGB, trimap: np.ndarray, rng: np.random.Generator
) -> None:
    session = open_session(task, photo, trimap, refine="region")
    kept = np.indices((SIZE[1], SIZE[0]))[1] >= 40
    first = numbers(session).copy()
    session.protect(kept)
    session.stroke([(20.5, 30.5), (70.5, 30.5)], radius_px=3, **SAID[task])
    click(session, 35.5, 40.5, radius_px=25)
    if task == "depth":
        session.click(10.5, 50.5, value=9.0)
    np.testing.assert_array_equal(numbers(session)[kept], first[kept])
    assert not (session.reach & kept).any()
    assert (numbers(session) != first).any()
    with pytest.raises(cm.errors.ClickError, match="is protected"):
        click(session, 45.5, 30.5)


def test_a_click_on_a_stroke_of_a_depth_map_speaks_for_the_room_and_leaves_the_rest_of_it(
    photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session("depth", photo, trimap, refine="region")
    session.stroke([(20.5, 30.5), (60.5, 30.5)], radius_px=2, value=3.5)
    session.click(40.5, 30.5, value=5.0)
    assert numbers(session)[30, 40] == 5
    assert numbers(session)[30, 25] == 3.5
