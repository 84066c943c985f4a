"""Tests of the recipes that come with the package."""

from dataclasses import replace
from pathlib import Path

import pytest

from clickmend.data import OBJECT_SETS
from clickmend.networks import ARCHITECTURES
from clickmend.training import RECIPES, InteractiveRecipe, Run, Scenes, train
from clickmend.training.export import TERMS
from clickmend.training.recipes import Stage


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_a_network_and_photos_whose_terms_are_known(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.network in ARCHITECTURES
    for source in recipe.sources:
        assert source.partition("-")[0] in OBJECT_SETS
        assert source.partition("-")[0] in TERMS
    assert all(stage.size_px % 32 == 0 for stage in recipe.stages)
    assert sum(recipe.curriculum.rounds) == pytest.approx(1)


def test_a_step_is_found_in_its_stage(recipe: InteractiveRecipe) -> None:
    places = [recipe.at(step) for step in range(recipe.steps)]
    assert [stage.size_px for stage, _ in places] == [32] * 4 + [48] * 3
    assert [at for _, at in places] == [0, 1, 2, 3, 0, 1, 2]


@pytest.mark.slow
def test_deeplab_trains_with_the_same_recipe(made_data: Path, tmp_path: Path) -> None:
    recipe = replace(
        RECIPES["deeplabv3plus-r34"],
        stages=(Stage(2, 64, 2, 1e-3, 1e-3),),
        sources={"pennfudan": 1.0},
    )
    run = Run.start(recipe, seed=0)
    before = {key: value.clone() for key, value in run.network.state_dict().items()}
    scenes = Scenes(recipe.sources, part="train", paste_share=0.0)
    train(run, recipe, scenes, seed=0, checkpoint=tmp_path / "run.pt", workers=0)
    changed = [k for k, v in run.network.state_dict().items() if not v.equal(before[k])]
    assert any(key.startswith("fusion") for key in changed)
    assert any(key.startswith("head") for key in changed)
