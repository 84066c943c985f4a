"""An object of a sequence, followed from frame to frame."""

from clickmend.tasks.interactive.following.features import SEES
from clickmend.tasks.interactive.following.follower import SURE, Follower

__all__ = ["SEES", "SURE", "Follower"]
