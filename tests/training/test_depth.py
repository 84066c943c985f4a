"""Tests of the views of depth maps."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from clickmend.data import DepthSample
from clickmend.training import depth
from clickmend.training.depth import DepthSubject, DepthView
from clickmend.training.recipes import DepthRecipe


@pytest.fixture
def subject(dense_data: Path, depths: DepthRecipe) -> DepthSubject:
    return DepthSubject(depths)


def test_a_nearer_view_has_smaller_depths(dense_data: Path, depths: DepthRecipe) -> None:
    # The made rooms are 1 m away at the top and 20 mm more in every row, so over the 72 rows of a
    # whole window depth grows by 1.44 m, and over a window of the share s by s · 1.44 m. Seen from
    # nearer it is s times that.
    for seed in range(5):
        subject = DepthSubject(replace(depths, least_window=0.6))
        view = subject.draw(np.random.default_rng(seed), (72, 96))
        rows = np.nanmean(view.depth_m, axis=1)
        share = np.sqrt((rows[-1] - rows[0]) / (71 * 0.02))
        assert 0.55 < share <= 1.02
        top = rows[0] / share
        assert top + 0.02 >= 1.0
        assert top + share * 1.44 < 2.7


def test_unknown_depth_stays_unknown(dense_data: Path, depths: DepthRecipe) -> None:
    subject = DepthSubject(replace(depths, least_window=0.95))
    for seed in range(10):
        view = subject.draw(np.random.default_rng(seed), (64, 96))
        known = view.depth_m[np.isfinite(view.depth_m)]
        assert np.isnan(view.depth_m).any()
        assert known.min() > 0.6
        assert known.max() < 2.7


def test_a_truth_beyond_the_range_does_not_count(dense_data: Path, depths: DepthRecipe) -> None:
    subject = DepthSubject(replace(depths, range_m=(1.3, 3.0), least_window=1.0))
    view = subject.draw(np.random.default_rng(0), (64, 96))
    assert np.nanmin(view.depth_m) >= 1.3
    assert np.isnan(view.depth_m[:5]).all()


def test_what_a_wider_photo_lacks_is_unknown(
    dense_data: Path, depths: DepthRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A window of 4 : 3 in a photo of 96 × 60 is 72 high.
    low = DepthSample("low", np.zeros((60, 96, 3), np.uint8), np.ones((60, 96), np.float32))
    monkeypatch.setattr(depth, "_read", lambda dataset, name: low)
    subject = DepthSubject(replace(depths, least_window=1.0))
    view = subject.draw(np.random.default_rng(0), (72, 96))
    assert np.isnan(view.depth_m[:5]).all()
    assert np.isnan(view.depth_m[-5:]).all()
    assert np.nanmean(view.depth_m[10:-10]) == pytest.approx(1)


def test_the_truth_as_answer_is_right_everywhere(subject: DepthSubject) -> None:
    views = [subject.draw(np.random.default_rng(seed), (32, 64)) for seed in range(3)]
    truth = torch.from_numpy(np.stack([view.depth_m for view in views]))[:, None]
    loss, numbers = subject.judge(truth.nan_to_num(1.0), views)
    assert loss < 0.02
    assert numbers == {"delta1": 1.0, "AbsRel": 0.0}
    _, numbers = subject.judge(1.5 * truth.nan_to_num(1.0), views)
    assert numbers == {"delta1": 0.0, "AbsRel": pytest.approx(0.5)}


def test_what_is_kept_back_are_whole_photos(subject: DepthSubject) -> None:
    assert {sample.depth_m.shape for sample in subject.kept_back(0)} == {(80, 96)}


def test_a_row_shows_photo_answer_and_truth(subject: DepthSubject) -> None:
    depth_m = np.full((8, 8), 1.0, np.float32)
    depth_m[:4] = np.nan
    row = subject.row(torch.ones(1, 8, 8), DepthView(np.zeros((8, 8, 3), np.uint8), depth_m))
    assert row.shape == (8, 24, 3)
    assert (row[:4, 16:] == 128).all()
    assert np.array_equal(row[4:, 8:16], row[4:, 16:])
