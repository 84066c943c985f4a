"""Tests of a run's start and its checkpoint."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from clickmend.core.errors import ModelError
from clickmend.networks import load, save
from clickmend.training import InteractiveRecipe, Run
from clickmend.training.export import make_card
from clickmend.training.recipes import SemanticRecipe


def test_a_file_that_is_no_checkpoint_is_refused(recipe: InteractiveRecipe, tmp_path: Path) -> None:
    path = tmp_path / "g.pt"
    path.write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"g\.pt is no checkpoint of this recipe"):
        Run.start(recipe, seed=0).load(path)


def test_a_further_leg_starts_with_the_weights_it_is_given(
    recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    first = Run.start(recipe, seed=0)
    model = load(save(first.average, make_card(first, recipe, name="first", legs=()), tmp_path))
    second = Run.start(recipe, seed=1, weights=model)
    for key, value in second.network.state_dict().items():
        assert torch.equal(value, model.network.state_dict()[key])
    other = replace(recipe, network_options={"widths": (8, 8, 8, 8), "blocks": (1, 1, 1, 1)})
    with pytest.raises(ModelError, match="Start from weights of the same network"):
        Run.start(other, seed=1, weights=model)


def test_another_task_starts_with_the_trunk_of_weights(
    recipe: InteractiveRecipe, semantic: SemanticRecipe, tmp_path: Path
) -> None:
    first = Run.start(recipe, seed=0)
    model = load(save(first.average, make_card(first, recipe, name="trunk", legs=()), tmp_path))
    fresh, second = (Run.start(semantic, seed=1, weights=w) for w in (None, model))
    given, taken = model.network.state_dict(), second.network.state_dict()
    for key in ("stem_image.weight", "stages.1.0.conv1.0.weight", "decoder.0.conv2.1.bias"):
        assert torch.equal(taken[key], given[key])
    assert torch.equal(taken["head.weight"], fresh.network.state_dict()["head.weight"])


def test_weights_without_the_trunk_are_refused(
    recipe: InteractiveRecipe, semantic: SemanticRecipe, tmp_path: Path
) -> None:
    first = Run.start(recipe, seed=0)
    model = load(save(first.average, make_card(first, recipe, name="small", legs=()), tmp_path))
    wide = replace(semantic, network_options={"widths": (8, 8, 8, 16), "classes": 4})
    with pytest.raises(ModelError, match="do not have the trunk"):
        Run.start(wide, seed=0, weights=model)
