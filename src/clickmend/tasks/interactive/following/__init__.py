"""An object of a sequence, followed from frame to frame."""

from clickmend.tasks.interactive.following.follower import SURE, Follower
from clickmend.tasks.interactive.following.matching import SEES

__all__ = ["SEES", "SURE", "Follower"]
