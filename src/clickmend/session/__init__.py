"""One image, one task: feedback in, prediction out, with exact undo."""

from clickmend.session.session import Session

__all__ = ["Session"]
