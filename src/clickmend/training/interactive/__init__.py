"""Training of interactive networks."""

from pathlib import Path

from clickmend.training.interactive.trainer import InteractiveRecipe
from clickmend.training.recipe import read_recipes

read_recipes(Path(__file__).with_name("recipes.toml"), InteractiveRecipe)

__all__ = ["InteractiveRecipe"]
