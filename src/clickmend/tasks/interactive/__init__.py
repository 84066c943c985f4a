"""Interactive segmentation: one object, foreground and background clicks, a mask."""

from clickmend.tasks.interactive.energy import InteractiveEnergy
from clickmend.tasks.interactive.prediction import InteractivePrediction, prior_logits
from clickmend.tasks.interactive.reading import Reading

__all__ = ["InteractiveEnergy", "InteractivePrediction", "Reading", "prior_logits"]
