"""Tests of the shortcut: a click that the answer grants as it is moves nothing."""

import numpy as np
import pytest
import torch

from clickmend.tasks.interactive.energy import InteractiveEnergy
from clickmend.tasks.interactive.granted import Request


def a_request(seed: int) -> tuple[Request, np.ndarray]:
    rng = np.random.default_rng(seed)
    height, width, count = 20, 26, int(rng.integers(1, 5))
    points = [(float(x), float(y)) for x, y in rng.uniform(0, (width, height), (count, 2))]
    says = [int(s) for s in rng.integers(0, 2, count)]
    shown = rng.random((height, width)) > 0.5
    request = Request(points, [float(r) for r in rng.uniform(0, 6, count)], says, 8.0, shown)
    sides = np.zeros((height, width), np.float32)
    for area, one in zip(request.areas, says, strict=True):
        sides[area] = 2 * one - 1
    logits = sides * rng.uniform(-0.5, 3) + rng.normal(0, 0.4, sides.shape)
    return request, logits.astype(np.float32)


@pytest.mark.parametrize("seed", range(40))
def test_it_says_what_the_energy_of_the_refinement_says(seed: int) -> None:
    request, logits = a_request(seed)
    energy = InteractiveEnergy.of(request, torch.from_numpy(logits))
    granted = request.granted(logits)
    assert (granted is not None) == energy.satisfied(torch.from_numpy(logits))
    if granted is not None:
        assert granted == pytest.approx(float(energy.clicks(torch.from_numpy(logits))), rel=1e-4)


def test_both_happen() -> None:
    found = [request.granted(logits) for request, logits in map(a_request, range(40))]
    assert 5 < sum(one is None for one in found) < 35
