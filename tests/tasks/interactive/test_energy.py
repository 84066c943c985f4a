"""Tests of the energies against Eq. 8 written out."""

import numpy as np
import torch

from clickmend.tasks.areas import Areas, areas
from clickmend.tasks.interactive.energy import (
    InteractiveEnergy,
    click_energy,
    consistency_energy,
)
from clickmend.tasks.outside import outside_disk

POINTS = [(2.5, 1.5), (6.5, 4.5)]
SIGNS = torch.tensor([1.0, -1.0])


def single_pixels() -> Areas:
    return areas(POINTS, [0, 0], [1, 0], shown=np.zeros((6, 9), bool))


def test_with_single_pixels_the_click_energy_is_the_printed_one() -> None:
    f = torch.randn(6, 9, generator=torch.Generator().manual_seed(0))
    printed = max(1 - f[1, 2].item(), 0) ** 2 + max(1 + f[4, 6].item(), 0) ** 2
    assert abs(click_energy(f, single_pixels(), SIGNS).item() - printed) < 1e-5


def test_over_an_area_it_is_the_mean_of_the_squared_hinge() -> None:
    f = torch.randn(6, 9, generator=torch.Generator().manual_seed(1))
    spoken = areas(POINTS, [1.2, 2.2], [1, 0], shown=np.ones((6, 9), bool))
    expected = 0.0
    for (x, y), radius, sign in zip(POINTS, [1.2, 2.2], [1, -1], strict=True):
        terms = [
            max(1 - sign * f[r, c].item(), 0) ** 2
            for r in range(6)
            for c in range(9)
            if np.hypot(c + 0.5 - x, r + 0.5 - y) <= radius
        ]
        expected += sum(terms) / len(terms)
    assert abs(click_energy(f, spoken, SIGNS).item() - expected) < 1e-4


def test_the_consistency_energy_is_the_mean_squared_change_outside_the_disk() -> None:
    f, before = torch.randn(2, 6, 9, generator=torch.Generator().manual_seed(2))
    outside = outside_disk((2.5, 1.5), 2.0, height=6, width=9)
    expected = sum(
        (f[r, c].item() - before[r, c].item()) ** 2
        for r in range(6)
        for c in range(9)
        if np.hypot(c - 2, r - 1) > 2
    )
    assert abs(consistency_energy(f, before, outside).item() - expected / 54) < 1e-5


def test_a_right_and_confident_answer_needs_no_refinement() -> None:
    outside = torch.ones(6, 9)
    f = torch.full((6, 9), 5.0)
    f[3:] = -5
    energy = InteractiveEnergy(single_pixels(), SIGNS, f, outside)
    assert energy.satisfied(f)
    assert not energy.satisfied(-f)
    assert energy.clicks(f) == energy.consistency(f) == 0


def test_the_corrective_energy_is_the_printed_one() -> None:
    f = torch.randn(6, 9, generator=torch.Generator().manual_seed(3))
    energy = InteractiveEnergy(single_pixels(), SIGNS, f, torch.ones(6, 9))
    p = torch.sigmoid(f)
    printed = (p[1, 2].item() - 1) ** 2 + p[4, 6].item() ** 2
    assert abs(energy.corrective(f).item() - printed) < 1e-6
