"""Depth: how far away every pixel is."""

from clickmend.tasks.depth.prediction import DepthPrediction
from clickmend.tasks.depth.task import DepthTask

__all__ = ["DepthPrediction", "DepthTask"]
