"""Matting: how much of each pixel belongs to the foreground."""

from clickmend.tasks.matting.prediction import MattingPrediction
from clickmend.tasks.matting.task import MattingTask

__all__ = ["MattingPrediction", "MattingTask"]
