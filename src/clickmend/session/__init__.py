"""One image, one task: feedback in, prediction out, with exact undo."""

from clickmend.session.instances import instances
from clickmend.session.objects import Objects
from clickmend.session.refine import Refine
from clickmend.session.session import Session
from clickmend.session.wrap import wrap

__all__ = ["Objects", "Refine", "Session", "instances", "wrap"]
