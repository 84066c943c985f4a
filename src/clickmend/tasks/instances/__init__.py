"""Instance segmentation from one point per object: masks that do not overlap."""

from typing import TYPE_CHECKING

from clickmend.core.lazy import lazily

if TYPE_CHECKING:
    from clickmend.tasks.instances.detection import Detected as Detected
    from clickmend.tasks.instances.detection import detect as detect
    from clickmend.tasks.instances.from_points import instances as instances
    from clickmend.tasks.instances.prediction import InstancesPrediction as InstancesPrediction

__all__ = ["Detected", "InstancesPrediction", "detect", "instances"]

_HERE = "clickmend.tasks.instances"
__getattr__ = lazily(
    __name__,
    {
        "Detected": f"{_HERE}.detection",
        "InstancesPrediction": f"{_HERE}.prediction",
        "detect": f"{_HERE}.detection",
        "instances": f"{_HERE}.from_points",
    },
)
