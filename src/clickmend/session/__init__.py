"""One image, one task: feedback in, prediction out, with exact undo."""

from clickmend.session.objects import Objects
from clickmend.session.session import Session
from clickmend.session.wrap import wrap
from clickmend.tasks.refine import Refine

__all__ = ["Objects", "Refine", "Session", "wrap"]
