"""Tests of the views of depth maps."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from clickmend.data import DepthSample
from clickmend.training import sources
from clickmend.training.depth.trainer import DepthRecipe, DepthTrainer, depth_loss


@pytest.fixture
def trainer(dense_data: Path, depths: DepthRecipe) -> DepthTrainer:
    return DepthTrainer(depths)


def test_a_nearer_view_has_smaller_depths(dense_data: Path, depths: DepthRecipe) -> None:
    # The made rooms are 1 m away at the top and 20 mm more in every row, so over the 72 rows of a
    # whole window depth grows by 1.44 m, and over a window of the share s by s · 1.44 m. Seen from
    # nearer it is s times that.
    for seed in range(5):
        trainer = DepthTrainer(replace(depths, least_window=0.6))
        view = trainer.view(np.random.default_rng(seed), (72, 96))
        rows = np.nanmean(view.depth_m, axis=1)
        share = np.sqrt((rows[-1] - rows[0]) / (71 * 0.02))
        assert 0.55 < share <= 1.02
        top = rows[0] / share
        assert top + 0.02 >= 1.0
        assert top + share * 1.44 < 2.7


def test_unknown_depth_stays_unknown(dense_data: Path, depths: DepthRecipe) -> None:
    trainer = DepthTrainer(replace(depths, least_window=0.95))
    for seed in range(10):
        view = trainer.view(np.random.default_rng(seed), (64, 96))
        known = view.depth_m[np.isfinite(view.depth_m)]
        assert np.isnan(view.depth_m).any()
        assert known.min() > 0.6
        assert known.max() < 2.7


def test_a_truth_beyond_the_range_does_not_count(dense_data: Path, depths: DepthRecipe) -> None:
    trainer = DepthTrainer(replace(depths, range_m=(1.3, 3.0), least_window=1.0))
    view = trainer.view(np.random.default_rng(0), (64, 96))
    assert np.nanmin(view.depth_m) >= 1.3
    assert np.isnan(view.depth_m[:5]).all()


def test_what_a_wider_photo_lacks_is_unknown(
    dense_data: Path, depths: DepthRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A window of 4 : 3 in a photo of 96 × 60 is 72 high.
    low = DepthSample("low", np.zeros((60, 96, 3), np.uint8), np.ones((60, 96), np.float32))
    monkeypatch.setattr(sources, "_read", lambda dataset, name: low)
    trainer = DepthTrainer(replace(depths, least_window=1.0))
    view = trainer.view(np.random.default_rng(0), (72, 96))
    assert np.isnan(view.depth_m[:5]).all()
    assert np.isnan(view.depth_m[-5:]).all()
    assert np.nanmean(view.depth_m[10:-10]) == pytest.approx(1)


def test_the_truth_as_answer_is_right_everywhere(trainer: DepthTrainer) -> None:
    views = [trainer.view(np.random.default_rng(seed), (32, 64)) for seed in range(3)]
    truth = torch.from_numpy(np.stack([view.depth_m for view in views]))[:, None]
    loss, numbers = trainer.judge(truth.nan_to_num(1.0), views)
    assert loss < 0.02
    assert numbers == {"delta1": 1.0, "AbsRel": 0.0}
    _, numbers = trainer.judge(1.5 * truth.nan_to_num(1.0), views)
    assert numbers == {"delta1": 0.0, "AbsRel": pytest.approx(0.5)}


def test_what_is_validation_are_whole_photos(trainer: DepthTrainer) -> None:
    assert {sample.depth_m.shape for sample in trainer.validation(0)} == {(80, 96)}


def test_a_row_shows_photo_answer_and_truth(trainer: DepthTrainer) -> None:
    depth_m = np.full((8, 8), 1.0, np.float32)
    depth_m[:4] = np.nan
    row = trainer.row(torch.ones(1, 8, 8), DepthSample("a", np.zeros((8, 8, 3), np.uint8), depth_m))
    assert row.shape == (8, 24, 3)
    assert (row[:4, 16:] == 128).all()
    assert np.array_equal(row[4:, 8:16], row[4:, 16:])


def test_the_loss_of_depth_is_its_terms_written_out(rng: np.random.Generator) -> None:
    depth, truth = rng.uniform(1, 5, (2, 1, 6, 7)), rng.uniform(1, 5, (2, 1, 6, 7))
    truth[0, 0, :2, :3] = np.nan
    g = np.log(depth / truth)
    roots = []
    for view in g:
        known = view[np.isfinite(view)]
        roots.append(np.sqrt((known**2).mean() - 0.5 * known.mean() ** 2 + 1e-4))
    expected = np.mean(roots)
    for stride in (1, 2):
        thin = g[..., ::stride, ::stride]
        for axis in (2, 3):
            expected += 0.5 / 2 * np.nanmean(np.abs(np.diff(thin, axis=axis)))
    tensors = (torch.from_numpy(x).float() for x in (depth, truth))
    assert depth_loss(*tensors, levels=2).item() == pytest.approx(expected, rel=1e-4)


def test_unknown_depth_has_no_gradient() -> None:
    depth = torch.full((1, 1, 8, 8), 2.0, requires_grad=True)
    truth = torch.ones(1, 1, 8, 8)
    truth[..., 4:] = torch.nan
    depth_loss(depth, truth).backward()
    assert depth.grad is not None
    assert depth.grad.isfinite().all()
    assert (depth.grad[..., 5:] == 0).all()
    assert (depth.grad[..., :4] != 0).any()


def test_a_relative_depth_is_learned_free_of_scale_and_counts_in_no_curve(
    trainer: DepthTrainer,
) -> None:
    view = trainer.view(np.random.default_rng(0), (32, 64))
    truth = torch.from_numpy(view.depth_m)[None, None].nan_to_num(1.0)
    apart = [trainer.judge(s * truth, [replace(view, relative=True)])[0] for s in (1.0, 3.0)]
    assert apart[0].item() == pytest.approx(apart[1].item(), abs=1e-3)
    assert trainer.judge(3.0 * truth, [view])[0] > 0.5
    numbers = trainer.judge(3.0 * truth, [view, replace(view, relative=True)][:1])[1]
    assert numbers["delta1"] == 0.0
