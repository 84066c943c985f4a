"""The newest mark of a place holds over its region, whatever was marked there before."""

import numpy as np
import pytest
from made_sessions import CLASSES, HEIGHT, WIDTH, model, shown

import clickmend as cm

ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
DISK = np.hypot(COLUMNS - 30, ROWS - 24) < 15
AT = (30.5, 24.5)


def begun(task, prior=None):
    photo = np.where(DISK[..., None], (200, 60, 40), (40, 60, 90)).astype(np.uint8)
    options = {"refine": "region"}
    if task == "matting":
        options["trimap"] = np.full((HEIGHT, WIDTH), 128, np.uint8)
    return cm.Session(photo, model=model(task), prior=prior, **options)


PRIORS = {
    "semantic": np.where(DISK, 3, 0).astype(np.uint8),
    "matting": DISK.astype(np.float32),
    "depth": np.where(DISK, 1.0, 3.0).astype(np.float32),
}
MARKS = {
    "semantic": [{"label": "car"}, {"label": "tree"}],
    "matting": [{"value": 0.2}, {"value": 0.6}],
    "depth": [{"value": 2.0}, {"value": 1.5}],
}


@pytest.mark.parametrize("task", ["matting", "depth"])
def test_a_push_that_is_repeated_moves_the_same_region_again(task):
    photo = np.where(DISK[..., None], (200, 60, 40), (40, 60, 90)).astype(np.uint8)
    session = cm.Session(photo, task=task, prior=PRIORS[task])
    moved = []
    for _ in range(3):
        before = shown(session).copy()
        session.push(*AT, "down", radius_px=12)
        moved.append(shown(session) != before)
    assert moved[0].sum() > 5
    for again in moved[1:]:
        assert again.sum() > moved[0].sum() / 2
    wanted = PRIORS[task][24, 30] - 0.3
    assert shown(session)[24, 30] == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("task", ["semantic", "matting", "depth"])
@pytest.mark.parametrize("with_prior", [False, True])
@pytest.mark.parametrize("aside", [0, 1])
@pytest.mark.parametrize("radius_px", [None, 12])
def test_a_wrong_mark_is_replaced_by_one_on_its_pixel_or_the_next(
    task, with_prior, aside, radius_px
):
    prior = PRIORS[task] if with_prior else None
    wrong, right = MARKS[task]
    session, alone = begun(task, prior), begun(task, prior)
    session.click(*AT, radius_px=radius_px, **wrong)
    session.click(AT[0] + aside, AT[1] + aside, radius_px=radius_px, **right)
    alone.click(AT[0] + aside, AT[1] + aside, radius_px=radius_px, **right)
    np.testing.assert_array_equal(shown(session), shown(alone))


@pytest.mark.parametrize("task", ["semantic", "matting", "depth"])
@pytest.mark.parametrize("with_prior", [False, True])
@pytest.mark.parametrize("earlier_px", [None, 12])
def test_a_mark_with_a_smaller_radius_lies_over_an_earlier_one_of_its_place(
    task, with_prior, earlier_px
):
    prior = PRIORS[task] if with_prior else None
    first, second = MARKS[task]
    session = begun(task, prior)
    session.click(*AT, radius_px=earlier_px, **first)
    before = shown(session).copy()
    session.click(*AT, radius_px=4, **second)
    beyond = np.hypot(COLUMNS + 0.5 - AT[0], ROWS + 0.5 - AT[1]) > 4
    np.testing.assert_array_equal(shown(session)[beyond], before[beyond])
    assert not session.reach[beyond].any()
    assert (shown(session) != before).sum() > 5


@pytest.mark.parametrize("with_prior", [False, True])
@pytest.mark.parametrize("place", [AT, (0.0, 0.0), (WIDTH - 0.01, HEIGHT - 0.01), (0.5, 24.5)])
def test_labels_that_alternate_on_one_pixel_are_granted_each_time(with_prior, place):
    photo = np.where(DISK[..., None], (200, 60, 40), (40, 60, 90)).astype(np.uint8)
    prior = DISK if with_prior else None
    session = cm.Session(photo, model=model("interactive"), prior=prior, refine="none")
    for label in ("foreground", "background") * 2:
        mask = session.click(*place, label=label).mask
        assert mask[int(place[1]), int(place[0])] == (label == "foreground")


@pytest.mark.parametrize("task", ["semantic", "matting", "depth"])
@pytest.mark.parametrize("corner", [(0, 0), (WIDTH - 1, 0), (0, HEIGHT - 1)])
def test_a_mark_in_a_corner_is_granted(task, corner):
    session = begun(task)
    session.click(corner[0] + 0.5, corner[1] + 0.5, **MARKS[task][0])
    wanted = MARKS[task][0]
    here = shown(session)[corner[::-1]]
    assert here == (
        CLASSES.index(wanted["label"]) if task == "semantic" else np.float32(wanted["value"])
    )


@pytest.mark.parametrize("task", ["semantic", "matting", "depth"])
@pytest.mark.parametrize("below", [1e-6, 1e-14])
def test_a_mark_at_the_very_edge_is_in_the_last_pixel(task, below):
    session = begun(task)
    said = MARKS[task][0]
    session.click(WIDTH - below, HEIGHT - below, **said)
    wanted = CLASSES.index(said["label"]) if task == "semantic" else np.float32(said["value"])
    assert shown(session)[-1, -1] == wanted


@pytest.mark.parametrize("task", ["semantic", "matting", "depth"])
@pytest.mark.parametrize("exact", [False, True])
def test_a_stroke_of_one_place_is_a_dab(task, exact):
    said = {"label": 1} if task == "semantic" else MARKS[task][0]
    session, twice = begun(task), begun(task)
    before = shown(session).copy()
    session.stroke([AT], radius_px=6, exact=exact, **said)
    twice.stroke([AT, AT], radius_px=6, exact=exact, **said)
    np.testing.assert_array_equal(shown(session), shown(twice))
    dab = np.hypot(COLUMNS - 30, ROWS - 24) <= 6
    np.testing.assert_array_equal(session.reach, dab)
    np.testing.assert_array_equal(shown(session)[~dab], before[~dab])


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("metres", [120.0, 190.0])
def test_depth_far_away_is_pushed_by_a_tenth_too(direction, metres):
    session = begun("depth", np.full((HEIGHT, WIDTH), metres, np.float32))
    session.push(*AT, direction, radius_px=10)
    step = 0.1 if direction == "up" else -0.1
    assert session.prediction.depth_m[24, 30] == pytest.approx(metres + step, rel=1e-5)
    session.click(*AT, value=2 * metres)
    assert session.prediction.depth_m[24, 30] == 2 * metres


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_depth_scale_that_is_no_positive_number_is_refused(scale):
    photo = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    with pytest.raises(cm.errors.OptionError, match=r"depth_scale is .*a positive number"):
        cm.Session(photo, model=model("depth"), prior=PRIORS["depth"], depth_scale=scale)
