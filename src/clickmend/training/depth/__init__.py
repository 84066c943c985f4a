"""Training of depth networks."""

from clickmend.training.depth.trainer import DepthRecipe

__all__ = ["DepthRecipe"]
