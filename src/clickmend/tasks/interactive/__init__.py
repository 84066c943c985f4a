"""Interactive segmentation: one object, foreground and background clicks, a mask."""

from clickmend.tasks.interactive.energy import InteractiveEnergy, outside_disk
from clickmend.tasks.interactive.prediction import InteractivePrediction, prior_logits
from clickmend.tasks.interactive.reading import Reading, areas

__all__ = [
    "InteractiveEnergy",
    "InteractivePrediction",
    "Reading",
    "areas",
    "outside_disk",
    "prior_logits",
]
