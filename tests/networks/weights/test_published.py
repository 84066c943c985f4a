"""Tests of published weights: names and shapes as published, each accounted for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

import clickmend as cm
from clickmend.cli.main import main
from clickmend.core.errors import ModelError
from clickmend.networks.models.hmsa import MultiScaleAttention
from clickmend.networks.models.ritm import RitmHRNet, published_name
from clickmend.networks.weights.published import PUBLISHED, read_published

RITM = {
    "maps_transform.0.weight": (16, 3, 1, 1),
    "maps_transform.2.weight": (64, 16, 3, 3),
    "maps_transform.2.bias": (64,),
    "maps_transform.3.scale": (1,),
    "feature_extractor.conv1.weight": (64, 3, 3, 3),
    "feature_extractor.layer1.0.downsample.1.running_mean": (256,),
    "feature_extractor.transition1.1.0.0.weight": (36, 256, 3, 3),
    "feature_extractor.stage3.2.fuse_layers.0.2.1.weight": (18,),
    "feature_extractor.stage4.1.fuse_layers.3.0.2.0.weight": (144, 18, 3, 3),
    "feature_extractor.stage4.1.branches.3.1.bn2.bias": (144,),
    "feature_extractor.conv3x3_ocr.0.bias": (96,),
    "feature_extractor.conv3x3_ocr.1.running_var": (96,),
    "feature_extractor.ocr_distri_head.object_context_block.f_pixel.0.weight": (48, 96, 1, 1),
    "feature_extractor.ocr_distri_head.object_context_block.f_pixel.3.0.weight": (48,),
    "feature_extractor.ocr_distri_head.object_context_block.f_down.1.0.bias": (48,),
    "feature_extractor.ocr_distri_head.object_context_block.f_up.0.weight": (96, 48, 1, 1),
    "feature_extractor.ocr_distri_head.conv_bn_dropout.1.0.weight": (96,),
    "feature_extractor.cls_head.weight": (1, 96, 1, 1),
    "feature_extractor.aux_head.1.weight": (270,),
    "feature_extractor.aux_head.3.weight": (1, 270, 1, 1),
}
"""Names and shapes of an HRNet-18s of RITM with OCR of 48, as its repository defines them."""


@pytest.fixture(scope="module")
def ritm() -> dict[str, Tensor]:
    torch.manual_seed(0)
    network = RitmHRNet(backbone="hrnet_w18_small_v2", width=96, keys=48)
    return {published_name(key): value for key, value in network.state_dict().items()}


def config(**params: object) -> dict[str, object]:
    return {"params": {key: {"type": "builtin", "value": v} for key, v in params.items()}}


def test_the_weights_of_ritm_have_its_names_and_shapes(ritm: dict[str, Tensor]) -> None:
    assert {key: tuple(ritm[key].shape) for key in RITM} == RITM
    inside = {key.split(".")[1] for key in ritm if key.startswith("feature_extractor.")}
    heads = {"conv3x3_ocr", "ocr_distri_head", "cls_head", "aux_head"}
    stages = {"transition1", "transition2", "transition3", "stage2", "stage3", "stage4"}
    assert inside == {"conv1", "bn1", "conv2", "bn2", "layer1"} | stages | heads


def test_a_checkpoint_is_imported_and_read_back_and_clicks_mend_with_it(
    ritm: dict[str, Tensor], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Strides that are not C's are where safetensors' numpy writes other values.
    state = {
        key: value.transpose(0, 1).contiguous().transpose(0, 1) if value.ndim > 1 else value
        for key, value in ritm.items()
    }
    said = config(use_leaky_relu=False, norm_radius=7, norm_mean_std=([0.485, 0.456, 0.406],))
    said["params"].pop("norm_mean_std")
    torch.save({"state_dict": state, "config": said}, tmp_path / "18s.pth")
    with pytest.raises(SystemExit) as end:
        main(
            [
                "models",
                "import",
                str(tmp_path / "18s.pth"),
                "--name",
                "mine",
                "-o",
                str(tmp_path / "m"),
            ]
        )
    assert end.value.code == 0
    assert "a ritm-hrnet for the task interactive" in capsys.readouterr().out
    model = cm.from_pretrained(tmp_path / "m")
    assert model.card.name == "mine"
    assert model.card.options["backbone"] == "hrnet_w18_small_v2"
    assert (model.card.options["radius_px"], model.card.options["leaky"]) == (7.0, False)
    for key, value in model.network.state_dict().items():
        assert torch.equal(value, ritm[published_name(key)]), key
    session = cm.Session(np.zeros((64, 96, 3), np.uint8), model=model)
    session.click(40, 30)
    assert session.prediction.mask[30, 40]


def test_marks_come_in_as_previous_mask_foreground_and_background(
    ritm: dict[str, Tensor], tmp_path: Path
) -> None:
    save_file(ritm, tmp_path / "ritm.safetensors")
    network = read_published(tmp_path / "ritm.safetensors").network
    assert isinstance(network, RitmHRNet)
    given: list[Tensor] = []
    network.maps.register_forward_pre_hook(lambda _part, told: given.append(told[0]))
    marks = torch.rand(1, 4, 64, 96)
    with torch.no_grad():
        answer = network(torch.rand(1, 3, 64, 96), marks)
    assert answer.shape == (1, 1, 64, 96)
    torch.testing.assert_close(given[0], marks[:, [3, 0, 1]])
    enlarging = [part for part in network.modules() if isinstance(part, torch.nn.Upsample)]
    assert enlarging
    assert all(part.align_corners for part in enlarging)
    with pytest.raises(ModelError, match="100×64 pixels"):
        network(torch.rand(1, 3, 64, 100), torch.zeros(1, 4, 64, 100))


def test_what_is_missing_unexpected_or_of_another_shape_is_refused_by_itspublished_name(
    ritm: dict[str, Tensor], tmp_path: Path
) -> None:
    state = dict(ritm)
    del state["feature_extractor.bn2.weight"]
    state["feature_extractor.extra"] = torch.zeros(1)
    state["feature_extractor.aux_head.3.weight"] = torch.zeros(2, 270, 1, 1)
    torch.save({f"module.{key}": value for key, value in state.items()}, tmp_path / "bad.pth")
    with pytest.raises(ModelError) as refused:
        read_published(tmp_path / "bad.pth")
    assert "feature_extractor.bn2.weight is missing" in str(refused.value)
    assert "feature_extractor.extra is unexpected" in str(refused.value)
    assert "aux_head.3.weight (2, 270, 1, 1) for (1, 270, 1, 1) is of another shape" in str(
        refused.value
    )


def test_counts_of_batches_may_be_absent_as_in_old_files(
    ritm: dict[str, Tensor], tmp_path: Path
) -> None:
    old = {key: value for key, value in ritm.items() if not key.endswith("num_batches_tracked")}
    torch.save(old, tmp_path / "old.pth")
    assert read_published(tmp_path / "old.pth").card.architecture == "ritm-hrnet"


def test_a_network_of_ritm_that_is_told_otherwise_is_refused(
    ritm: dict[str, Tensor], tmp_path: Path
) -> None:
    torch.save({"state_dict": ritm, "config": config(use_disks=False)}, tmp_path / "maps.pth")
    with pytest.raises(ModelError, match=r"says use_disks = False.*such as an itermask model"):
        read_published(tmp_path / "maps.pth")


def test_multi_scale_attention_is_found_by_its_names_with_cityscapes_classes(
    tmp_path: Path,
) -> None:
    network = MultiScaleAttention(backbone="hrnet_w18", width=32, keys=16, attention_width=8)
    torch.save({"state_dict": network.state_dict()}, tmp_path / "hmsa.pth")
    model = read_published(tmp_path / "hmsa.pth")
    assert model.card.labels[:2] == ("road", "sidewalk")
    assert model.card.options["attention_width"] == 8
    state = network.state_dict()
    assert all(torch.equal(value, state[key]) for key, value in model.network.state_dict().items())
    assert set(PUBLISHED) == {"ritm-hrnet", "hmsa-hrnet-w48", "fbrs-deeplabv3plus", "fbrs-hrnet"}


def test_weights_of_another_network_are_refused_with_what_is_known(tmp_path: Path) -> None:
    torch.save({"layer.weight": torch.zeros(2)}, tmp_path / "other.pth")
    with pytest.raises(ModelError, match=r"\(layer\.weight\)\. Known are .*RITM.*clickmend\.wrap"):
        read_published(tmp_path / "other.pth")


class Evil:
    """Runs something when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("evil"),))


def test_the_command_runs_nothing_of_a_pickle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"state_dict": Evil()}, "w.pth")
    with pytest.raises(SystemExit) as end:
        main(["models", "import", "w.pth", "-o", "m"])
    assert end.value.code == 1
    assert "nothing in it was run" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["w.pth"]
    with pytest.raises(SystemExit) as end:
        main(["models", "import", "w.pth", "--name", "../up", "-o", "m"])
    assert end.value.code == 2
