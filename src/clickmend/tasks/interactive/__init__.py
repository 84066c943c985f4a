"""Interactive segmentation: one object, foreground and background clicks, a mask."""

from clickmend.tasks.interactive.prediction import InteractivePrediction
from clickmend.tasks.interactive.task import InteractiveTask

__all__ = ["InteractivePrediction", "InteractiveTask"]
