"""Training of semantic networks."""

from pathlib import Path

from clickmend.training.recipe import read_recipes
from clickmend.training.semantic.trainer import SemanticRecipe

read_recipes(Path(__file__).with_name("recipes.toml"), SemanticRecipe)

__all__ = ["SemanticRecipe"]
