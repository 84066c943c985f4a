"""Tests of f-BRS's networks: names and shapes as published, and marks as they were trained with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import clickmend as cm
from clickmend.core.errors import ModelError
from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import Click
from clickmend.networks import Model
from clickmend.networks.models.fbrs import FbrsDeepLab, FbrsHRNet, _deeplab_options, _hrnet_name
from clickmend.networks.models.ritm import RitmHRNet, published_name
from clickmend.networks.weights.published import read_published
from clickmend.networks.weights.state import Checkpoint

MIXED = {
    "rgb_conv.0.weight": (8, 5, 1, 1),
    "rgb_conv.0.bias": (8,),
    "rgb_conv.2.running_mean": (8,),
    "rgb_conv.3.weight": (3, 8, 1, 1),
    "rgb_conv.3.bias": (3,),
}


def deeplab(*, width: int, fine: int, deep: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of f-BRS's DeepLabV3+, as its repository defines them."""
    half = width // 2
    at = "feature_extractor"
    return {
        **MIXED,
        f"{at}.skip_project.skip_project.0.weight": (32, fine, 1, 1),
        f"{at}.skip_project.skip_project.1.running_var": (32,),
        f"{at}.aspp.concurent.0.0.weight": (width, deep, 1, 1),
        f"{at}.aspp.concurent.1.0.weight": (width, deep, 3, 3),
        f"{at}.aspp.concurent.3.1.bias": (width,),
        f"{at}.aspp.concurent.4.gap.1.weight": (width, deep, 1, 1),
        f"{at}.aspp.concurent.4.gap.2.weight": (width,),
        f"{at}.aspp.project.0.weight": (width, 5 * width, 1, 1),
        f"{at}.aspp.project.1.weight": (width,),
        f"{at}.head.block.0.body.0.weight": (width + 32, 1, 3, 3),
        f"{at}.head.block.0.body.1.weight": (width, width + 32, 1, 1),
        f"{at}.head.block.1.body.2.running_mean": (width,),
        f"{at}.head.block.2.weight": (width, width, 1, 1),
        f"{at}.head.block.2.bias": (width,),
        "head.layers.0.body.0.weight": (width, 1, 3, 3),
        "head.layers.0.body.1.weight": (half, width, 1, 1),
        "head.layers.1.body.2.bias": (half,),
        "head.layers.2.weight": (1, half, 1, 1),
        "head.layers.2.bias": (1,),
    }


AT = "feature_extractor.backbone"

STEM = {
    f"{AT}.conv1.0.weight": (64, 3, 3, 3),
    f"{AT}.conv1.1.running_mean": (64,),
    f"{AT}.conv1.3.weight": (64, 64, 3, 3),
    f"{AT}.conv1.6.weight": (128, 64, 3, 3),
    f"{AT}.bn1.weight": (128,),
    f"{AT}.layer1.0.conv1.weight": (64, 128, 1, 1),
    f"{AT}.layer1.0.downsample.0.weight": (256, 128, 1, 1),
    f"{AT}.layer4.2.bn3.bias": (2048,),
}
"""The "v1s" stem of three 3×3 convolutions, and bottlenecks."""

CASES = {
    "resnet34": (
        128,
        deeplab(width=128, fine=64, deep=512)
        | {
            f"{AT}.conv1.weight": (64, 3, 7, 7),
            f"{AT}.layer3.5.conv2.weight": (256, 256, 3, 3),
            f"{AT}.layer4.0.downsample.1.weight": (512,),
        },
    ),
    "resnet50s": (
        128,
        deeplab(width=128, fine=256, deep=2048)
        | STEM
        | {f"{AT}.layer3.5.conv3.weight": (1024, 256, 1, 1)},
    ),
    "resnet101s": (
        256,
        deeplab(width=256, fine=256, deep=2048)
        | STEM
        | {f"{AT}.layer3.22.conv3.weight": (1024, 256, 1, 1)},
    ),
}

OPTIONS_OF_FILES = [(name, width, shapes) for name, (width, shapes) in CASES.items()]


@pytest.mark.parametrize(("backbone", "width", "shapes"), OPTIONS_OF_FILES, ids=CASES)
def test_deeplabs_have_the_published_names_and_shapes_and_are_found_by_them(
    backbone: str, width: int, shapes: dict[str, tuple[int, ...]]
) -> None:
    with torch.device("meta"):
        state = FbrsDeepLab(backbone=backbone, width=width).state_dict()
    assert {key: tuple(state[key].shape) for key in shapes} == shapes
    assert {key.partition(".")[0] for key in state} == {"rgb_conv", "feature_extractor", "head"}
    parts = {key.split(".")[1] for key in state if key.startswith("feature_extractor.")}
    assert parts == {"backbone", "skip_project", "aspp", "head"}
    inside = {key.split(".")[2] for key in state if key.startswith(AT)}
    assert inside == {"conv1", "bn1", "layer1", "layer2", "layer3", "layer4"}
    found = _deeplab_options(Checkpoint(state, {}))
    assert found == {"backbone": backbone, "width": width}


def test_the_last_stages_are_dilated_so_that_the_map_is_an_eighth() -> None:
    with torch.device("meta"):
        network = FbrsDeepLab().feature_extractor.backbone
    dilations = [
        [part.dilation[0] for part in stage.modules() if getattr(part, "kernel_size", 0) == (3, 3)]
        for stage in (network.layer2, network.layer3, network.layer4)
    ]
    assert dilations == [[1] * 8, [1, 2, *[2] * 10], [2, 4, *[4] * 4]]


@pytest.fixture(scope="module")
def small() -> dict[str, Tensor]:
    """A file of the names of f-BRS's smallest DeepLabV3+, narrower than published."""
    torch.manual_seed(0)
    return FbrsDeepLab(width=16).state_dict()


def test_a_file_is_read_and_clicks_mend_with_it(small: dict[str, Tensor], tmp_path: Path) -> None:
    old = {key: value for key, value in small.items() if not key.endswith("num_batches_tracked")}
    torch.save(old, tmp_path / "resnet34_dh16_sbd.pth")
    model = read_published(tmp_path / "resnet34_dh16_sbd.pth")
    assert model.card.architecture == "fbrs-deeplabv3plus"
    assert model.card.options == {"backbone": "resnet34", "width": 16}
    assert model.card.refinement.default == "sb"
    for key, value in model.network.state_dict().items():
        assert torch.equal(value, small[key]), key
    model.save_pretrained(tmp_path / "kept")
    again = cm.from_pretrained(tmp_path / "kept")
    card = again.card.model_copy(update={"overview_px": 64, "view_px": 64})
    small_view = Model(again.network, card)
    session = cm.Session(np.zeros((64, 96, 3), np.uint8), task="interactive", model=small_view)
    session.click(40, 30)
    assert session.prediction.mask[30, 40]


def test_distances_of_both_kinds_come_in_behind_the_photo(small: dict[str, Tensor]) -> None:
    network = FbrsDeepLab(width=16).eval()
    network.load_state_dict(small)
    given: list[Tensor] = []
    network.rgb_conv.register_forward_pre_hook(lambda _part, mixed: given.append(mixed[0]))
    crop = whole_image(96, 64, long_side=96)
    clicks = (Click(20.5, 30.5, "foreground"), Click(90.5, 2.5, "background"))
    drawn = network.encoding(clicks, None, np.ones((64, 96), np.float32), crop)
    assert not drawn[0, 2:].any()
    image = torch.rand(1, 3, 64, 96)
    with torch.no_grad():
        logits = network(image, torch.from_numpy(drawn))
        alone = network(image, torch.from_numpy(network.encoding((), None, None, crop)))
    assert logits.shape == alone.shape == (1, 1, 64, 96)
    rows, columns = np.mgrid[:64, :96]
    wanted = [
        np.tanh(2 * np.hypot(columns - x, rows - y) / 260).astype(np.float32)
        for x, y in ((20, 30), (90, 2))
    ]
    np.testing.assert_allclose(given[0][0, 3:], wanted, atol=2e-6)
    np.testing.assert_allclose(given[1][0, 3:], np.ones((2, 64, 96)), atol=1e-6)
    torch.testing.assert_close(given[0][:, :3], network.normalise(image))


def test_what_is_missing_unexpected_or_of_another_shape_is_named(
    small: dict[str, Tensor], tmp_path: Path
) -> None:
    state = dict(small)
    del state["head.layers.2.bias"]
    state["feature_extractor.aspp.concurent.5.0.weight"] = torch.zeros(1)
    state["rgb_conv.0.weight"] = torch.zeros(8, 6, 1, 1)
    torch.save(state, tmp_path / "bad.pth")
    with pytest.raises(ModelError) as refused:
        read_published(tmp_path / "bad.pth")
    assert "head.layers.2.bias is missing" in str(refused.value)
    assert "aspp.concurent.5.0.weight is unexpected" in str(refused.value)
    assert "rgb_conv.0.weight (8, 6, 1, 1) for (8, 5, 1, 1) is of another shape" in str(
        refused.value
    )


def test_an_hrnet_differs_from_ritms_in_how_it_is_told_of_marks(tmp_path: Path) -> None:
    options: dict[str, Any] = {"backbone": "hrnet_w18_small_v2", "width": 96, "keys": 48}
    network = FbrsHRNet(**options)
    state = {_hrnet_name(key): value for key, value in network.state_dict().items()}
    assert {key: tuple(state[key].shape) for key in MIXED} == MIXED
    with torch.device("meta"):
        ritm = {published_name(key) for key in RitmHRNet(**options).state_dict()}
    inside = {key for key in state if not key.startswith("rgb_conv.")}
    assert inside == {key for key in ritm if not key.startswith("maps_transform.")}
    torch.save(state, tmp_path / "hrnet18s_ocr48.pth")
    model = read_published(tmp_path / "hrnet18s_ocr48.pth")
    assert model.card.architecture == "fbrs-hrnet"
    assert model.card.options == options
    own = network.state_dict()
    assert all(torch.equal(value, own[key]) for key, value in model.network.state_dict().items())
    with torch.no_grad():
        logits = model.network(torch.rand(1, 3, 64, 96), torch.rand(1, 4, 64, 96))
    assert logits.shape == (1, 1, 64, 96)
    with pytest.raises(ModelError, match="100×64 pixels"):
        model.network(torch.rand(1, 3, 64, 100), torch.zeros(1, 4, 64, 100))
