"""Tests of weights and cards: what is shipped, and what is refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.settings import Settings
from clickmend.networks import (
    ARCHITECTURES,
    Card,
    DepthNetwork,
    InteractiveNetwork,
    Model,
    cards,
    load,
    parameter_count,
    save,
)
from clickmend.networks.weights import cards as cards_module
from clickmend.networks.weights import files as weights
from clickmend.networks.weights.cards import Refinement, TrainingData

OPTIONS = {"widths": (8, 8, 8, 8), "blocks": (1, 1, 1, 1), "attention_blocks": 1}


@pytest.fixture
def card() -> Card:
    return Card(
        name="tiny",
        task="interactive",
        architecture="interactive-unet",
        options=OPTIONS,
        sha256="",
        parameters=1,
        dtype="float32",
        overview_px=64,
        view_px=64,
        margin=1.4,
        refinement=Refinement(default="none", at=("decoder.1",), learning_rates={"sb": 0.1}),
        training_data=(TrainingData(name="made scenes", terms="none"),),
        terms="any",
        stages=(),
        scores={},
        made=date(2026, 1, 1),
        commit="",
    )


@pytest.fixture
def saved(tmp_path: Path, card: Card) -> Path:
    return save(ARCHITECTURES["interactive-unet"](**OPTIONS), card, tmp_path)


def same_network(model: Model, network: nn.Module, *given: torch.Tensor) -> None:
    """Its numbers bit for bit, and its answer, once both keep them in the same order."""
    loaded = model.network.state_dict()
    for name, value in network.state_dict().items():
        assert torch.equal(loaded[name], value)
    network = network.to(memory_format=torch.channels_last)
    with torch.no_grad():
        assert torch.equal(model.network(*given), network(*given))


def test_what_is_saved_is_what_is_loaded(tmp_path: Path, card: Card) -> None:
    network = ARCHITECTURES["interactive-unet"](**OPTIONS).eval()
    model = load(save(network, card, tmp_path), fold=False)
    x = torch.rand(1, 3, 32, 32), torch.rand(1, 4, 32, 32)
    same_network(model, network, *x)
    assert not model.network.training
    assert not any(p.requires_grad for p in model.network.parameters())


def test_the_users_folder_is_searched_too(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards_module, "settings", lambda: Settings(models=saved.parent))
    assert "tiny" in cards()
    assert load("tiny").card.name == "tiny"


def test_the_shipped_network_fits_the_limits_it_was_given() -> None:
    model = load("interactive-s", fold=False)
    assert model.card.parameters == parameter_count(model.network) <= 4_000_000
    file = cards_module.SHIPPED / "interactive-s.safetensors"
    assert file.stat().st_size <= 16 * 2**20
    assert "non-commercial" in model.card.terms
    assert model.card.training_data


@pytest.mark.parametrize(
    ("task", "told", "options"),
    [
        ("semantic", {"labels": ("sky", "road")}, {"classes": 2}),
        ("matting", {}, {"detail_width": 8}),
        ("depth", {"range_m": (0.5, 8.0)}, {"range_m": (0.5, 8.0)}),
    ],
)
def test_the_weights_of_every_task_come_back(
    tmp_path: Path, card: Card, task: str, told: dict[str, Any], options: dict[str, Any]
) -> None:
    options = OPTIONS | options
    known = card.model_dump() | told | {"overview_px": None, "margin": None}
    update = {"task": task, "architecture": f"{task}-unet", "options": options}
    network = ARCHITECTURES[f"{task}-unet"](**options).eval()
    model = load(save(network, Card.model_validate(known | update), tmp_path), fold=False)
    given = [torch.rand(1, 3, 32, 32), *([torch.rand(1, 1, 32, 32)] if task == "matting" else [])]
    same_network(model, network, *given)


def test_a_network_of_another_kind_than_needed_is_refused(saved: Path) -> None:
    model = load(saved, fold=False)
    assert model.network_as(InteractiveNetwork) is model.network
    with pytest.raises(ModelError, match=r"'interactive'.*DepthNetwork is needed"):
        model.network_as(DepthNetwork)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"no weights named 'interactive-x'.*interactive-s"):
        load("interactive-x")


def test_a_card_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no card gone\.json"):
        load(tmp_path / "gone.json")


def test_a_file_that_is_no_card_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"name": "bad"}')
    with pytest.raises(ModelError, match=r"bad\.json is no card of this version: task"):
        load(path)


def test_weights_that_are_not_those_of_the_card_are_refused(saved: Path) -> None:
    file = saved.with_suffix(".safetensors")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="SHA-256"):
        load(saved)


def test_weights_that_are_missing_are_named(saved: Path) -> None:
    saved.with_suffix(".safetensors").unlink()
    with pytest.raises(ModelError, match=r"has no tiny\.safetensors beside it"):
        load(saved)


def test_weights_of_another_architecture_are_refused(tmp_path: Path, card: Card) -> None:
    network = ARCHITECTURES["interactive-unet"](**OPTIONS | {"attention_blocks": 0})
    with pytest.raises(ModelError, match="does not fit the architecture 'interactive-unet'"):
        load(save(network, card, tmp_path))


@pytest.mark.parametrize("device", ["nothing", "cuda:77"])
def test_a_device_that_is_not_there_is_refused(device: str) -> None:
    with pytest.raises(OptionError, match=f"device '{device}' cannot be used"):
        load("interactive-s", device=device)


def test_a_value_beyond_half_precision_comes_back_finite(tmp_path: Path, card: Card) -> None:
    network = ARCHITECTURES["interactive-unet"](**OPTIONS)
    network.lateral[0][1].running_var[3] = 2e5
    half = card.model_copy(update={"dtype": "float16"})
    loaded = (
        load(save(network, half, tmp_path), fold=False).network_as(InteractiveNetwork).state_dict()
    )
    assert loaded["lateral.0.1.running_var"][3] == 2e5
    torch.testing.assert_close(loaded["head.weight"], network.head.weight.detach().half().float())


def test_values_that_are_not_finite_are_neither_saved_nor_loaded(
    saved: Path, card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = ARCHITECTURES["interactive-unet"](**OPTIONS)
    with torch.no_grad():
        network.head.weight[0, 0] = torch.nan
    with pytest.raises(ModelError, match=r"head.weight holds values that are not finite"):
        save(network, card, tmp_path)
    monkeypatch.setattr(weights, "_stored", lambda _key, value, _dtype: value.contiguous())
    path = save(network, card.model_copy(update={"name": "spoilt"}), tmp_path)
    with pytest.raises(ModelError, match=r"spoilt.safetensors holds values.*head.weight"):
        load(path)
