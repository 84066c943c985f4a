"""Training of masks from points: what a point teaches, and the losses that teach it."""

from pathlib import Path

from clickmend.training.instances.pretraining import PretrainingRecipe
from clickmend.training.instances.trainer import InstancesRecipe
from clickmend.training.recipe import read_recipes

read_recipes(Path(__file__).with_name("recipes.toml"), InstancesRecipe, PretrainingRecipe)

__all__ = ["InstancesRecipe", "PretrainingRecipe"]
