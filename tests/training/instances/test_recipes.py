"""Tests of what the recipes of AttentionShift tell."""

from dataclasses import replace

import pytest

from clickmend.core.errors import OptionError
from clickmend.training import RECIPES
from clickmend.training.instances.supervision import Rules
from clickmend.training.instances.trainer import InstancesRecipe


def test_every_block_before_learns_more_slowly(points: InstancesRecipe) -> None:
    recipe = replace(points, layer_decay=0.5, cut_out_rate=0.1)  # two blocks
    rates = {
        "detector.narrow.weight": 1.0,
        "content": 1.0,
        "multiple_instance.kind.weight": 0.1,
        "detector.heads.box_head.fc6.weight": 0.1,
        "detector.heads.box_predictor.cls_score.weight": 1.0,
        "vit.blocks.1.attn.qkv.weight": 0.5,
        "vit.blocks.0.attn.qkv.weight": 0.25,
        "vit.patch_embed.proj.weight": 0.125,
        "vit.pos_embed": 0.125,
    }
    assert {name: recipe.rate_of(name) for name in rates} == rates


def test_with_fixed_views_the_blocks_in_front_of_the_tokens_stay(points: InstancesRecipe) -> None:
    options = {**points.network_options, "tokens_from": 1}
    recipe = replace(points, network_options=options, views=2, layer_decay=0.5)
    assert recipe.rate_of("vit.pos_embed") == 0
    assert recipe.rate_of("vit.blocks.0.norm1.weight") == 0
    assert recipe.rate_of("vit.blocks.1.norm1.weight") == 0.5
    assert recipe.rate_of("anchors") == 1


@pytest.mark.parametrize("change", [{"views": 2}, {"rules": Rules(features="lower")}])
def test_what_is_of_the_lower_blocks_wants_some(points: InstancesRecipe, change: dict) -> None:
    with pytest.raises(OptionError, match=r"tokens join the first block.*tokens_from"):
        replace(points, **change)


def test_the_recipe_of_the_paper_has_its_numbers() -> None:
    paper = RECIPES["attentionshift"]
    assert isinstance(paper, InstancesRecipe)
    assert (paper.weight_decay, paper.layer_decay) == (0.05, 0.75)
    assert paper.rate_of("vit.blocks.11.norm1.weight") == pytest.approx(0.75)
    rates = [stage.rate(0) for stage in paper.stages]
    assert rates == [1e-4, 1e-5, 1e-6]
    epochs = [stage.steps / paper.stages[-1].steps for stage in paper.stages]
    assert epochs == [8, 3, 1]


@pytest.mark.parametrize("name", [name for name in RECIPES if name.startswith("attentionshift")])
def test_every_recipe_names_as_many_classes_as_its_network_has(name: str) -> None:
    recipe = RECIPES[name]
    assert isinstance(recipe, InstancesRecipe)
    assert recipe.network_options["classes"] == len(recipe.labels)
    assert recipe.in_card == ("labels",)
