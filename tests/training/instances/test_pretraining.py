"""Tests of the trainer of masked autoencoding."""

from pathlib import Path

import pytest
import torch

from clickmend.data import datasets
from clickmend.networks import Model
from clickmend.training import Run, sources, train
from clickmend.training.card import make_card
from clickmend.training.instances import InstancesRecipe, PretrainingRecipe
from clickmend.training.sources import part_of


def test_a_quarter_of_the_patches_is_seen_and_the_rest_made_up_for(
    made_data: Path, hidden: PretrainingRecipe
) -> None:
    run, trainer = Run.start(hidden, seed=0), hidden.trainer()
    given = []
    run.network.register_forward_hook(lambda _part, args, _answer: given.append(args[1]))
    found = trainer.step(
        run.network, trainer.draw(0, 0), autocast=torch.autocast("cpu", torch.bfloat16)
    )
    assert given[0].shape == (4, 4)
    assert 0.5 < float(found.loss.detach()) < 3
    assert [row.shape for row in found.rows][:2] == [(32, 3 * 32, 3)] * 2
    assert trainer.validation(0) == ()


def test_only_photos_that_may_be_trained_on_are_read(
    made_data: Path, hidden: PretrainingRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, str]] = []

    def watched(source: Path) -> object:
        read.append((source.parent.parent.name, source.stem))
        return original(source)

    original = datasets.read_photo
    monkeypatch.setattr(datasets, "read_photo", watched)
    sources._read.cache_clear()
    trainer = hidden.trainer()
    for step in range(10):
        trainer.draw(0, step)
    assert {part_of(*each) for each in read} == {"train"}


def test_the_transformer_of_a_pretraining_starts_a_training(
    made_data: Path, hidden: PretrainingRecipe, points: InstancesRecipe, tmp_path: Path
) -> None:
    run = Run.start(hidden, seed=0)
    train(run, hidden, hidden.trainer(), seed=0, checkpoint=tmp_path / "a.pt", workers=0)
    weights = Model(run.average, make_card(run, hidden, name="vit", stages=()))
    begun = Run.start(points, seed=1, weights=weights).network.state_dict()
    for name, value in run.average.state_dict().items():
        if name.startswith("vit."):
            assert torch.equal(begun[name], value), name
