"""Tests of the recipes that come with the package."""

from dataclasses import replace
from pathlib import Path

import pytest

from clickmend.data import SHARED_SETS, held_out
from clickmend.networks import ARCHITECTURES, cards
from clickmend.refinement import LAYERS
from clickmend.training import RECIPES, InteractiveRecipe, Run, open_course, train
from clickmend.training.export import TERMS, make_card
from clickmend.training.recipes import Stage


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_a_network_and_photos_whose_terms_are_known(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.network in ARCHITECTURES
    for source in recipe.all_sources:
        known = source if source in SHARED_SETS else source.partition("-")[0]
        assert not held_out(known, "anything that is not held out")
        assert source.partition("-")[0] in TERMS
    assert all(side % 32 == 0 for stage in recipe.stages for side in stage.shape)
    assert recipe.view_px % 32 == 0
    assert recipe.start is None or recipe.start in cards()
    if isinstance(recipe, InteractiveRecipe):
        assert sum(recipe.curriculum.rounds) == pytest.approx(1)


@pytest.mark.parametrize("name", ["interactive-dm-s", "semantic-s", "matting-s", "depth-s"])
def test_a_small_network_has_its_places_and_fits_the_card_of_its_task(name: str) -> None:
    recipe = RECIPES[name]
    run = Run.start(recipe, seed=0)
    modules = dict(run.network.named_modules())
    assert all(place in modules for place in recipe.refinement.at)
    assert set(recipe.refinement.learning_rates) <= set(LAYERS)
    card = make_card(run, recipe, name="fresh", legs=())
    assert card.task == recipe.task
    assert card.parameters * 2 < 16e6


def test_the_kind_of_the_paper_sees_random_clicks_alone() -> None:
    recipe = RECIPES["interactive-dm-s"]
    assert isinstance(recipe, InteractiveRecipe)
    plan = recipe.curriculum
    assert (plan.random_clicks_from, plan.corrective_clicks_from, plan.box_share) == (0, 1, 0)
    assert recipe.network_options["previous"] is False


@pytest.mark.slow
def test_deeplab_trains_with_the_same_recipe(made_data: Path, tmp_path: Path) -> None:
    recipe = replace(
        RECIPES["deeplabv3plus-r34"],
        stages=(Stage(2, 64, 2, 1e-3, 1e-3),),
        sources={"pennfudan": 1.0},
    )
    run = Run.start(recipe, seed=0)
    before = {key: value.clone() for key, value in run.network.state_dict().items()}
    train(run, recipe, open_course(recipe), seed=0, checkpoint=tmp_path / "run.pt", workers=0)
    changed = [k for k, v in run.network.state_dict().items() if not v.equal(before[k])]
    assert any(key.startswith("fusion") for key in changed)
    assert any(key.startswith("head") for key in changed)
