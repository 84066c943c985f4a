"""Training of matting networks."""

from pathlib import Path

from clickmend.training.matting.trainer import MattingRecipe
from clickmend.training.recipe import read_recipes

read_recipes(Path(__file__).with_name("recipes.toml"), MattingRecipe)

__all__ = ["MattingRecipe"]
