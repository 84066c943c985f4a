"""Training of matting networks."""

from clickmend.training.matting.trainer import MattingRecipe

__all__ = ["MattingRecipe"]
