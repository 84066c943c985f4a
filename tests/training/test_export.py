"""Tests of the way from a run to weights with a card."""

from pathlib import Path

import torch

from clickmend.networks import load, save
from clickmend.training import InteractiveRecipe, Run
from clickmend.training.export import leg_of, make_card


def test_the_exported_weights_are_the_averaged_ones(
    recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    run = Run.start(recipe, seed=0)
    run.step, run.seconds = 5, 12.4
    leg = leg_of(run, recipe, name="tiny", seed=0)
    card = make_card(run, recipe, name="tiny", legs=(leg,), scores={"val": 0.5})
    model = load(save(run.average, card, tmp_path))
    assert leg.samples == 20
    assert leg.seconds == 12
    assert [data.name for data in model.card.training_data] == ["bsds", "ccp", "pennfudan"]
    assert "non-commercial" in model.card.terms
    for key, value in run.average.state_dict().items():
        if key in model.network.state_dict() and value.is_floating_point():
            kept = model.network.state_dict()[key]
            torch.testing.assert_close(kept, value, atol=1e-3, rtol=1e-3)
