"""Tests of the views of mattes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from clickmend.training import matting
from clickmend.training.matting import Composer, MatteView, MattingSubject, trimap_input
from clickmend.training.recipes import MattingRecipe

SHAPE = (64, 64)


@pytest.fixture
def subject(dense_data: Path, mattes: MattingRecipe) -> MattingSubject:
    return MattingSubject(mattes)


def draw(subject: MattingSubject, kinds: Mapping[str, float], seed: int) -> MatteView:
    return subject._composer.draw(np.random.default_rng(seed), SHAPE, kinds)


def test_only_the_first_seven_mattes_are_trained_on(subject: MattingSubject) -> None:
    assert [m.sample.name for m in subject._mattes] == [f"GT{n:02}" for n in range(7)]


@pytest.mark.parametrize("kind", ["photo", "matte", "object", "drawn"])
def test_every_kind_of_view_has_something_unknown(subject: MattingSubject, kind: str) -> None:
    for seed in range(8):
        view = draw(subject, {kind: 1.0}, seed)
        assert view.image.shape == (*SHAPE, 3)
        assert view.alpha.dtype == view.contrast.dtype == np.float32
        assert 0 <= view.alpha.min() <= view.alpha.max() <= 1
        assert set(np.unique(view.trimap)) <= {0, 128, 255}
        assert (view.trimap == 128).any()


@pytest.mark.parametrize("kind", ["matte", "object", "drawn"])
def test_the_trimap_tells_nothing_wrong(subject: MattingSubject, kind: str) -> None:
    for seed in range(8):
        view = draw(subject, {kind: 1.0}, seed)
        assert (view.alpha[view.trimap == 255] >= 0.98).all()
        assert (view.alpha[view.trimap == 0] <= 0.02).all()


def test_a_photo_is_shown_as_it_is(subject: MattingSubject) -> None:
    # Each made photo is of one grey.
    view = draw(subject, {"photo": 1.0}, 0)
    assert len(np.unique(view.image)) == 1
    assert view.contrast.max() == 0


def test_views_depend_on_the_generator_alone(subject: MattingSubject) -> None:
    views = [subject.draw(np.random.default_rng(seed), SHAPE) for seed in (1, 2, 1)]
    assert np.array_equal(views[0].image, views[2].image)
    assert np.array_equal(views[0].alpha, views[2].alpha)
    assert not np.array_equal(views[0].image, views[1].image)


def test_trimaps_enter_as_0_a_half_and_1() -> None:
    trimap = np.array([[0, 128, 255]], np.uint8)
    assert trimap_input([trimap]).flatten().tolist() == [0.0, 0.5, 1.0]


def test_the_truth_as_answer_costs_nothing(subject: MattingSubject) -> None:
    views = [subject.draw(np.random.default_rng(seed), SHAPE) for seed in range(3)]
    truth = torch.from_numpy(np.stack([view.alpha for view in views]))[:, None]
    loss, numbers = subject.judge(truth, views)
    assert loss == 0
    assert numbers == {"MSE": 0.0}


def test_validation_is_the_same_every_time(
    subject: MattingSubject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matting, "KEPT_BACK", 3)
    monkeypatch.setattr(matting, "KEPT_BACK_PX", 64)
    first, second = subject.kept_back(0), subject.kept_back(0)
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a.image, b.image)
        assert a.unknown.any()


def test_validation_uses_other_objects_and_photos(dense_data: Path, mattes: MattingRecipe) -> None:
    names = []
    for part in ("train", "validation"):
        composer = Composer(mattes, [], part=part)
        pools = (composer._objects, composer._backgrounds)
        names.append({target.name for pool in pools for ts in pool._targets for target in ts})
    assert all(names)
    assert not names[0] & names[1]


def test_a_row_shows_photo_trimap_answer_and_truth(subject: MattingSubject) -> None:
    view = subject.draw(np.random.default_rng(0), SHAPE)
    row = subject.row(torch.from_numpy(view.alpha)[None], view)
    assert row.shape == (64, 256, 3)
    assert np.array_equal(row[:, 128:192], row[:, 192:])
