"""Tests of the semantic energies against Eq. 9 and 10 written out."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from clickmend.tasks.areas import Areas
from clickmend.tasks.semantic.energy import (
    IGNORED,
    SemanticEnergy,
    click_energies,
    map_energy,
)


@pytest.fixture
def logits() -> Tensor:
    return torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(0))


def surprise(logits: Tensor, label: int, row: int, column: int) -> float:
    """−log softmax, written out."""
    here = [logits[c, row, column].item() for c in range(logits.shape[0])]
    return math.log(sum(math.exp(v) for v in here)) - here[label]


def pixels(*places: tuple[int, int]) -> Areas:
    areas = torch.zeros(len(places), 5, 6)
    for k, place in enumerate(places):
        areas[k][place] = 1
    return Areas.of(areas)


def test_with_single_pixels_it_is_the_mean_cross_entropy_at_the_clicks(logits: Tensor) -> None:
    energy = SemanticEnergy(
        pixels((1, 2), (4, 0)),
        torch.tensor([3, 0]),
        None,
        torch.full((5, 6), IGNORED),
        weight=10,
    )
    printed = (surprise(logits, 3, 1, 2) + surprise(logits, 0, 4, 0)) / 2
    assert energy.clicks(logits).item() == pytest.approx(printed, abs=1e-5)
    assert energy.consistency(logits) == 0


def test_over_an_area_it_is_the_weighted_mean(logits: Tensor) -> None:
    weights = torch.zeros(1, 5, 6)
    weights[0, 2, 1:3] = 0.5
    found = click_energies(logits, Areas.of(weights), torch.tensor([1]))[0].item()
    assert found == pytest.approx((surprise(logits, 1, 2, 1) + surprise(logits, 1, 2, 2)) / 2)


def test_a_map_counts_all_pixels_but_adds_only_those_with_a_class(
    logits: Tensor, rng: np.random.Generator
) -> None:
    labels = torch.from_numpy(rng.integers(-1, 4, (5, 6)))
    expected = sum(
        surprise(logits, int(labels[r, c]), r, c)
        for r in range(5)
        for c in range(6)
        if labels[r, c] != IGNORED
    )
    assert map_energy(logits, labels).item() == pytest.approx(expected / 30, abs=1e-5)


def test_a_click_is_granted_when_its_class_is_shown_with_confidence(logits: Tensor) -> None:
    energy = SemanticEnergy(
        pixels((1, 2)),
        torch.tensor([3]),
        None,
        torch.full((5, 6), IGNORED),
        weight=10,
    )
    sure = logits.clone()
    sure[3, 1, 2] = 20
    assert energy.satisfied(sure)
    assert not energy.satisfied(-sure)


def test_a_stroke_is_granted_when_all_that_is_painted_has_its_class(logits: Tensor) -> None:
    painted = torch.full((5, 6), IGNORED)
    painted[2, :3] = 1
    none = (None, torch.zeros(0, dtype=torch.long))
    energy = SemanticEnergy(*none, painted, torch.full((5, 6), IGNORED), weight=1)
    sure = logits.clone()
    sure[1, 2, :2] = 20
    assert not energy.satisfied(sure)
    sure[1, 2, 2] = 20
    assert energy.satisfied(sure)
