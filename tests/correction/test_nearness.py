"""Tests of metres from inverse depth without a unit."""

from __future__ import annotations

import numpy as np
import pytest

import clickmend as cm
from clickmend.correction.nearness import settled


@pytest.fixture
def metres() -> np.ndarray:
    return np.linspace(1.5, 9, 48 * 64).reshape(48, 64).astype(np.float32)


PLACES = np.array([[5.5, 3.5], [60.5, 44.5]], np.float32)


def at(depth: np.ndarray) -> np.ndarray:
    pixels = PLACES.astype(int)
    return depth[pixels[:, 1], pixels[:, 0]]


def test_two_marks_settle_scale_and_shift(metres: np.ndarray) -> None:
    shown = 1 / (0.4 / metres + 0.05)
    found = settled(shown.astype(np.float32), PLACES, at(metres))
    np.testing.assert_allclose(found, metres, rtol=0.02)


def test_one_mark_settles_the_scale(metres: np.ndarray) -> None:
    found = settled(metres / 7, PLACES[:1], at(metres)[:1])
    np.testing.assert_allclose(found, metres, rtol=0.01)


def test_marks_that_no_scale_explains_leave_a_map_of_positive_metres(metres: np.ndarray) -> None:
    found = settled(metres, PLACES, at(metres)[::-1].copy())
    assert np.isfinite(found).all()
    assert found.min() > 0
    assert np.corrcoef(found.ravel(), metres.ravel())[0, 1] > 0.9


def test_two_clicks_on_a_relative_network_are_metres_everywhere(
    metres: np.ndarray, tmp_path
) -> None:
    import torch

    from clickmend.networks import Model

    class Relative(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.features = torch.nn.Conv2d(3, 8, 4, 4)
            self.head = torch.nn.Conv2d(8, 1, 1)

        def forward(self, x):
            near = 0.4 / torch.from_numpy(metres)[None, None] + 0.05
            near = torch.nn.functional.interpolate(near, size=x.shape[-2:], mode="bilinear")
            return 1 / near + 0 * self.head(self.features(x)).mean()

    model = cm.wrap(Relative().eval(), task="depth", at=["features"], view_px=64)
    model = Model(model.network, model.card.model_copy(update={"relative": True}))
    session = cm.Session(np.full((48, 64, 3), 99, np.uint8), model=model)
    for (x, y), value in zip(PLACES, at(metres), strict=True):
        session.click(float(x), float(y), value=float(value))
    assert np.median(np.abs(session.prediction.depth_m / metres - 1)) < 0.03
