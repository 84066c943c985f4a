"""Tests of AttentionShift's trainer."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from clickmend.core.errors import OptionError
from clickmend.training import Run
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
    shown = late.picture(3)
    assert shown.shape == (3 * 32, 3 * 32, 3)


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
    ],
)
def test_every_ablation_can_be_trained(points: InstancesRecipe, change: dict) -> None:
    _, found = outcome(replace(points, **change), step=3)
    assert found.loss.isfinite()


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
