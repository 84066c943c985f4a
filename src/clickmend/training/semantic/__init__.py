"""Training of semantic networks."""

from clickmend.training.semantic.trainer import SemanticRecipe

__all__ = ["SemanticRecipe"]
