"""Replay on networks of timm, segmentation_models.pytorch, torchvision and ourselves."""

import pytest
import segmentation_models_pytorch as smp
import timm
import torch
import torch.nn.functional as F
from branching import click
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import resnet18
from torchvision.models.segmentation import deeplabv3_mobilenet_v3_large

from clickmend.networks import ARCHITECTURES
from clickmend.refinement import Replay, insert

pytestmark = pytest.mark.slow


class FusedHRNet(nn.Module):
    """timm's HRNet: four resolutions side by side that exchange maps, then one head over all."""

    def __init__(self) -> None:
        super().__init__()
        self.net = timm.create_model("hrnet_w18_small", pretrained=False, features_only=True)
        channels = sum(self.net.feature_info.channels())
        self.head = nn.Sequential(
            nn.Conv2d(channels, 16, 1), nn.ReLU(inplace=True), nn.Conv2d(16, 2, 1)
        )

    def forward(self, image: Tensor) -> Tensor:
        maps = self.net(image)
        size = maps[1].shape[2:]
        return self.head(torch.cat([F.interpolate(m, size=size) for m in maps], dim=1))


class TorchvisionDeepLab(nn.Module):
    """torchvision's DeepLabV3: an atrous pyramid of parallel branches."""

    def __init__(self) -> None:
        super().__init__()
        self.net = deeplabv3_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=2)

    def forward(self, image: Tensor) -> Tensor:
        return self.net(image)["out"]


class Classifier(nn.Module):
    """A classification network read as a dense one."""

    def __init__(self) -> None:
        super().__init__()
        self.net = resnet18(weights=None)

    def forward(self, image: Tensor) -> Tensor:
        return self.net(image).softmax(1)


def unet() -> nn.Module:
    return smp.Unet("resnet18", encoder_weights=None, decoder_attention_type="scse")


def ours() -> nn.Module:
    return ARCHITECTURES["deeplabv3plus-r34"](width=32)


PLACES = {
    # From the deepest insertion to the last.
    "timm": (FusedHRNet, ("net.layer1", "net.stage4.0.branches.3", "head.0")),
    "segmentation_models_pytorch": (
        unet,
        ("encoder.layer3", "decoder.blocks.0", "decoder.blocks.3"),
    ),
    "torchvision": (TorchvisionDeepLab, ("net.backbone.8", "net.backbone.16", "net.classifier.0")),
    "ours": (ours, ("backbone.layer3", "aspp", "decoder.0")),
    "a classifier": (Classifier, ("net.layer1.0.conv1", "net.layer3.0.conv1", "net.layer4.1")),
}


@pytest.fixture(scope="module", params=PLACES)
def case(request: pytest.FixtureRequest) -> tuple[nn.Module, tuple[str, ...]]:
    torch.manual_seed(0)
    make, places = PLACES[request.param]
    return make().eval(), places


def inputs(net: nn.Module, seed: int) -> list[Tensor]:
    """An image of 64 × 64 pixels, for our network also marks."""
    generator = torch.Generator().manual_seed(seed)
    channels = (3, 4) if hasattr(net, "encoding") else (3,)
    return [torch.rand(1, c, 64, 64, generator=generator) for c in channels]


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_clicks_with_replay_equal_clicks_without_bit_for_bit(
    case: tuple[nn.Module, tuple[str, ...]], depth: int
) -> None:
    net, places = case
    with insert(net, {places[depth]: "bmsb"}) as insertion:
        replay = Replay(net)
        with torch.no_grad():
            replay(*inputs(net, 0))
        for seed in (0, 1, 1):
            given, start = inputs(net, seed), insertion.state()
            whole, last_whole = click(insertion, net, *given, iterations=2)
            insertion.load_state(start)
            replayed, last_replayed = click(insertion, replay, *given, iterations=2)

            assert not torch.equal(whole[0], whole[1])
            assert all(map(torch.equal, whole, replayed))
            assert torch.equal(last_whole, last_replayed)
            assert replay.replayed > 0


def test_the_later_the_insertion_the_fewer_operations_an_iteration_needs(
    case: tuple[nn.Module, tuple[str, ...]],
) -> None:
    net, places = case
    given = inputs(net, 0)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(*given)
    operations = [counter.get_total_flops()]
    for place in places:
        with insert(net, {place: "sb"}):
            replay = Replay(net)
            for _ in range(3):  # What is changed in place is learnt in the first passes.
                with FlopCounterMode(display=False) as counter:
                    replay(*given)
        operations.append(counter.get_total_flops())

    assert operations == sorted(set(operations), reverse=True)
    assert operations[-1] < 0.3 * operations[0]
