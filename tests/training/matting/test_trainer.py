"""Tests of the views of mattes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from clickmend.training.matting import trainer as matting
from clickmend.training.matting.composer import Composer, MatteView
from clickmend.training.matting.trainer import MattingRecipe, MattingTrainer, matte_loss

SHAPE = (64, 64)


@pytest.fixture
def trainer(dense_data: Path, mattes: MattingRecipe) -> MattingTrainer:
    return MattingTrainer(mattes)


def draw(trainer: MattingTrainer, kinds: Mapping[str, float], seed: int) -> MatteView:
    return trainer._composer.draw(np.random.default_rng(seed), SHAPE, kinds)


def test_only_the_first_seven_mattes_are_trained_on(trainer: MattingTrainer) -> None:
    assert [m.sample.name for m in trainer._mattes] == [f"GT{n:02}" for n in range(7)]


@pytest.mark.parametrize("kind", ["photo", "matte", "object", "drawn"])
def test_every_kind_of_view_has_something_unknown(trainer: MattingTrainer, kind: str) -> None:
    for seed in range(8):
        view = draw(trainer, {kind: 1.0}, seed)
        assert view.image.shape == (*SHAPE, 3)
        assert view.alpha.dtype == view.contrast.dtype == np.float32
        assert 0 <= view.alpha.min() <= view.alpha.max() <= 1
        assert set(np.unique(view.trimap)) <= {0, 128, 255}
        assert (view.trimap == 128).any()


@pytest.mark.parametrize("kind", ["matte", "object", "drawn"])
def test_the_trimap_tells_nothing_wrong(trainer: MattingTrainer, kind: str) -> None:
    for seed in range(8):
        view = draw(trainer, {kind: 1.0}, seed)
        assert (view.alpha[view.trimap == 255] >= 0.98).all()
        assert (view.alpha[view.trimap == 0] <= 0.02).all()


def test_a_photo_is_shown_as_it_is(trainer: MattingTrainer) -> None:
    # Each made photo is of one grey.
    view = draw(trainer, {"photo": 1.0}, 0)
    assert len(np.unique(view.image)) == 1
    assert view.contrast.max() == 0


def test_views_depend_on_the_generator_alone(trainer: MattingTrainer) -> None:
    views = [trainer.view(np.random.default_rng(seed), SHAPE) for seed in (1, 2, 1)]
    assert np.array_equal(views[0].image, views[2].image)
    assert np.array_equal(views[0].alpha, views[2].alpha)
    assert not np.array_equal(views[0].image, views[1].image)


def test_trimaps_enter_as_0_a_half_and_1(trainer: MattingTrainer) -> None:
    trimap = np.array([[0, 128, 255]], np.uint8)
    image = np.zeros((1, 3, 3), np.uint8)
    views = [MatteView(image, trimap, np.zeros((1, 3), np.float32), np.zeros((1, 3), np.float32))]
    _, entered = trainer.inputs(torch.nn.Identity(), views)
    assert entered.flatten().tolist() == [0.0, 0.5, 1.0]


def test_the_truth_as_answer_costs_nothing(trainer: MattingTrainer) -> None:
    views = [trainer.view(np.random.default_rng(seed), SHAPE) for seed in range(3)]
    truth = torch.from_numpy(np.stack([view.alpha for view in views]))[:, None]
    loss, numbers = trainer.judge(truth, views)
    assert loss == 0
    assert numbers == {"MSE": 0.0}


def test_validation_is_the_same_every_time(
    trainer: MattingTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matting, "VALIDATED", 3)
    monkeypatch.setattr(matting, "VALIDATED_PX", 64)
    first, second = trainer.validation(0), trainer.validation(0)
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a.image, b.image)
        assert a.unknown.any()


def test_validation_uses_other_objects_and_photos(dense_data: Path, mattes: MattingRecipe) -> None:
    names = []
    for part in ("train", "validation"):
        composer = Composer(mattes, [], part=part)
        pools = (composer._objects, composer._backgrounds)
        names.append({t.photo.name for pool in pools for targets in pool.things for t in targets})
    assert all(names)
    assert not names[0] & names[1]


def test_a_row_shows_photo_trimap_answer_and_truth(trainer: MattingTrainer) -> None:
    view = trainer.view(np.random.default_rng(0), SHAPE)
    row = trainer.row(torch.from_numpy(view.alpha)[None], view)
    assert row.shape == (64, 256, 3)
    assert np.array_equal(row[:, 128:192], row[:, 192:])


def test_the_loss_of_a_matte_is_its_terms_written_out(rng: np.random.Generator) -> None:
    alpha, truth = rng.random((2, 1, 8, 8)), rng.random((2, 1, 8, 8))
    unknown, contrast = rng.integers(0, 2, (2, 1, 8, 8)), rng.random((2, 1, 8, 8))
    expected = 0.0
    for a, t, u, c in zip(alpha, truth, unknown, contrast, strict=True):
        d = (a - t) * u
        expected += np.abs(d).sum() / u.sum() + (np.abs(d) * c).sum() / u.sum()
        level = torch.from_numpy(d)[None]
        half = F.avg_pool2d(level, 2)
        back = F.interpolate(half, scale_factor=2, mode="bilinear", align_corners=False)
        expected += ((level - back).abs().sum() + 2 * half.abs().sum()).item() / u.sum()
        expected += 0.1 * np.abs((a - t) * (1 - u)).mean()
    tensors = (torch.from_numpy(x).float() for x in (alpha, truth, unknown, contrast))
    assert matte_loss(*tensors, levels=2).item() == pytest.approx(expected / 2, rel=1e-4)
