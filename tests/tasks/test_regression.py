"""Tests of the energies of alpha and depth against Eq. 11 and 13 written out."""

import numpy as np
import pytest
import torch

from clickmend.feedback import Click
from clickmend.tasks.depth.rules import DepthRules
from clickmend.tasks.engine import Placed
from clickmend.tasks.matting.rules import MattingRules
from clickmend.tasks.outside import outside_gaussian

CLICKS = [Placed(Click(2.5, 1.5, value=0.9), 2.0), Placed(Click(6.5, 4.5, value=0.2), 3.0)]


def test_the_mask_of_the_consistency_energy_is_an_inverse_gaussian() -> None:
    outside = outside_gaussian((2.5, 1.5), 2.0, height=6, width=9)
    for row in range(6):
        for column in range(9):
            squared = (column - 2) ** 2 + (row - 1) ** 2
            assert outside[row, column] == pytest.approx(1 - np.exp(-squared / 8), abs=1e-6)


def test_matting_is_the_printed_mean_and_weighs_consistency_by_a_thousand() -> None:
    before, alpha = torch.rand(2, 1, 6, 9, generator=torch.Generator().manual_seed(0))
    energy = MattingRules(area_share=0).energy(before, CLICKS)
    errors = [alpha[0, 1, 2].item() - 0.9, alpha[0, 4, 6].item() - 0.2]
    printed = sum(e * e for e in errors) / 2
    assert energy.clicks(alpha).item() == pytest.approx(printed, abs=1e-6)
    outside = outside_gaussian((6.5, 4.5), 3.0, height=6, width=9)
    changed = ((alpha - before)[0] * outside).square().sum().item() / 54
    assert energy.consistency(alpha).item() == pytest.approx(1e3 * changed, rel=1e-4)
    assert energy.corrective(alpha).item() == pytest.approx(2 * printed, abs=1e-6)


def test_depth_is_the_printed_sum_in_metres() -> None:
    before, y = torch.rand(2, 1, 6, 9, generator=torch.Generator().manual_seed(1))
    energy = DepthRules(area_share=0).energy(before, CLICKS)
    metres = torch.exp(y)[0]
    printed = (metres[1, 2].item() - 0.9) ** 2 + (metres[4, 6].item() - 0.2) ** 2
    assert energy.clicks(y).item() == pytest.approx(printed, rel=1e-5)
    outside = outside_gaussian((6.5, 4.5), 3.0, height=6, width=9)
    changed = ((metres - torch.exp(before)[0]) * outside).square().sum().item() / 54
    assert energy.consistency(y).item() == pytest.approx(0.1 * changed, rel=1e-4)


def test_a_click_asks_for_the_same_correction_around_it_and_an_older_one_at_its_pixel() -> None:
    before = torch.full((1, 20, 30), float(np.log(2.0)))
    seen = [Placed(Click(4.5, 4.5, value=3.0), 6.0), Placed(Click(20.5, 10.5, value=1.0), 6.0)]
    energy = DepthRules(area_share=0.5).energy(before, seen)
    first, second = energy.areas.click.bincount().tolist()
    assert first == 1
    assert second > 60
    ones = torch.ones_like(energy.areas.weight)
    assert energy.areas.means(ones).tolist() == pytest.approx([1, 1])
    np.testing.assert_allclose(energy.targets[1:].numpy(), 1.0, rtol=1e-5)


def test_a_click_is_granted_within_the_tolerance() -> None:
    y = torch.full((1, 6, 9), float(np.log(2.0)))
    exact = DepthRules(area_share=0).energy(y, [Placed(Click(2.5, 1.5, value=2.0), 2.0)])
    wrong = DepthRules(area_share=0).energy(y, [Placed(Click(2.5, 1.5, value=2.1), 2.0)])
    assert exact.satisfied(y)
    assert not wrong.satisfied(y)
