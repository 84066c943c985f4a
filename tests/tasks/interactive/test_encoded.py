"""Tests of views that a network with late fusion has encoded."""

from functools import partial

import numpy as np
import pytest
import torch

from clickmend.core.types import RGB
from clickmend.feedback import Click
from clickmend.feedback.crop import Crop
from clickmend.networks import Card, Model, load
from clickmend.networks.inputs import as_planes
from clickmend.networks.models.late_unet import LateUNet
from clickmend.tasks.interactive.encoded import MOST, EncodedViews
from clickmend.tasks.interactive.engine import InteractiveEngine
from clickmend.tasks.refine import Refine


@pytest.fixture
def photo(rng: np.random.Generator) -> RGB:
    return rng.integers(0, 255, (96, 128, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def model() -> Model:
    """A network with late fusion whose weights are random."""
    torch.manual_seed(0)
    network = LateUNet().eval().requires_grad_(False)
    network.head.bias.fill_(0.2)
    card: Card = load("interactive-s").card
    card = card.model_copy(
        update={"architecture": "interactive-late-lite0-unet", "overview_px": 64, "view_px": 96}
    )
    return Model(network, card)


class Counted(Model):
    """The same, which counts."""

    def __init__(self, model: Model) -> None:
        super().__init__(model.network, model.card)
        self.asked: list[str] = []

    def encode(self, image):
        self.asked.append("encode")
        return super().encode(image)

    def decode(self, marks, *encoded):
        self.asked.append("decode")
        return super().decode(marks, *encoded)


class Uncached(Model):
    """The same, asked as a whole, view by view as the other one is."""

    def encode(self, image):
        return (image,)

    def decode(self, marks, *encoded):
        return self.answer(*encoded, marks)


def marks(seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).random((1, 4, 64, 96)) > 0.95
    return drawn.astype(np.float32)


def test_a_view_is_encoded_once_and_answers_as_the_network_does(photo: RGB, model: Model) -> None:
    counted = Counted(model)
    views = partial(EncodedViews(counted).answer, planes=lambda crop: as_planes(crop.read(photo)))
    crop = Crop(0, 0, 128, 96, 96, 64)
    for seed in range(3):
        expected = model.answer(as_planes(crop.read(photo)), marks(seed))
        np.testing.assert_array_equal(views(crop, marks(seed)), expected)
    assert counted.asked == ["encode", "decode", "decode", "decode"]


def test_only_the_latest_views_are_kept(photo: RGB, model: Model) -> None:
    counted = Counted(model)
    views = partial(EncodedViews(counted).answer, planes=lambda crop: as_planes(crop.read(photo)))
    crops = [Crop(n, 0, 128, 96, 96, 64) for n in range(MOST + 1)]
    for crop in crops[:MOST]:
        views(crop, marks(0))
    views(crops[0], marks(1))  # now the latest
    views(crops[MOST], marks(0))
    assert counted.asked.count("encode") == MOST + 1
    views(crops[0], marks(2))
    assert counted.asked.count("encode") == MOST + 1
    views(crops[1], marks(0))
    assert counted.asked.count("encode") == MOST + 2


def test_a_network_that_does_not_encode_is_asked_as_it_is(photo: RGB) -> None:
    plain = load("interactive-s")
    crop = Crop(0, 0, 128, 96, 96, 64)
    planes = as_planes(crop.read(photo))
    answered = EncodedViews(plain).answer(crop, marks(0), planes=lambda _: planes)
    np.testing.assert_array_equal(answered, plain.answer(planes, marks(0)))


def test_clicks_of_a_session_answer_bit_for_bit_as_without_what_is_kept(
    photo: RGB, model: Model
) -> None:
    clicks = tuple(Click(20.0 + 15 * n, 40.0, "foreground") for n in range(4))
    counted = Counted(model)
    shown = []
    for each in (counted, Uncached(model.network, model.card)):
        engine, last = InteractiveEngine(photo, each, Refine("none")), None
        for n in range(1, len(clicks) + 1):
            last = engine.answer(clicks[:n], last)
        shown.append(engine.render(last))
    np.testing.assert_array_equal(*shown)
    assert counted.asked.count("encode") < counted.asked.count("decode")
