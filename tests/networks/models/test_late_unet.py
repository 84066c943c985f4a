"""Tests of the interactive network with late fusion."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from clickmend.networks import ARCHITECTURES
from clickmend.networks.models.late_unet import LateUNet


@pytest.fixture(scope="module")
def network() -> LateUNet:
    torch.manual_seed(0)
    return LateUNet().eval().requires_grad_(False)


def test_the_answer_is_the_decoding_of_what_the_photo_was_encoded_to(network: LateUNet) -> None:
    image, marks = torch.rand(1, 3, 64, 96), (torch.rand(1, 4, 64, 96) > 0.9).float()
    maps = network.encode(image)
    assert torch.equal(network.decode(marks, *maps), network(image, marks))
    assert torch.equal(network.decode(marks, *maps), network(image, marks))


def test_the_photo_is_not_asked_for_again_by_further_marks(network: LateUNet) -> None:
    maps = network.encode(torch.rand(1, 3, 64, 64))
    asked: list[str] = []
    for name, part in network.named_children():
        part.register_forward_hook(lambda *_, name=name: asked.append(name))
    network.decode(torch.zeros(1, 4, 64, 64), *maps)
    assert set(asked) == {"marked", "head"}


def operations(module: nn.Module, *given: torch.Tensor) -> int:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(*given)
    return counter.get_total_flops()


def test_further_marks_take_less_than_a_third_of_the_operations_of_interactive_l0(
    network: LateUNet,
) -> None:
    image, marks = torch.rand(1, 3, 224, 288), torch.rand(1, 4, 224, 288)
    whole = ARCHITECTURES["interactive-lite0-unet"]().eval()
    assert 3 * operations(network.marked, marks, *network.encode(image)) < operations(
        whole, image, marks
    )


def test_it_can_start_from_the_trunk_of_interactive_l0(network: LateUNet) -> None:
    trunk = ARCHITECTURES["interactive-lite0-unet"]().state_dict()
    for name, value in network.state_dict().items():
        if not name.startswith(("marked.", "head.")):
            assert trunk[name].shape == value.shape
