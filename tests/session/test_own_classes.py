"""Tests of class maps whose classes are the user's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import clickmend as cm
from clickmend.core.errors import ClickError, OptionError, PriorError
from clickmend.core.types import RGB
from clickmend.networks import Model
from clickmend.session import Session

OWN = ("soil", "crop", "weed")
SOIL, CROP, WEED, VOID = 0, 1, 2, 255
SHAPE = (60, 80)
COLOURS = {"soil": (120, 80, 40), "crop": (40, 150, 40), "weed": (40, 40, 160)}


class Colours(nn.Module):
    """Red, green and blue as the logits of three classes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1, bias=False)
        self.conv.weight.data = 4 * torch.eye(3)[..., None, None]

    def forward(self, photo: Tensor) -> Tensor:
        """The photo, stronger."""
        return self.conv(photo)


def model(*labels: str) -> Model:
    return cm.wrap(Colours().eval(), task="semantic", at=["conv"], labels=labels, view_px=96)


@pytest.fixture
def truth() -> np.ndarray:
    truth = np.full(SHAPE, SOIL, np.uint8)
    truth[10:40, 10:40] = CROP
    truth[30:50, 50:70] = WEED
    return truth


@pytest.fixture
def photo(truth: np.ndarray, rng: np.random.Generator) -> RGB:
    colours = np.array([COLOURS[name] for name in OWN])[truth]
    return (colours + rng.integers(-8, 9, colours.shape)).clip(0, 255).astype(np.uint8)


@pytest.fixture
def prior(truth: np.ndarray) -> np.ndarray:
    """The truth without a third of the crop, and with a weed that is said to be a crop."""
    prior = truth.copy()
    prior[10:40, 30:40] = SOIL
    prior[truth == WEED] = CROP
    return prior


def unasked() -> Model:
    """A network that fails when it is run."""
    silent = model("a", "b", "c")
    silent.network.forward = None  # type: ignore[method-assign, assignment]
    return silent


def test_a_prior_of_own_classes_is_mended_with_a_click_for_each_error(
    photo: RGB, prior: np.ndarray, truth: np.ndarray
) -> None:
    session = Session(photo, task="semantic", classes=OWN, prior=prior)
    assert np.array_equal(session.prediction.labels, prior)
    assert session.prediction.classes == OWN
    session.click(35, 25, label="crop")
    session.click(60, 40, label=WEED)
    wrong = session.prediction.labels != truth
    assert wrong.sum() <= 0.05 * (prior != truth).sum()


def test_what_is_outside_the_reach_of_a_click_stays_bit_for_bit(
    photo: RGB, prior: np.ndarray
) -> None:
    for radius_px in (None, 8):
        session = Session(photo, task="semantic", classes=OWN, prior=prior)
        session.click(35, 25, label="crop", radius_px=radius_px)
        assert session.reach is not None
        assert not session.reach.all()
        changed = session.prediction.labels != prior
        assert changed[25, 35]
        assert not (changed & ~session.reach).any()


def test_a_network_that_knows_none_of_the_classes_is_not_run(photo: RGB, prior: np.ndarray) -> None:
    session = Session(photo, model=unasked(), classes=OWN, prior=prior)
    session.click(35, 25, label="crop")
    session.stroke([(5, 5), (9, 5)], label="weed")
    assert session.prediction.labels[5, 7] == WEED
    assert session.uncertainty() is None


def test_without_a_prior_nothing_is_said_until_a_mark_comes(photo: RGB) -> None:
    session = Session(photo, model=unasked(), classes=OWN)
    assert (session.prediction.labels == VOID).all()
    labels = session.click(20, 20, label="crop").labels
    assert (labels == CROP).sum() > 100
    assert set(np.unique(labels)) == {CROP, VOID}


def test_a_class_of_the_networks_name_takes_its_scores(photo: RGB, truth: np.ndarray) -> None:
    session = Session(photo, model=model("soil", "plant", "weed"), classes=("weed", "crop", "soil"))
    labels = session.initial.labels
    assert np.median(labels[truth == WEED]) == 0
    assert np.median(labels[truth == SOIL]) == 2
    assert np.median(labels[truth == CROP]) == VOID  # a plant is none of these
    uncertain = session.uncertainty()
    assert uncertain is not None
    assert 0 < uncertain < 1


def test_the_same_classes_in_another_order_are_the_same_map(photo: RGB) -> None:
    plain = Session(photo, model=model(*OWN), refine="region")
    turned = Session(photo, model=model(*OWN), refine="region", classes=OWN[::-1])
    for session in (plain, turned):
        session.click(35, 25, label="crop")
        session.click(20, 30, label="weed", radius_px=9)
    assert np.array_equal(turned.prediction.labels, 2 - plain.prediction.labels)
    assert turned.uncertainty() == plain.uncertainty()


def test_a_layer_moves_towards_classes_that_are_all_known(photo: RGB) -> None:
    plain = Session(photo, model=model(*OWN), refine="sb")
    turned = Session(photo, model=model(*OWN), refine="sb", classes=OWN[::-1])
    for session in (plain, turned):
        session.click(20, 30, label="weed", radius_px=9)
        session.stroke([(5, 5), (20, 5)], label="crop")
    assert turned.report is not None
    assert turned.report == plain.report
    assert np.array_equal(turned.prediction.labels, 2 - plain.prediction.labels)


def test_a_layer_is_left_out_where_a_class_is_unknown_and_refused_where_it_is_named(
    photo: RGB,
) -> None:
    knows_two = model("soil", "crop", "sky")
    session = Session(photo, model=knows_two, classes=OWN)
    session.click(20, 30, label="weed")
    assert session.report is None
    with pytest.raises(OptionError, match=r"'sb' optimises .* does not predict weed\. Allowed"):
        Session(photo, model=knows_two, classes=OWN, refine="sb")


def test_a_click_between_known_classes_leaves_unknown_ones_alone(
    photo: RGB, truth: np.ndarray
) -> None:
    prior = np.where(truth == CROP, WEED, SOIL)
    prior[:20] = CROP
    session = Session(photo, model=model("soil", "plant", "weed"), classes=OWN, prior=prior)
    session.click(60, 40, label="weed")
    session.click(20, 35, label="soil", radius_px=30)
    labels = session.prediction.labels
    assert labels[40, 60] == WEED
    assert (labels[:20] == CROP).all()


def test_marks_are_undone_removed_and_replayed_bit_for_bit(photo: RGB, prior: np.ndarray) -> None:
    session = Session(photo, task="semantic", classes=OWN, prior=prior)
    session.click(35, 25, label="crop")
    first = session.prediction.labels
    session.stroke([(55, 35), (65, 45)], label="weed", exact=True, radius_px=4)
    session.tidy("fill", label="crop")
    session.undo()
    session.undo()
    assert np.array_equal(session.prediction.labels, first)
    session.redo()
    session.remove(1)
    session.stroke([(5, 5)], label="erase")
    assert (session.prediction.labels[:, :50] == prior[:, :50]).all()
    assert session.prediction.labels[40, 60] == WEED


def test_what_is_protected_or_painted_exactly_stays(photo: RGB, prior: np.ndarray) -> None:
    session = Session(photo, task="semantic", classes=OWN, prior=prior)
    session.protect(prior == CROP)
    session.stroke([(32, 30), (38, 30)], label="weed", exact=True)
    session.click(35, 20, label="crop")
    labels = session.prediction.labels
    assert (labels[prior == CROP] == CROP).all()
    assert (labels[30, 32:39] == WEED).all()


def test_a_map_is_written_and_taken_again(photo: RGB, prior: np.ndarray, tmp_path: Path) -> None:
    session = Session(photo, task="semantic", classes=OWN, prior=prior)
    session.click(60, 40, label="weed")
    for name in ("map.png", "map.npy"):
        session.prediction.save(tmp_path / name)
        again = Session(photo, task="semantic", classes=list(OWN), prior=tmp_path / name)
        assert np.array_equal(again.prediction.labels, session.prediction.labels)


def test_a_class_may_be_called_as_the_eraser_is(photo: RGB, prior: np.ndarray) -> None:
    session = Session(photo, task="semantic", classes=(*OWN, "erase"), prior=prior)
    session.stroke([(5, 5)], label="erase")
    assert session.prediction.labels[5, 5] == 3


@pytest.mark.parametrize(
    ("classes", "reason"),
    [
        ("soil,crop", r"classes is 'soil,crop'\. Allowed is a sequence of names"),
        (7, "classes is 7. Allowed is a sequence"),
        ((), "There are 0 classes. Allowed are 1 to 255"),
        ([f"c{number}" for number in range(256)], "There are 256 classes. Allowed are 1 to 255"),
        (("soil", "crop", " soil"), "The class 'soil' appears 2 times"),
        (("soil", " "), "class 1 has the name ' '. A name is"),
        (("soil", "2"), "class 1 has the name '2'. A name is not empty and not a number"),
        ((1, 2), "class 0 has the name 1. A name is"),
    ],
)
def test_classes_that_cannot_be_told_apart_are_refused(
    photo: RGB, classes: object, reason: str
) -> None:
    with pytest.raises(OptionError, match=reason):
        Session(photo, task="semantic", classes=classes)


def test_classes_belong_to_class_maps(photo: RGB) -> None:
    with pytest.raises(
        OptionError, match="classes is an option of the task 'semantic', not of 'depth'"
    ):
        Session(photo, task="depth", classes=OWN)


def test_a_prior_and_a_mark_beyond_the_classes_are_refused(photo: RGB, prior: np.ndarray) -> None:
    prior[0, 0] = 3
    with pytest.raises(PriorError, match="class 3, but the session has 3 classes"):
        Session(photo, task="semantic", classes=OWN, prior=prior)
    session = Session(photo, task="semantic", classes=OWN)
    for label in ("road", 3, -1):
        with pytest.raises(ClickError, match="Allowed are soil, crop, weed, or their indices 0 to"):
            session.click(5, 5, label=label)


def test_255_classes_have_a_place_beside_what_has_none(photo: RGB) -> None:
    names = [f"c{number}" for number in range(255)]
    prior = np.arange(SHAPE[0] * SHAPE[1]).reshape(SHAPE) % 256
    session = Session(photo, task="semantic", classes=names, prior=prior.astype(np.uint8))
    labels = session.click(5, 5, label="c254").labels
    assert labels[5, 5] == 254
    assert (labels == prior).sum() >= labels.size - 10


@pytest.mark.parametrize("inside", [{"adapt_keys": 1}, {"propagate": 5}])
def test_an_inference_in_a_network_that_is_not_asked_is_refused(
    photo: RGB, prior: np.ndarray, inside: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As of a network that has a place for it.
    monkeypatch.setattr("clickmend.session.session.with_online", lambda model, **_: model)
    Session(photo, model=model("soil", "b", "c"), classes=OWN, prior=prior, **inside)
    with pytest.raises(OptionError, match="predicts none of the classes of this session"):
        Session(photo, model=unasked(), classes=OWN, prior=prior, **inside)
