"""Tests of what a recipe tells."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from clickmend.training import Stage
from clickmend.training.depth import DepthRecipe
from clickmend.training.interactive import InteractiveRecipe
from clickmend.training.matting import MattingRecipe
from clickmend.training.recipe import merged, read_recipes


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


def test_a_table_inherits_what_it_does_not_give() -> None:
    base = {"a": 1, "sources": {"x": 1.0}, "rules": {"b": 2, "c": 3}}
    given = {"sources": {"y": 1.0}, "rules": {"b": "null"}}
    assert merged(base, given) == {"a": 1, "sources": {"y": 1.0}, "rules": {"b": None, "c": 3}}


def test_a_word_that_no_recipe_has_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "recipes.toml"
    file.write_text('[x]\nnetwork = "n"\nstages = []\nsources = {}\ntypo = 1\n')
    with pytest.raises(ValidationError, match="typo"):
        read_recipes(file, InteractiveRecipe)
