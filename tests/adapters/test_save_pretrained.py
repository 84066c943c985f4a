"""Tests of ``save_pretrained``: a folder makes the same model again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import clickmend as cm
from clickmend.core.errors import ModelError, OutputError
from clickmend.networks import ARCHITECTURES, Model, load


def answered(model: Model) -> np.ndarray:
    photo = np.random.default_rng(0).integers(0, 255, (64, 96, 3)).astype(np.uint8)
    session = cm.Session(photo, model=model)
    if session.task == "depth":
        return session.prediction.pixels
    session.click(40, 30)
    return session.prediction.logits


@pytest.mark.parametrize("name", ["interactive-s", "depth-s"])
def test_a_folder_gives_the_same_masks_bit_for_bit(name: str, tmp_path: Path) -> None:
    model = cm.from_pretrained(name)
    assert model.save_pretrained(tmp_path / "new" / "folder").name == f"{name}.json"
    model.save_pretrained(tmp_path / "new" / "folder")  # once more is no other network
    again = cm.from_pretrained(tmp_path / "new" / "folder")
    assert again is not model
    np.testing.assert_array_equal(answered(again), answered(model))


def test_a_network_that_was_trained_further_is_kept_as_it_is_now(tmp_path: Path) -> None:
    model = load("depth-s", fold=False)
    card = model.card.model_copy(update={"dtype": "float32", "name": "mine"})
    network = ARCHITECTURES[card.architecture](**card.options)
    network.load_state_dict(model.network.state_dict())
    with torch.no_grad():
        next(network.parameters()).add_(0.25)
    Model(network.eval(), card).save_pretrained(tmp_path)
    again = load(tmp_path / "mine.json", fold=False).network.state_dict()
    assert all(torch.equal(value, again[key]) for key, value in network.state_dict().items())


def test_a_folded_network_that_was_changed_is_refused(tmp_path: Path) -> None:
    kept = load("matting-s")
    model = cm.from_pretrained(kept.save_pretrained(tmp_path / "one"))
    assert (tmp_path / "one" / "matting-s.onnx").is_file()  # what answers without torch comes along
    with torch.no_grad():
        next(model.network.parameters()).add_(1)
    with pytest.raises(ModelError, match=r"changed after .*fold=False"):
        model.save_pretrained(tmp_path / "two")


def test_a_module_of_the_users_own_cannot_be_made_again_from_a_card(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 3, 1, 1), nn.Conv2d(4, 2, 1)).eval()
    model = cm.wrap(module, task="semantic", at=["0"], view_px=32)
    with pytest.raises(ModelError, match=r"'Sequential' cannot be made again.*save_pretrained"):
        model.save_pretrained(tmp_path)


def test_a_folder_of_another_network_is_left_alone(tmp_path: Path) -> None:
    cm.from_pretrained("depth-s").save_pretrained(tmp_path)
    with pytest.raises(OutputError, match=r"holds depth-s\.safetensors already"):
        cm.from_pretrained("matting-s").save_pretrained(tmp_path)


def test_what_is_saved_again_in_a_folder_is_what_is_read_of_it(tmp_path: Path) -> None:
    first = load("depth-s", fold=False)
    network = ARCHITECTURES[first.card.architecture](**first.card.options).eval()
    for shift in (0.25, 0.5):
        network.load_state_dict(first.network.state_dict())
        with torch.no_grad():
            next(network.parameters()).add_(shift)
        card = first.card.model_copy(update={"dtype": "float32", "name": "mine"})
        Model(network, card).save_pretrained(tmp_path)
        again = load(tmp_path / "mine.json", fold=False)
        assert torch.equal(next(again.network.parameters()), next(network.parameters()))
    again.save_pretrained(tmp_path / "kept")
    Model(first.network, card).save_pretrained(tmp_path)  # other weights come to its place
    kept = load(again.save_pretrained(tmp_path / "kept"), fold=False)
    assert torch.equal(next(kept.network.parameters()), next(network.parameters()))
