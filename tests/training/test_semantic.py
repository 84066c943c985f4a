"""Tests of the views of class maps."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from clickmend.training.losses import VOID
from clickmend.training.recipes import SemanticRecipe
from clickmend.training.semantic import LabelView, SemanticSubject


@pytest.fixture
def subject(dense_data: Path, semantic: SemanticRecipe) -> SemanticSubject:
    return SemanticSubject(semantic)


def test_classes_are_joined_by_name_and_others_do_not_count(
    dense_data: Path, semantic: SemanticRecipe
) -> None:
    plain = replace(semantic, rare_share=0.0, scales=(0.3, 0.301))
    # At this zoom a view holds the whole photo, surrounded by void.
    streets = SemanticSubject(replace(plain, sources={"camvid-train": 1.0}))
    view = streets.draw(np.random.default_rng(0), (32, 32))
    assert set(np.unique(view.classes)) == {0, 1, 2, 3, VOID}
    houses = SemanticSubject(replace(plain, sources={"facade": 1.0}))
    view = houses.draw(np.random.default_rng(0), (32, 32))
    assert set(np.unique(view.classes)) == {0, 1, VOID}


def test_classes_move_with_the_picture(subject: SemanticSubject) -> None:
    for seed in range(10):
        view = subject.draw(np.random.default_rng(seed), (32, 32))
        assert view.image.shape == (32, 32, 3)
        assert view.classes.shape == (32, 32)
        assert set(np.unique(view.classes)) <= {0, 1, 2, 3, VOID}


def test_a_rare_class_is_shown_more_often_when_asked(
    dense_data: Path, semantic: SemanticRecipe
) -> None:
    shares = []
    for rare in (0.0, 1.0):
        subject = SemanticSubject(replace(semantic, rare_share=rare, scales=(1.0, 1.8)))
        views = [subject.draw(np.random.default_rng(n), (32, 32)) for n in range(40)]
        shares.append(np.mean([(view.classes == 3).any() for view in views]))
    assert shares[1] > 1.2 * shares[0]


def test_a_rare_class_weighs_more_and_a_pixel_1_in_the_mean(subject: SemanticSubject) -> None:
    weights = subject._weights
    assert weights.argmax() == 3
    assert 1 < weights[3] < 10


def test_the_truth_as_answer_is_right_everywhere(subject: SemanticSubject) -> None:
    views = [subject.draw(np.random.default_rng(seed), (32, 32)) for seed in range(3)]
    classes = torch.from_numpy(np.stack([view.classes for view in views])).long()
    answer = 20 * torch.nn.functional.one_hot(classes.clamp(max=3), 4).permute(0, 3, 1, 2).float()
    loss, numbers = subject.judge(answer, views)
    assert loss < 1e-3
    assert numbers == {"pixel accuracy": 1.0}


def test_what_is_kept_back_are_photos_of_the_first_source(subject: SemanticSubject) -> None:
    samples = subject.kept_back(0)
    assert samples
    for sample in samples:
        assert sample.image.shape == (80, 96, 3)
        assert sample.ignore[:, -8:].all()
        assert set(np.unique(sample.labels[~sample.ignore])) == {0, 1, 2, 3}


def test_a_row_shows_photo_answer_and_truth(subject: SemanticSubject) -> None:
    classes = np.zeros((32, 32), np.uint8)
    classes[:8] = VOID
    row = subject.row(torch.zeros(4, 32, 32), LabelView(np.zeros((32, 32, 3), np.uint8), classes))
    assert row.shape == (32, 96, 3)
    assert (row[:8, 64:] == 128).all()
