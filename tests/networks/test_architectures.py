"""One contract over every registered architecture."""

import pytest
import torch

from clickmend.core.errors import ModelError
from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import Box, Click
from clickmend.networks import ARCHITECTURES, parameter_count

SMALL = ["interactive-unet", "deeplabv3plus-r34"]
LARGE = ["deeplabv3plus-r50", "deeplabv3plus-r101"]


@pytest.mark.parametrize(
    "name", [*SMALL, *(pytest.param(n, marks=pytest.mark.slow) for n in LARGE)]
)
def test_a_view_and_its_marks_give_one_logit_per_pixel(name: str) -> None:
    network = ARCHITECTURES[name]().eval()
    crop = whole_image(300, 200, long_side=96)
    marks = network.encoding((Click(20, 30, "foreground"),), Box(5, 5, 90, 90), None, crop)
    with torch.no_grad():
        logits = network(torch.rand(1, 3, 64, 96), marks)
    assert logits.shape == (1, 1, 64, 96)
    assert logits.isfinite().all()


@pytest.mark.parametrize("name", SMALL)
def test_gradients_reach_every_parameter(name: str) -> None:
    network = ARCHITECTURES[name]().train()
    network(torch.rand(2, 3, 64, 64), torch.rand(2, 4, 64, 64)).square().mean().backward()
    still = [key for key, p in network.named_parameters() if p.grad is None]
    assert still == []


@pytest.mark.parametrize("name", SMALL)
def test_marks_change_the_answer(name: str) -> None:
    network = ARCHITECTURES[name]().eval()
    image = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        without = network(image, torch.zeros(1, 4, 64, 64))
        for channel in range(4):
            marks = torch.zeros(1, 4, 64, 64)
            marks[:, channel, 20:30, 20:30] = 1
            assert not torch.equal(network(image, marks), without)


def test_the_small_network_keeps_to_its_four_million_parameters() -> None:
    assert parameter_count(ARCHITECTURES["interactive-unet"]()) <= 4_000_000


def test_an_unknown_architecture_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"no architecture 'unet'.*interactive-unet"):
        ARCHITECTURES["unet"]
