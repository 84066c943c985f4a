"""Tests of the views of class maps."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from clickmend.training.semantic.trainer import (
    VOID,
    LabelView,
    SemanticRecipe,
    SemanticTrainer,
    label_loss,
)


@pytest.fixture
def trainer(dense_data: Path, semantic: SemanticRecipe) -> SemanticTrainer:
    return SemanticTrainer(semantic)


def test_classes_are_joined_by_name_and_others_do_not_count(
    dense_data: Path, semantic: SemanticRecipe
) -> None:
    plain = replace(semantic, rare_share=0.0, scales=(0.3, 0.301))
    # At this zoom a view holds the whole photo, surrounded by void.
    streets = SemanticTrainer(replace(plain, sources={"camvid-train": 1.0}))
    view = streets.view(np.random.default_rng(0), (32, 32))
    assert set(np.unique(view.classes)) == {0, 1, 2, 3, VOID}
    houses = SemanticTrainer(replace(plain, sources={"facade": 1.0}))
    view = houses.view(np.random.default_rng(0), (32, 32))
    assert set(np.unique(view.classes)) == {0, 1, VOID}


def test_classes_move_with_the_picture(trainer: SemanticTrainer) -> None:
    for seed in range(10):
        view = trainer.view(np.random.default_rng(seed), (32, 32))
        assert view.image.shape == (32, 32, 3)
        assert view.classes.shape == (32, 32)
        assert set(np.unique(view.classes)) <= {0, 1, 2, 3, VOID}


def test_a_rare_class_is_shown_more_often_when_asked(
    dense_data: Path, semantic: SemanticRecipe
) -> None:
    shares = []
    for rare in (0.0, 1.0):
        trainer = SemanticTrainer(replace(semantic, rare_share=rare, scales=(1.0, 1.8)))
        views = [trainer.view(np.random.default_rng(n), (32, 32)) for n in range(40)]
        shares.append(np.mean([(view.classes == 3).any() for view in views]))
    assert shares[1] > 1.2 * shares[0]


def test_a_rare_class_weighs_more_and_a_pixel_1_in_the_mean(trainer: SemanticTrainer) -> None:
    weights = trainer._weights
    assert weights.argmax() == 3
    assert 1 < weights[3] < 10


def test_the_truth_as_answer_is_right_everywhere(trainer: SemanticTrainer) -> None:
    views = [trainer.view(np.random.default_rng(seed), (32, 32)) for seed in range(3)]
    classes = torch.from_numpy(np.stack([view.classes for view in views])).long()
    answer = 20 * torch.nn.functional.one_hot(classes.clamp(max=3), 4).permute(0, 3, 1, 2).float()
    loss, numbers = trainer.judge(answer, views)
    assert loss < 1e-3
    assert numbers == {"pixel accuracy": 1.0}


def test_what_is_validation_are_photos_of_the_first_source(trainer: SemanticTrainer) -> None:
    samples = trainer.validation(0)
    assert samples
    for sample in samples:
        assert sample.image.shape == (80, 96, 3)
        assert sample.ignore[:, -8:].all()
        assert set(np.unique(sample.labels[~sample.ignore])) == {0, 1, 2, 3}


def test_a_row_shows_photo_answer_and_truth(trainer: SemanticTrainer) -> None:
    classes = np.zeros((32, 32), np.uint8)
    classes[:8] = VOID
    row = trainer.row(torch.zeros(4, 32, 32), LabelView(np.zeros((32, 32, 3), np.uint8), classes))
    assert row.shape == (32, 96, 3)
    assert (row[:8, 64:] == 128).all()


def test_the_loss_of_classes_is_the_weighted_mean_of_minus_log_p(rng: np.random.Generator) -> None:
    logits, labels = rng.normal(size=(2, 3, 4, 5)), rng.integers(0, 3, (2, 4, 5))
    labels[0, :2] = VOID
    weights = np.array([0.5, 1.0, 2.0])
    total = weight = 0.0
    for b, y, x in np.argwhere(labels != VOID):
        f, label = logits[b, :, y, x], labels[b, y, x]
        total -= weights[label] * (f[label] - np.log(np.exp(f).sum()))
        weight += weights[label]
    loss = label_loss(
        torch.from_numpy(logits), torch.from_numpy(labels), torch.from_numpy(weights).float()
    )
    assert loss.item() == pytest.approx(total / weight, rel=1e-5)


def test_a_view_of_void_costs_nothing() -> None:
    labels = torch.full((1, 4, 4), VOID)
    assert label_loss(torch.randn(1, 3, 4, 4), labels, torch.ones(3)) == 0
