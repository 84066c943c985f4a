"""One image, one task: feedback in, prediction out, with exact undo."""

from clickmend.session.session import Session
from clickmend.tasks.refine import Refine

__all__ = ["Refine", "Session"]
