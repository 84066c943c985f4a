"""Tests of the session with the shipped network."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import clickmend as cm
from clickmend.core.errors import (
    ClickError,
    ImageError,
    ModelError,
    NotAvailableError,
    OptionError,
    PriorError,
)
from clickmend.networks import load
from clickmend.session import Session


@pytest.fixture
def photo() -> np.ndarray:
    """A red disk of radius 50 at (150, 90) on a dark, noisy ground, 240×180."""
    rng = np.random.default_rng(0)
    ys, xs = np.mgrid[:180, :240]
    image = rng.integers(20, 60, (180, 240, 3))
    image[(xs - 150) ** 2 + (ys - 90) ** 2 < 50**2] = (200, 40, 40)
    return image.astype(np.uint8)


@pytest.fixture
def truth() -> np.ndarray:
    ys, xs = np.mgrid[:180, :240]
    found: np.ndarray = (xs - 150) ** 2 + (ys - 90) ** 2 < 50**2
    return found


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_clicks_find_an_object_that_is_easy_to_see(photo: np.ndarray, truth: np.ndarray) -> None:
    session = Session(photo)
    assert not session.prediction.mask.any()
    session.click(150, 90)
    session.click(150, 60)
    prediction = session.click(30, 90, label="background")
    assert prediction.mask.shape == (180, 240)
    assert iou(prediction.mask, truth) > 0.7


@pytest.mark.parametrize("given", [True, False], ids=["given", "clicked"])
def test_far_from_its_object_a_click_does_not_take_all_the_ground(
    photo: np.ndarray, truth: np.ndarray, given: bool
) -> None:
    session = Session(photo, refine="none", prior=truth if given else None)
    before = session.prediction.mask if given else session.click(150, 90).mask
    after = session.click(25, 20).mask
    assert after[20, 25]
    assert not (before & ~after).any()
    added = np.argwhere(after & ~before)
    assert np.hypot(*(added + 0.5 - (20, 25)).T).max() <= 0.1 * 180
    np.testing.assert_array_equal(session.reach & (after != before), after & ~before)


@pytest.mark.parametrize("corner", [(0.5, 0.5), (239.5, 0.5), (0.5, 179.5), (239.5, 179.5)])
def test_a_first_click_in_a_corner_has_its_pixel_in_the_mask(
    photo: np.ndarray, corner: tuple[float, float]
) -> None:
    for scene in (photo, np.full_like(photo, 128)):
        mask = Session(scene, refine="none").click(*corner).mask
        assert mask[int(corner[1]), int(corner[0])]


@pytest.mark.parametrize("refine", ["none", "sb", "bmsb", "bmsb-m", "bmconv"])
def test_undo_restores_the_prediction_bit_for_bit(photo: np.ndarray, refine: str) -> None:
    session = Session(photo, refine=refine)
    session.click(150, 90, radius_px=45)
    first = session.prediction.logits.copy()
    session.click(30, 60, label="background", radius_px=40)
    second = session.prediction.logits.copy()
    session.undo()
    assert np.array_equal(session.prediction.logits, first)
    session.redo()
    assert np.array_equal(session.prediction.logits, second)
    session.undo()
    session.click(30, 60, label="background", radius_px=40)
    assert np.array_equal(session.prediction.logits, second)


def test_two_sessions_with_the_same_clicks_agree_bit_for_bit(photo: np.ndarray) -> None:
    found = []
    for _ in range(2):
        session = Session(photo, refine="bmsb")
        session.click(150, 90, radius_px=45)
        session.click(110, 60, radius_px=10)
        found.append(session.prediction.logits)
    assert np.array_equal(*found)


def test_undo_and_redo_walk_through_clicks_box_and_reset(photo: np.ndarray) -> None:
    session = Session(photo)
    session.box(95, 35, 205, 145)
    session.click(150, 90)
    session.reset()
    assert session.feedback == ()
    assert not session.prediction.mask.any()
    session.undo()
    assert session.feedback == (cm.Box(95, 35, 205, 145), cm.Click(150, 90, "foreground"))
    session.undo()
    session.undo()
    assert not session.can_undo
    session.redo()
    assert session.can_redo
    session.click(10, 10, label="background")
    assert not session.can_redo


def test_a_second_box_takes_the_place_of_the_first(photo: np.ndarray) -> None:
    session = Session(photo)
    session.box(10, 10, 50, 50)
    session.box(95, 35, 205, 145)
    assert session.feedback == (cm.Box(95, 35, 205, 145),)


def test_with_no_click_the_prior_comes_out_bit_for_bit(
    photo: np.ndarray, truth: np.ndarray, tmp_path: Path
) -> None:
    Image.fromarray(truth.astype(np.uint8) * 255).save(tmp_path / "old.png")
    for prior in (truth, tmp_path / "old.png"):
        session = Session(photo, prior=prior)
        assert np.array_equal(session.prediction.mask, truth)


def test_a_click_mends_a_prior_and_a_reset_gives_it_back(
    photo: np.ndarray, truth: np.ndarray
) -> None:
    broken = truth.copy()
    broken[:, 160:] = False
    session = Session(photo, prior=broken)
    mended = session.click(180, 90).mask
    assert mended[90, 180]
    assert iou(mended, truth) > iou(broken, truth)
    session.reset()
    assert np.array_equal(session.prediction.mask, broken)


def test_the_example_of_the_readme_works_as_printed(
    photo: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(photo).resize((480, 360)).save("photo.jpg")
    session = cm.Session("photo.jpg", task="interactive")
    session.click(212, 140)
    session.click(300, 90, label="background")
    session.undo()
    session.redo()
    session.prediction.save("mask.png")
    written = np.asarray(Image.open("mask.png"))
    assert np.array_equal(written > 0, session.prediction.mask)


@pytest.mark.parametrize(
    ("click", "words"),
    [
        ({"x": 240, "y": 5}, r"click 1 is at \(x=240, y=5\), outside the 240×180 image"),
        ({"x": float("nan"), "y": 5}, "finite"),
        ({"x": 5, "y": 5, "label": "road"}, "'foreground' or 'background'"),
        ({"x": 5, "y": 5, "value": 0.5}, "no value"),
        ({"x": 5, "y": 5, "radius_px": -1}, "radius"),
    ],
)
def test_a_click_without_sense_is_refused_and_changes_nothing(
    photo: np.ndarray, click: dict[str, float], words: str
) -> None:
    session = Session(photo)
    with pytest.raises(ClickError, match=words):
        session.click(**click)
    assert session.feedback == ()
    assert not session.can_undo


def test_what_cannot_be_done_is_said(photo: np.ndarray) -> None:
    session = Session(photo)
    with pytest.raises(OptionError, match="nothing to undo"):
        session.undo()
    with pytest.raises(OptionError, match="nothing to redo"):
        session.redo()
    with pytest.raises(
        NotAvailableError, match=r"no task 'instances' for a session.*interactive.*Objects"
    ):
        Session(photo, task="instances")
    with pytest.raises(ModelError, match="no weights named 'nothing'"):
        Session(photo, model="nothing")
    with pytest.raises(OptionError, match=r"no refinement 'bmcov'.*bmconv"):
        Session(photo, refine="bmcov")
    with pytest.raises(PriorError, match="3×3 but the image is 240×180"):
        Session(photo, prior=np.zeros((3, 3), bool))
    with pytest.raises(ImageError):
        Session("nowhere.jpg")


@pytest.mark.parametrize("refine", ["none", "bmsb"])
def test_adapted_keys_belong_to_the_session_that_asks_for_them(
    photo: np.ndarray, refine: str
) -> None:
    shipped = load("interactive-s")
    answers = []
    for iterations in (0, 1, 0):
        session = Session(photo, model=shipped, refine=refine, adapt_keys=iterations)
        session.click(150, 90, radius_px=45)
        answers.append(session.prediction.logits)
        session.click(30, 60, label="background", radius_px=40)
        session.undo()
        assert np.array_equal(session.prediction.logits, answers[-1])
    assert np.array_equal(answers[0], answers[2])
    assert not np.array_equal(answers[0], answers[1])


def test_online_inference_that_has_no_place_is_refused(photo: np.ndarray) -> None:
    with pytest.raises(OptionError, match="no corrective self-attention classifier"):
        Session(photo, propagate=5)
    with pytest.raises(OptionError, match="adapt_keys is -1"):
        Session(photo, adapt_keys=-1)


def test_protected_pixels_neither_come_nor_go_until_they_are_free_again(
    photo: np.ndarray, truth: np.ndarray
) -> None:
    broken = truth.copy()
    broken[80:100, 130:160] = False
    session = Session(photo, prior=broken)
    right = np.indices(truth.shape)[1] >= 145
    session.protect(right)
    mask = session.click(138, 90).mask
    np.testing.assert_array_equal(mask[right], broken[right])
    assert mask[80:100, 130:145].all()
    session.stroke([(130, 90), (170, 90)], label="background", radius_px=2, exact=True)
    np.testing.assert_array_equal(session.prediction.mask[right], broken[right])
    with pytest.raises(
        ClickError, match=r"click 3 is at .* protected.*remove the protection first"
    ):
        session.click(150, 90)
    session.protect(None)
    assert session.click(150, 90).mask[90, 150]
    session.undo()
    session.undo()
    with pytest.raises(ClickError, match="protected"):
        session.click(150, 90)


def test_what_is_no_mask_of_the_photo_protects_nothing(photo: np.ndarray) -> None:
    session = Session(photo)
    with pytest.raises(
        OptionError, match=r"float64 and shape \(3, 3\).*bool array of shape \(H, W\)"
    ):
        session.protect(np.ones((3, 3)))
    assert not session.can_undo


@pytest.mark.parametrize("name", ["adapt_keys", "propagate"])
def test_a_broken_number_of_iterations_is_refused(photo, name):
    with pytest.raises(OptionError, match=rf"{name} is 1\.5\. It is a whole number"):
        Session(photo, **{name: 1.5})
