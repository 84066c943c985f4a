"""Training of depth networks."""

from pathlib import Path

from clickmend.training.depth.trainer import DepthRecipe
from clickmend.training.recipe import read_recipes

read_recipes(Path(__file__).with_name("recipes.toml"), DepthRecipe)

__all__ = ["DepthRecipe"]
