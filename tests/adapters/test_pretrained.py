"""Tests of how one string leads to a network."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.models.segmentation import lraspp_mobilenet_v3_large

import clickmend as cm
from clickmend.core.errors import ModelError, NotAvailableError, OptionError
from clickmend.networks import load
from clickmend.networks.weights.cards import SHIPPED

BLACK = np.zeros((64, 96, 3), np.uint8)


def test_a_shipped_name_and_a_cards_path_are_read_as_before() -> None:
    assert cm.from_pretrained("depth-s") is load("depth-s")
    path = SHIPPED / "depth-s.json"
    assert cm.from_pretrained(path).card.name == "depth-s"


def test_a_folder_with_one_card_is_one_of_ours(tmp_path: Path) -> None:
    for suffix in (".json", ".safetensors"):
        (tmp_path / f"mine{suffix}").write_bytes((SHIPPED / f"depth-s{suffix}").read_bytes())
    session = cm.Session(np.zeros((64, 96, 3), np.uint8), model=tmp_path)
    assert session.task == "depth"
    for suffix in (".json", ".safetensors"):
        (tmp_path / f"two{suffix}").write_bytes((SHIPPED / f"depth-s{suffix}").read_bytes())
    with pytest.raises(ModelError, match=r"contains 2 networks: mine.json, two.json"):
        cm.from_pretrained(tmp_path)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"does not contain a known network.*save_pretrained"):
        cm.from_pretrained(tmp_path)
    (tmp_path / "config.json").write_text("[1]")
    with pytest.raises(ModelError, match=r"not a JSON object"):
        cm.from_pretrained(tmp_path)


@pytest.mark.parametrize("name", ["best.pth", "model.safetensors", "a:b.pt"])
def test_a_file_of_weights_alone_is_refused_with_the_ways_to_use_it(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"weights")
    with pytest.raises(ModelError, match=r"of which network.*models import.*cm.wrap"):
        cm.from_pretrained(tmp_path / name)


def test_classes_without_a_name_for_each_index_are_called_by_index(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import transformers

    config = transformers.SegformerConfig(
        hidden_sizes=[16, 16, 32, 32],
        depths=[1, 1, 1, 1],
        num_attention_heads=[1, 1, 2, 2],
        id2label={0: "sky", 2: "car", 5: "road"},
    )
    transformers.SegformerForSemanticSegmentation(config).save_pretrained(tmp_path)
    transformers.SegformerImageProcessor().save_pretrained(tmp_path)
    with caplog.at_level("WARNING", "clickmend"):
        assert cm.from_pretrained(tmp_path, view_px=64).card.labels == ("0", "1", "2")
    assert "names the classes 0, 2, 5, and the module answers with 3 channels" in caplog.text


def test_an_unknown_prefix_gets_those_there_are() -> None:
    with pytest.raises(ModelError, match=r"no library of networks 'hff'.*hf:, .*torchvision:"):
        cm.from_pretrained("hff:some/name")


def test_a_library_that_is_not_installed_is_named_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "segmentation_models_pytorch", None)
    with pytest.raises(NotAvailableError, match=r"pip install 'clickmend\[smp\]'"):
        cm.from_pretrained(f"smp:{tmp_path}")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(NotAvailableError, match=r"pip install 'clickmend\[transformers\]'"):
        cm.from_pretrained(f"hf:{tmp_path}")


def test_a_network_that_tells_pictures_apart_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"timm's 'resnet18' predicts one class.*tu-"):
        cm.from_pretrained("timm:resnet18")
    (tmp_path / "config.json").write_text(
        json.dumps({"model_type": "vit", "architectures": ["ViTForImageClassification"]})
    )
    with pytest.raises(
        ModelError, match=r"ViTForImageClassification, which does not predict a map"
    ):
        cm.from_pretrained(tmp_path)


def test_a_configuration_without_processor_or_weights_is_refused(tmp_path: Path) -> None:
    config = {"model_type": "segformer", "architectures": ["SegformerForSemanticSegmentation"]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"no preprocessor_config.json"):
        cm.from_pretrained(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text(
        json.dumps({"image_processor_type": "SegformerImageProcessor"})
    )
    with pytest.raises(ModelError, match=r"cannot load the network"):
        cm.from_pretrained(tmp_path)


def test_weights_that_leave_a_part_to_chance_are_refused(tmp_path: Path) -> None:
    import transformers

    config = transformers.SegformerConfig(
        hidden_sizes=[16, 16, 32, 32], depths=[1, 1, 1, 1], num_attention_heads=[1, 1, 2, 2]
    )
    transformers.SegformerModel(config).save_pretrained(tmp_path)
    transformers.SegformerImageProcessor().save_pretrained(tmp_path)
    written = json.loads((tmp_path / "config.json").read_text())
    written["architectures"] = ["SegformerForSemanticSegmentation"]
    (tmp_path / "config.json").write_text(json.dumps(written))
    with pytest.raises(ModelError, match=r"lack \d+ of the parameters of Segformer.*at random"):
        cm.from_pretrained(tmp_path)


def test_torchvision_names_are_checked_and_files_are_loaded_exactly(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no segmentation network 'resnet50'.*deeplabv3"):
        cm.from_pretrained("torchvision:resnet50")
    state = lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=1)
    state = state.state_dict()
    file = tmp_path / "w.pth"
    torch.save({"state_dict": state}, file)
    source = f"torchvision:lraspp_mobilenet_v3_large@{file}"
    model = cm.from_pretrained(source, view_px=64, labels=("rest", "cat"))
    assert model.card.labels == ("rest", "cat")
    key = next(iter(state))
    wrong = {f"{key}x" if k == key else k: v for k, v in state.items()}
    wrong["classifier.cbr.0.weight"] = torch.zeros(3)
    torch.save(wrong, file)
    with pytest.raises(
        ModelError, match=rf"{key} is missing; {key}x is unexpected; classifier.cbr.0.weight \(3,\)"
    ):
        cm.from_pretrained(source)
    torch.save({"a": torch.zeros(1)}, file)
    with pytest.raises(ModelError, match=r"no classifier weights"):
        cm.from_pretrained(source)


@pytest.mark.parametrize("use", [cm.from_pretrained, lambda it: cm.Session(BLACK, model=it)])
def test_a_module_is_sent_to_wrap(use: object) -> None:
    with pytest.raises(ModelError, match=r"loaded from a Conv2d.*cm.wrap\(module, task=...\)"):
        use(torch.nn.Conv2d(3, 3, 1))


def test_a_path_that_leads_nowhere_is_said_to() -> None:
    with pytest.raises(ModelError, match=r"runs/segformer does not exist. Give the folder"):
        cm.from_pretrained("runs/segformer")


@pytest.mark.parametrize(
    "option",
    [
        {"labels": ["a"]},
        {"at": ["trunk"]},
        {"preprocess": abs},
        {"view_px": 96},
        {"refine": "sb"},
    ],
)
def test_what_would_change_a_network_of_ours_is_refused(option: dict[str, object]) -> None:
    with pytest.raises(
        OptionError, match=rf"{next(iter(option))} cannot be set for a network of clickmend"
    ):
        cm.from_pretrained("depth-s", **option)
