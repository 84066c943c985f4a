"""How a failure is told on a terminal."""

from __future__ import annotations

from clickmend.core.errors import ClickmendError


def one_line(error: ClickmendError) -> str:
    """The message of ``error`` without line breaks, whatever a library put into it."""
    return " ".join(str(error).split())
