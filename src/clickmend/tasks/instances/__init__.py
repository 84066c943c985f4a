"""Instance segmentation from one point per object: masks that do not overlap."""

from typing import TYPE_CHECKING

from clickmend.core.lazy import lazily

if TYPE_CHECKING:
    from clickmend.tasks.instances.detection import Detected as Detected
    from clickmend.tasks.instances.detection import detect as detect
    from clickmend.tasks.instances.from_points import instances as instances
    from clickmend.tasks.instances.prediction import InstancesPrediction as InstancesPrediction

__all__, __getattr__ = lazily(
    __name__,
    {
        "clickmend.tasks.instances.detection": "Detected detect",
        "clickmend.tasks.instances.from_points": "instances",
        "clickmend.tasks.instances.prediction": "InstancesPrediction",
    },
)
