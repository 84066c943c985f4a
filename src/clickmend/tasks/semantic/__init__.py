"""Semantic segmentation: which class every pixel has."""

from clickmend.tasks.semantic.prediction import VOID, SemanticPrediction
from clickmend.tasks.semantic.task import SemanticTask

__all__ = ["VOID", "SemanticPrediction", "SemanticTask"]
