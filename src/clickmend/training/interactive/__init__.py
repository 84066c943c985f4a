"""Training of interactive networks."""

from clickmend.training.interactive.trainer import InteractiveRecipe

__all__ = ["InteractiveRecipe"]
