"""What an answer has cost, for its header ``Server-Timing``, which browsers show."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

_spent: ContextVar[dict[str, float] | None] = ContextVar("spent", default=None)


def begin() -> Mapping[str, float]:
    """Begin a request; what is noted in it from now on, milliseconds by name."""
    noted: dict[str, float] = {}
    _spent.set(noted)
    return noted


def note(name: str, milliseconds: float) -> None:
    """Add to what the request of this moment has cost; outside of one to nothing."""
    noted = _spent.get()
    if noted is not None:
        noted[name] = noted.get(name, 0.0) + milliseconds


def header(noted: Mapping[str, float], *, total_ms: float) -> str:
    """The value of the header."""
    every = {**noted, "total": total_ms}
    return ", ".join(f"{name};dur={milliseconds:.1f}" for name, milliseconds in every.items())
