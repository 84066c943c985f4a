"""Proposed places: what a person who knows the network would name."""

import copy

import pytest
import segmentation_models_pytorch as smp
import torch
from branching import Skips
from torch import Tensor, nn
from torchvision.models.segmentation import deeplabv3_resnet50, fcn_resnet50

from clickmend.core.errors import ModelError
from clickmend.networks import ARCHITECTURES
from clickmend.refinement import InsertionPlace, insert, propose


def names(places: list[InsertionPlace]) -> list[str]:
    return [place.name for place in places]


@pytest.fixture
def image() -> Tensor:
    return torch.randn(1, 3, 64, 96)


class UNet(nn.Module):
    """Two strides down and up again; an unused part, and a constant that needs no image."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = block(3, 8, stride=4)
        self.down = block(8, 16, stride=2)
        self.up = block(16, 8)
        self.head = nn.Conv2d(8, 2, 1)
        self.unused = block(16, 8)
        self.constant = block(3, 8, stride=4)

    def forward(self, image: Tensor) -> Tensor:
        skip = self.stem(image)
        deep = self.down(skip)
        self.unused(deep)
        up = self.up(nn.functional.interpolate(deep, size=skip.shape[2:])) + skip
        with torch.no_grad():
            constant = self.constant(torch.ones_like(image))
        return self.head(up + constant).softmax(1)


def block(inputs: int, outputs: int, *, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1), nn.BatchNorm2d(outputs), nn.Tanh()
    )


def test_places_are_blocks_from_the_deepest_point_on_that_the_answer_depends_on(
    image: Tensor,
) -> None:
    places = propose(UNet().eval(), image)

    assert [(p.name, p.channels, p.stride) for p in places] == [("up", 8, 4), ("down", 16, 8)]
    assert places[0].share_behind < 0.5 < places[1].share_behind


def test_the_share_behind_is_that_of_the_multiply_adds_that_depend_on_the_place() -> None:
    net = UNet().eval()
    places = {place.name: place for place in propose(net, torch.randn(1, 3, 64, 64))}

    stem, down = 9 * 3 * 8 * 16**2, 9 * 8 * 16 * 8**2
    up, head, unused = 9 * 16 * 8 * 16**2, 8 * 2 * 16**2, 9 * 16 * 8 * 8**2
    whole = 2 * stem + down + up + head + unused
    assert places["down"].share_behind == pytest.approx((up + head + unused) / whole)
    assert places["up"].share_behind == pytest.approx(head / whole)


def test_behind_an_atrous_pyramid_comes_first_where_f_brs_inserts(image: Tensor) -> None:
    net = deeplabv3_resnet50(weights=None, weights_backbone=None).eval()

    places = propose(net, image)

    assert names(places)[:2] == ["classifier.0", "backbone.layer4"]
    assert (places[0].channels, places[0].stride) == (256, 8)
    assert 0 < places[0].share_behind < 0.05 < places[1].share_behind < 0.5
    assert not any(name.startswith("classifier.0.") for name in names(places))


def test_single_operations_come_after_blocks(image: Tensor) -> None:
    net = fcn_resnet50(weights=None, weights_backbone=None).eval()

    assert names(propose(net, image)) == [
        "backbone.layer4",
        "classifier.2",
        "classifier.1",
        "classifier.0",
    ]


def test_of_our_own_deeplab_the_pyramid_comes_first(image: Tensor) -> None:
    net = ARCHITECTURES["deeplabv3plus-r34"](width=32).eval()

    places = propose(net, image, torch.rand(1, 4, 64, 96))

    assert names(places)[:2] == ["aspp", "decoder"]
    assert places[0].stride == 16


def test_of_a_unet_the_decoder_comes_first_from_the_coarsest_block_on(image: Tensor) -> None:
    net = smp.Unet("resnet18", encoder_weights=None).eval()

    assert names(propose(net, image)) == [
        "decoder.blocks.0",
        "decoder.blocks.1",
        "decoder.blocks.2",
        "encoder.layer4",
    ]


def test_a_pyramid_network_offers_its_deepest_map_and_each_branch(image: Tensor) -> None:
    net = smp.FPN("resnet18", encoder_weights=None).eval()

    places = propose(net, image)

    assert places[0].name == "encoder.layer4"
    assert {"decoder.p4", "decoder.p3"} <= set(names(places))


def test_layers_can_be_inserted_at_every_place_and_change_the_answer(image: Tensor) -> None:
    net = UNet().eval()
    plain = net(image).detach()
    for place in propose(net, image):
        with insert(net, {place.name: "bmsb"}) as insertion:
            assert torch.equal(net(image), plain)
            assert insertion.layers[place.name].b.shape == (place.channels,)
            with torch.no_grad():
                insertion.layers[place.name].b_m.add_(1)
            assert not torch.equal(net(image), plain)


def test_the_same_network_gets_the_same_proposals_and_is_left_as_it_was(image: Tensor) -> None:
    net = UNet().eval()
    net.stem.requires_grad_(False)
    weights = copy.deepcopy(net.state_dict())
    random = torch.get_rng_state()

    assert propose(net, image) == propose(net, image)

    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(value, weights[name]) for name, value in net.state_dict().items())
    assert [p.requires_grad for p in net.stem.parameters()] == [False] * 4
    assert all(p.grad is None for p in net.parameters())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in net.modules())
    assert not image.requires_grad


def test_it_works_where_the_caller_switched_gradients_off(image: Tensor) -> None:
    net = UNet().eval().requires_grad_(False)

    with torch.inference_mode():
        places = propose(net, image.clone())

    assert names(places) == ["up", "down"]


@pytest.mark.parametrize("net", [Skips(), nn.Conv2d(3, 64, 3, 4, 1)])
def test_a_network_without_a_sensible_place_is_told_what_was_looked_for(net: nn.Module) -> None:
    small = torch.randn(1, 3, 8, 8)

    with pytest.raises(
        ModelError,
        match=r"no sensible place to refine at in \d+ calls .* C at least 8, 4 to 32 times smaller "
        r"than the 8×8 image, at or behind the deepest map, .* Name a place yourself",
    ):
        propose(net.eval(), small)


def test_an_answer_without_a_gradient_has_no_place(image: Tensor) -> None:
    class Labels(UNet):
        def forward(self, image: Tensor) -> Tensor:
            return super().forward(image).argmax(1)

    with pytest.raises(
        ModelError, match=r"No gradient comes from the network's answer.*without.*argmax"
    ):
        propose(Labels().eval(), image)


@pytest.mark.parametrize("given", [(), (3,), (torch.zeros(3, 8, 8),), (torch.zeros(2, 3, 8, 8),)])
def test_no_single_image_is_refused(given: tuple[object, ...]) -> None:
    with pytest.raises(ModelError, match=r"None of the inputs is an image \(1, C, H, W\)"):
        propose(UNet().eval(), *given)


def test_training_mode_is_refused(image: Tensor) -> None:
    with pytest.raises(ModelError, match="training mode"):
        propose(UNet(), image)
