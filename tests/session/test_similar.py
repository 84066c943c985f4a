"""A click with the spread "similar" mends the parts elsewhere that are wrong as its own."""

from __future__ import annotations

import numpy as np
import pytest
from made_sessions import model

import clickmend as cm
from clickmend.core.errors import ClickError
from clickmend.core.types import RGB, Mask

OWN = ("soil", "crop", "weed")
SOIL, CROP, WEED = range(3)
SHAPE = (96, 128)
COLOURS = np.array([(130, 95, 60), (60, 150, 50), (40, 70, 150)])
CORNERS = [(6, 8), (6, 40), (6, 72), (44, 8), (44, 40)]
CLICK = cm.Click(14, 12, "weed", spread="similar")


def weed(number: int) -> Mask:
    mask = np.zeros(SHAPE, bool)
    row, column = CORNERS[number]
    mask[row : row + 13, column : column + 13] = True
    return mask


@pytest.fixture
def truth() -> np.ndarray:
    truth = np.full(SHAPE, SOIL, np.uint8)
    truth[28:36] = CROP
    for number in range(len(CORNERS)):
        truth[weed(number)] = WEED
    return truth


@pytest.fixture
def photo(truth: np.ndarray, rng: np.random.Generator) -> RGB:
    colours = COLOURS[truth] + rng.integers(-6, 7, (*SHAPE, 3))
    return colours.clip(0, 255).astype(np.uint8)


@pytest.fixture
def session(photo: RGB, truth: np.ndarray) -> cm.Session:
    """Every weed is said to be soil."""
    prior = np.where(truth == WEED, SOIL, truth).astype(np.uint8)
    return cm.Session(photo, model=model("semantic"), prior=prior, classes=OWN)


def share(session: cm.Session, number: int) -> float:
    """How much of a weed is shown as one."""
    return float((session.prediction.labels[weed(number)] == WEED).mean())


def test_one_click_mends_all_weeds_and_breaks_little(
    session: cm.Session, truth: np.ndarray
) -> None:
    before = session.prediction.labels
    session.click(14, 12, label="weed")
    assert [share(session, number) > 0.8 for number in range(5)] == [True, *[False] * 4]
    session.undo()
    session.add(CLICK)
    assert min(share(session, number) for number in range(5)) > 0.7
    wrong = before != truth
    assert ((session.prediction.labels != truth) & ~wrong).sum() <= 0.1 * wrong.sum()


def test_reach_tells_the_parts_and_nothing_changes_beyond_it(session: cm.Session) -> None:
    before = session.prediction.labels
    after = session.add(CLICK).labels
    reach = session.reach
    assert reach is not None
    assert not reach.all()
    assert not (after != before)[~reach].any()
    assert all(reach[weed(number)].mean() > 0.7 for number in range(5))


def test_a_radius_bounds_the_part_at_the_click_and_not_those_like_it(session: cm.Session) -> None:
    session.click(14, 12, label="weed", radius_px=9, spread="similar")
    assert session.reach is not None
    assert not session.reach[20, 30]
    assert share(session, 4) > 0.7


def test_protected_and_exactly_painted_pixels_stay(session: cm.Session) -> None:
    session.protect(weed(1))
    session.stroke([(74, 8), (82, 16)], label="crop", radius_px=2, exact=True)
    painted = session.prediction.labels == CROP
    session.add(CLICK)
    assert share(session, 1) == 0
    assert (session.prediction.labels[painted] == CROP).all()
    assert share(session, 3) > 0.7
    assert session.reach is not None
    assert not session.reach[weed(1)].any()


def test_a_part_that_an_earlier_click_said_is_right_stays(session: cm.Session) -> None:
    session.click(46, 12, label="soil")
    session.add(CLICK)
    assert share(session, 1) == 0
    assert share(session, 2) > 0.7


def test_the_preview_shows_the_parts_before_the_click(session: cm.Session) -> None:
    ahead = session.preview(CLICK)
    assert session.feedback == ()
    np.testing.assert_array_equal(ahead.labels, session.add(CLICK).labels)


def test_between_classes_that_the_network_knows_its_belief_counts_too() -> None:
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 255, (*SHAPE, 3)).astype(np.uint8)
    session = cm.Session(photo, model=model("semantic"), refine="region")
    session.click(20, 20, label="sky", spread="similar")
    assert session.prediction.labels[20, 20] == 3
    assert session.feedback[0].spread == "similar"


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("interactive", {"label": "foreground"}),
        ("depth", {"value": 2.0}),
        ("matting", {"value": 0.5}),
    ],
)
def test_other_tasks_have_no_parts_of_a_kind(photo: RGB, task: str, said: dict) -> None:
    options = {"trimap": np.full(SHAPE, 128, np.uint8)} if task == "matting" else {}
    session = cm.Session(photo, model=model(task), **options)
    with pytest.raises(ClickError, match=f"'similar'. Only class maps .* task is '{task}'"):
        session.click(3, 3, spread="similar", **said)


def test_a_spread_that_is_none_is_refused(session: cm.Session) -> None:
    with pytest.raises(ClickError, match=r"spread 'all'\. Allowed is 'similar'"):
        session.click(3, 3, label="weed", spread="all")
