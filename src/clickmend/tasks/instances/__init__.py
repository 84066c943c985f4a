"""Instance segmentation from one point per object: masks that do not overlap."""

from clickmend.tasks.instances.detection import Detected, detect
from clickmend.tasks.instances.from_points import instances
from clickmend.tasks.instances.prediction import InstancesPrediction

__all__ = ["Detected", "InstancesPrediction", "detect", "instances"]
