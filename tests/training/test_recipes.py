"""Tests of what a recipe tells."""

from clickmend.training import InteractiveRecipe
from clickmend.training.recipes import DepthRecipe, MattingRecipe


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
