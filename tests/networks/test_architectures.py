"""One contract over every registered architecture."""

import pytest
import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError
from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import Box, Click
from clickmend.networks import (
    ARCHITECTURES,
    DepthNetwork,
    InteractiveNetwork,
    MattingNetwork,
    SemanticNetwork,
    parameter_count,
)

OURS = [name for name in ARCHITECTURES if name.endswith("-unet")]
INTERACTIVE = [
    "interactive-unet",
    "interactive-lite0-unet",
    "interactive-late-lite0-unet",
    "deeplabv3plus-r34",
]
SMALL = [*OURS, "deeplabv3plus-r34"]
LARGE = ["deeplabv3plus-r50", "deeplabv3plus-r101"]

CHANNELS = {"semantic-unet": 11, "semantic-lite0-unet": 11}
SIZES = [(32, 32), (64, 96), (160, 128)]


def inputs(network: nn.Module, height: int, width: int, *, batch: int = 1) -> tuple[Tensor, ...]:
    """A photo, and what a network of its kind is given with it."""
    image = torch.rand(batch, 3, height, width)
    if isinstance(network, InteractiveNetwork):
        return image, (torch.rand(batch, 4, height, width) > 0.95).float()
    if isinstance(network, MattingNetwork):
        return image, torch.randint(0, 3, (batch, 1, height, width)) / 2
    assert isinstance(network, SemanticNetwork | DepthNetwork)
    return (image,)


def settled(name: str) -> nn.Module:
    """The network in eval mode, after it has seen something."""
    network = ARCHITECTURES[name]().train()
    with torch.no_grad():
        network(*inputs(network, 64, 64, batch=2))
    return network.eval()


@pytest.mark.parametrize(
    "name", [*INTERACTIVE, *(pytest.param(n, marks=pytest.mark.slow) for n in LARGE)]
)
def test_a_view_and_its_marks_give_one_logit_per_pixel(name: str) -> None:
    network = ARCHITECTURES[name]().eval()
    crop = whole_image(300, 200, long_side=96)
    drawn = network.encoding((Click(20, 30, "foreground"),), Box(5, 5, 90, 90), None, crop)
    marks = torch.from_numpy(drawn)
    with torch.no_grad():
        logits = network(torch.rand(1, 3, 64, 96), marks)
    assert logits.shape == (1, 1, 64, 96)
    assert logits.isfinite().all()


@pytest.mark.parametrize("name", SMALL)
def test_the_answer_has_the_size_and_the_range_of_its_kind(name: str) -> None:
    network = settled(name)
    for height, width in SIZES:
        with torch.no_grad():
            answer = network(*inputs(network, height, width))
        assert answer.shape == (1, CHANNELS.get(name, 1), height, width)
        assert answer.dtype == torch.float32
        assert answer.isfinite().all()
        if isinstance(network, MattingNetwork):
            assert answer.min() >= 0
            assert answer.max() <= 1
        if isinstance(network, DepthNetwork):
            assert answer.min() > 0


@pytest.mark.parametrize("name", SMALL)
def test_an_answer_depends_on_nothing_but_the_picture(name: str) -> None:
    network = settled(name)
    given = inputs(network, 64, 64, batch=2)
    with torch.no_grad():
        both = network(*given)
        assert torch.equal(network(*given), both)
        second = network(*(x[1:] for x in given))
    torch.testing.assert_close(second, both[1:], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", SMALL)
def test_gradients_reach_every_parameter(name: str) -> None:
    network = ARCHITECTURES[name]().train()
    network(*inputs(network, 64, 64, batch=2)).square().mean().backward()
    still = [key for key, p in network.named_parameters() if p.grad is None]
    assert still == []


@pytest.mark.parametrize("name", SMALL)
def test_every_channel_that_is_given_changes_the_answer(name: str) -> None:
    network = settled(name)
    given = inputs(network, 64, 64)
    with torch.no_grad():
        before = network(*given)
        for number, x in enumerate(given):
            for channel in range(x.shape[1]):
                other = x.clone()
                other[:, channel, 20:30, 20:30] = 1 - other[:, channel, 20:30, 20:30].round()
                changed = [*given[:number], other, *given[number + 1 :]]
                assert not torch.equal(network(*changed), before)


@pytest.mark.parametrize("name", SMALL)
def test_the_state_of_a_network_is_all_there_is_to_it(name: str) -> None:
    network, twin = settled(name), ARCHITECTURES[name]().eval()
    twin.load_state_dict(network.state_dict())
    given = inputs(network, 64, 64)
    with torch.no_grad():
        assert torch.equal(twin(*given), network(*given))


@pytest.mark.parametrize("name", OURS)
def test_our_networks_have_places_for_refinement_at_each_resolution(name: str) -> None:
    network = settled(name)
    shapes: dict[str, torch.Size] = {}
    for place in ("context", *(f"decoder.{i}" for i in range(3))):
        network.get_submodule(place).register_forward_hook(
            lambda _part, _given, answer, place=place: shapes.update({place: answer.shape[-2:]})
        )
    with torch.no_grad():
        network(*inputs(network, 128, 96))
    assert [shapes[f"decoder.{i}"] for i in range(3)] == [(64, 48), (32, 24), (16, 12)]
    assert shapes["context"] in [(8, 6), (4, 3)]


@pytest.mark.parametrize("name", OURS)
def test_our_networks_train_in_bfloat16(name: str) -> None:
    network = ARCHITECTURES[name]().train().to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        answer = network(*inputs(network, 64, 64, batch=2))
    answer.float().square().mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


@pytest.mark.parametrize("name", OURS)
def test_our_networks_keep_to_their_millions_of_parameters(name: str) -> None:
    most = 4_700_000 if "lite0" in name else 4_000_000
    if "late" in name:  # and a light decoder for the marks
        most += 1_200_000
    assert parameter_count(ARCHITECTURES[name]()) <= most


def test_an_unknown_architecture_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"no architecture 'unet'.*interactive-unet"):
        ARCHITECTURES["unet"]
