"""Training of masks from points: what a point teaches, and the losses that teach it."""

from clickmend.training.instances.pretraining import PretrainingRecipe
from clickmend.training.instances.trainer import InstancesRecipe

__all__ = ["InstancesRecipe", "PretrainingRecipe"]
