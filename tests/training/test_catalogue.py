"""Tests of the recipes that come with the package."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from clickmend.data import SHARED_SETS, held_out
from clickmend.networks import ARCHITECTURES, cards, load, set_online
from clickmend.refinement import LAYERS
from clickmend.training import RECIPES, Run, Stage, train
from clickmend.training.card import make_card
from clickmend.training.instances.trainer import MADE
from clickmend.training.interactive import InteractiveRecipe
from clickmend.training.sources import SOURCES

EPOCH = 8498 // 16
"""Steps of an epoch of the paper: SBD has 8498 training photos, 16 a step."""


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_a_network_and_photos_whose_terms_are_known(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.network in ARCHITECTURES
    for source in recipe.all_sources:
        known = source if source in SHARED_SETS else source.partition("-")[0]
        assert source == MADE or not held_out(known, "anything that is not held out")
        assert SOURCES[source].terms
    multiple = 56 if "patch14" in str(recipe.network_options.get("vit")) else 32
    assert all(side % multiple == 0 for stage in recipe.stages for side in stage.shape)
    assert recipe.view_px % multiple == 0
    assert recipe.start is None or recipe.start in cards()
    if isinstance(recipe, InteractiveRecipe):
        assert sum(recipe.curriculum.rounds) == pytest.approx(1)


@pytest.mark.parametrize(
    "name",
    ["interactive-l0", "interactive-dm-s", "semantic-s", "semantic-l0", "matting-l0", "depth-l0"],
)
def test_a_small_network_has_its_places_and_fits_the_card_of_its_task(name: str) -> None:
    recipe = replace(RECIPES[name], encoder_weights=None)
    run = Run.start(recipe, seed=0)
    modules = dict(run.network.named_modules())
    assert all(place in modules for place in recipe.refinement.at)
    assert set(recipe.refinement.learning_rates) <= set(LAYERS)
    card = make_card(run, recipe, name="fresh", stages=())
    assert card.task == recipe.task
    assert card.parameters * 2 < 16e6


def test_the_open_recipe_reads_only_photos_that_allow_commercial_use() -> None:
    sources = RECIPES["interactive-l0-open"].all_sources
    assert set(sources) == {"coco100", "coco128", "feralcat", "balloon", "nuclei"}
    assert all(SOURCES[source].commercial for source in sources)


@pytest.mark.parametrize("name", ["interactive-l0-gpu", "semantic-l0-gpu"])
def test_a_recipe_on_a_pretrained_encoder_trains_a_few_steps(
    name: str, dense_data: Path, tmp_path: Path
) -> None:
    sources = {"camvid-train": 1.0} if name.startswith("semantic") else {"pennfudan": 1.0}
    stages = (Stage(2, 64, 4, 1e-3, 1e-3), Stage(1, 96, 4, 1e-3, 1e-6))
    recipe = replace(RECIPES[name], stages=stages, sources=sources, encoder_weights=None)
    run = Run.start(recipe, seed=0)
    before = {key: value.clone() for key, value in run.network.state_dict().items()}
    train(run, recipe, recipe.trainer(), seed=0, checkpoint=tmp_path / "run.pt", workers=0)
    changed = {k for k, v in run.network.state_dict().items() if not v.equal(before[k])}
    for part in ("encoder.conv_stem", "encoder.blocks.6", "narrow.0", "decoder.0", "head"):
        assert any(key.startswith(part) for key in changed)


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
    train(run, recipe, recipe.trainer(), seed=0, checkpoint=tmp_path / "run.pt", workers=0)
    changed = [k for k, v in run.network.state_dict().items() if not v.equal(before[k])]
    assert any(key.startswith("fusion") for key in changed)
    assert any(key.startswith("head") for key in changed)


def test_the_papers_schedule_falls_by_a_power_for_70_of_150_epochs() -> None:
    recipe = RECIPES["probbotnet50-deeplabv3plus"]
    assert recipe.steps == 150 * EPOCH
    rates = [recipe.rate(epoch * EPOCH) for epoch in (0, 35, 70, 149)]
    halfway = 1e-5 + 9e-5 * 0.5**0.9
    assert rates == pytest.approx([1e-4, halfway, 1e-5, 1e-5], rel=1e-3)
    assert {stage.batch for stage in recipe.stages} == {16}
    assert recipe.optimiser == "radam"


PAPER = [n for n in RECIPES if n.partition("-")[0].startswith(("botnet", "probbotnet", "hrnet"))]


@pytest.mark.parametrize("name", PAPER)
def test_a_recipe_of_the_paper_infers_online_what_its_network_has_a_place_for(name: str) -> None:
    recipe = RECIPES[name]
    assert isinstance(recipe, InteractiveRecipe)
    assert recipe.online is not None
    assert recipe.online.adapt_keys == name.startswith("probbotnet")
    assert recipe.online.propagate == (5 if "csa" in name else 0)
    plan = recipe.curriculum
    assert (plan.random_clicks_from, plan.corrective_clicks_from) == (20 / 150, 40 / 150)
    assert (plan.box_share, plan.most_boxed_clicks) == (1, 3)


def test_corrective_self_attention_without_a_share_is_the_network_it_is_added_to() -> None:
    recipe, weights = RECIPES["interactive-csa-s"], load("interactive-s", device="cpu", fold=False)
    network = Run.start(recipe, seed=0, weights=weights).average
    network.get_parameter("head.share").data.zero_()
    image, marks = torch.rand(1, 3, 64, 64), torch.zeros(1, 4, 64, 64)
    marks[0, 0, 20:31, 20:31] = 1
    with torch.no_grad():
        before, after = weights.network(image, marks), network(image, marks)
    torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)


def test_a_corrective_step_in_which_keys_are_held_fast_is_the_network_it_is_added_to() -> None:
    recipe = RECIPES["interactive-l0-corrective"]
    weights = load("interactive-l0", device="cpu", fold=False)
    network = Run.start(recipe, seed=0, weights=weights).average
    image, marks = torch.rand(1, 3, 64, 64), torch.zeros(1, 4, 64, 64)
    marks[0, 0, 20:31, 20:31] = 1
    with torch.no_grad():
        before, adapted = weights.network(image, marks), network(image, marks)
        set_online(network, prior_precision=1e8)
        held = network(image, marks)
    torch.testing.assert_close(held, before, atol=1e-3, rtol=1e-3)
    assert not torch.allclose(adapted, before, atol=1e-3)
    assert {recipe.rate_of(f"{part}.x") for part in ("corrective", "context")} == {1.0}
    assert (recipe.rate_of("decoder.0.x"), recipe.rate_of("encoder.x")) == (0.5, 0.125)
