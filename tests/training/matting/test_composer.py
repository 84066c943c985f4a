"""Tests of the mattes that come from people and from objects."""

import sys

import numpy as np
import pytest

from clickmend.core.errors import NotAvailableError
from clickmend.data import MatteSample
from clickmend.training.matting.composer import soften, take_apart
from clickmend.training.objects import View


@pytest.fixture
def sample() -> MatteSample:
    """Red before blue, with a ramp between them."""
    alpha = np.tile(np.linspace(-0.3, 1.3, 60, dtype=np.float32).clip(0, 1), (40, 1))
    colours = alpha[..., None] * (200, 20, 20) + (1 - alpha[..., None]) * (20, 20, 200)
    trimap = np.select([alpha == 0, alpha == 1], [0, 255], 128).astype(np.uint8)
    return MatteSample("ramp", colours.astype(np.uint8), alpha, trimap)


@pytest.mark.slow
def test_the_layers_compose_to_the_photo_again(sample: MatteSample) -> None:
    layers = take_apart(sample)
    alpha = sample.alpha[..., None]
    again = alpha * layers.foreground + (1 - alpha) * layers.background
    assert np.abs(again - sample.image).mean() < 3
    half = np.abs(sample.alpha - 0.5) < 0.2
    assert layers.foreground[half][:, 0].mean() > 150
    assert layers.background[half][:, 2].mean() > 150


def test_without_pymatting_the_extra_is_named(
    sample: MatteSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymatting", None)
    with pytest.raises(NotAvailableError, match=r"clickmend\[train\]"):
        take_apart(sample)


def test_an_object_stays_in_its_place_and_its_border_gets_soft() -> None:
    ys, xs = np.mgrid[:64, :64]
    truth = (xs - 32) ** 2 + (ys - 32) ** 2 < 16**2
    image = np.where(truth[..., None], (200, 30, 30), (30, 30, 200)).astype(np.uint8)
    view = View(image, truth, np.ones_like(truth))
    soft = []
    for seed in range(20):
        matte = soften(view, np.random.default_rng(seed))
        assert matte.alpha[32, 32] > 0.95
        assert matte.alpha.dtype == np.float32
        assert ((matte.alpha > 0.5) & truth).sum() > 0.9 * truth.sum()
        soft.append(((matte.alpha > 0.05) & (matte.alpha < 0.95)).mean())
        # Its colours go on beyond its border, where hair may grow.
        assert (matte.foreground[32, 50:54, 0] > 120).all()
    assert min(soft) > 0
    assert max(soft) > 4 * min(soft)


def test_an_object_too_thin_to_have_an_inside_keeps_its_photo() -> None:
    truth = np.zeros((32, 32), bool)
    truth[16] = True
    image = np.full((32, 32, 3), 77, np.uint8)
    matte = soften(View(image, truth, np.ones_like(truth)), np.random.default_rng(0))
    assert np.array_equal(matte.foreground, image)
