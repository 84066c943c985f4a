"""Tests of the way from a run to weights with a card."""

from dataclasses import replace
from pathlib import Path

import torch

from clickmend.networks import load, save
from clickmend.training import Run
from clickmend.training.card import make_card, stage_of
from clickmend.training.depth import DepthRecipe
from clickmend.training.interactive import InteractiveRecipe
from clickmend.training.semantic import SemanticRecipe


def test_the_exported_weights_are_the_averaged_ones(
    recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    run = Run.start(recipe, seed=0)
    run.step, run.seconds = 5, 12.4
    leg = stage_of(run, recipe, name="tiny", seed=0)
    card = make_card(run, recipe, name="tiny", stages=(leg,), scores={"val": 0.5})
    model = load(save(run.average, card, tmp_path))
    assert leg.samples == 20
    assert leg.seconds == 12
    assert [data.name for data in model.card.training_data] == ["bsds", "ccp", "pennfudan"]
    assert "non-commercial" in model.card.terms
    for key, value in run.average.state_dict().items():
        if key in model.network.state_dict() and value.is_floating_point():
            kept = model.network.state_dict()[key]
            torch.testing.assert_close(kept, value, atol=1e-3, rtol=1e-3)


def test_photos_that_allow_it_make_weights_for_commercial_use(recipe: InteractiveRecipe) -> None:
    run = Run.start(recipe, seed=0)
    free = replace(recipe, sources={"coco100": 0.5, "nuclei": 0.5})
    assert "allow commercial use" in make_card(run, free, name="tiny").terms
    mixed = replace(recipe, sources={"coco100": 0.5, "bsds": 0.5})
    assert "non-commercial" in make_card(run, mixed, name="tiny").terms


def test_each_task_tells_what_only_its_cards_have(
    recipe: InteractiveRecipe, semantic: SemanticRecipe, depths: DepthRecipe
) -> None:
    cards = [
        make_card(Run.start(plan, seed=0), plan, name="tiny", stages=())
        for plan in (recipe, semantic, depths)
    ]
    assert [card.task for card in cards] == ["interactive", "semantic", "depth"]
    assert (cards[0].overview_px, cards[0].margin) == (224, 1.4)
    assert cards[1].labels == ("sky", "building", "road", "car")
    assert cards[1].overview_px is None
    assert cards[2].range_m == (0.5, 3.0)


def test_weights_that_were_started_from_count_in_the_card(
    recipe: InteractiveRecipe, semantic: SemanticRecipe
) -> None:
    run = Run.start(recipe, seed=0)
    first = make_card(
        run, recipe, name="a", stages=(stage_of(run, recipe, name="interactive", seed=0),)
    )
    run = Run.start(semantic, seed=0)
    stages = (stage_of(run, semantic, name="semantic", seed=0),)
    second = make_card(run, semantic, name="b", stages=stages, earlier=first)
    assert [stage.recipe for stage in second.stages] == ["interactive", "semantic"]
    seen = [data.name for data in second.training_data]
    assert seen == ["bsds", "camvid", "ccp", "facade", "pennfudan"]
