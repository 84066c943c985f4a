"""Semantic segmentation: the class of every pixel."""

from clickmend.tasks.semantic.prediction import VOID, SemanticPrediction
from clickmend.tasks.semantic.task import SemanticTask

__all__ = ["VOID", "SemanticPrediction", "SemanticTask"]
