"""Tests of what a recipe tells."""

import pytest

from clickmend.training import InteractiveRecipe
from clickmend.training.recipes import DepthRecipe, MattingRecipe, Stage


def test_a_step_is_found_in_its_stage(recipe: InteractiveRecipe) -> None:
    places = [recipe.at(step) for step in range(recipe.steps)]
    assert [stage.size_px for stage, _ in places] == [32] * 4 + [48] * 3
    assert [at for _, at in places] == [0, 1, 2, 3, 0, 1, 2]


def test_the_height_of_a_view_is_its_width_unless_it_is_told(
    recipe: InteractiveRecipe, depths: DepthRecipe
) -> None:
    assert recipe.stages[0].shape == (32, 32)
    assert depths.stages[0].shape == (32, 64)


def test_a_matting_recipe_reads_mattes_backgrounds_and_objects(mattes: MattingRecipe) -> None:
    assert set(mattes.all_sources) == {"alphamatting14-train", "bsds", "ccp", "pennfudan"}


def test_a_rate_falls_by_half_a_cosine_or_by_a_power() -> None:
    cosine = Stage(5, 32, 4, lr_start=1.0, lr_end=0.0)
    assert [cosine.rate(at) for at in (0, 2, 4)] == pytest.approx([1, 0.5, 0])
    power = Stage(5, 32, 4, lr_start=1e-4, lr_end=1e-5, power=0.9)
    expected = [1e-5 + 9e-5 * (1 - at / 4) ** 0.9 for at in range(5)]
    assert [power.rate(at) for at in range(5)] == pytest.approx(expected)
    assert Stage(1, 32, 4, 1e-3, 1e-4, power=0.9).rate(0) == 1e-3
